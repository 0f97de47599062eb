// Addresses that cannot be used, as sentences about them show them.

const LONGEST = 100;

/** Without what stands before an `@` or behind a `?`: somebody may have written a password there. */
export const shownAddress = (text: string): string =>
  JSON.stringify(
    text
      .replace(/^([a-z]+:\/\/)?.*@/i, '$1…@')
      .replace(/\?.*/, '?…')
      .slice(0, LONGEST),
  );
