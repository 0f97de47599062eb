// What a value is, in words that hold no secret.

const LONGEST_QUOTE = 40;

/** @param isSecret - Whether the value itself must not be shown. */
export function describeValue(value: unknown, isSecret: boolean): string {
  if (Array.isArray(value)) return describeList(value, isSecret);
  if (typeof value === 'object') return value === null ? 'nothing' : 'a mapping';
  if (typeof value === 'boolean' || typeof value === 'number') return isSecret ? `a ${typeof value}` : String(value);
  return describeText(String(value), isSecret);
}

function describeList(values: readonly unknown[], isSecret: boolean): string {
  if (values.length === 0) return 'an empty list';
  const areWords = !isSecret && values.every((each) => typeof each === 'string' && /^[\w -]*$/.test(each));
  const text = JSON.stringify(values);
  return areWords && text.length <= LONGEST_QUOTE ? text : 'a list';
}

function describeText(text: string, isSecret: boolean): string {
  const scheme = /^([a-z][a-z0-9+.-]{0,15}):\/\//i.exec(text)?.[1];
  // Of an address the scheme alone is shown: user, password and query are where cameras keep their secrets.
  if (scheme !== undefined) return `an address that begins with ${scheme}://`;
  if (isSecret || text.includes('@')) return 'a text (not shown here)';
  if (text.length > LONGEST_QUOTE) return `a text of ${text.length} characters`;
  return JSON.stringify(text);
}
