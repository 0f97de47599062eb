// The kinds of value the configuration knows.
import { type Field, isMapping, type Mapping } from './fields.ts';

/** `true` or `false`. */
export const truth: Field<boolean> = { expected: 'true or false', read: (value) => (typeof value === 'boolean' ? value : undefined) };

/** A whole number in a range. @param unit - As it follows the range, for instance `kbit/s`. */
export const whole = (least: number, most: number, unit = ''): Field<number> => ({
  expected: `a whole number from ${least} to ${most}${unit === '' ? '' : ` ${unit}`}`,
  read: (value) => (Number.isInteger(value) && (value as number) >= least && (value as number) <= most ? (value as number) : undefined),
});

/** One of a few words. */
export const word = <W extends string>(...words: readonly W[]): Field<W> => ({
  expected: words.length === 1 ? `${words[0]}` : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
  words,
  read: (value) => words.find((each) => each === value),
});

/** A line of text that people see. Spaces around it are not meant. */
export const line = (most: number): Field<string> => ({
  expected: `a text of 1 to ${most} characters in one line`,
  read: (value) => {
    const text = typeof value === 'string' ? value.trim() : '';
    return text !== '' && text.length <= most && !CONTROL.test(text) ? text : undefined;
  },
});

/** A text that is a secret. */
export const secret = (expected: string): Field<string> => ({ ...line(4096), expected, isSecret: true });

/** A list whose entries are each read by themselves, elsewhere. */
export const list = (expected: string): Field<readonly unknown[]> => ({ expected, read: (value) => (Array.isArray(value) ? value : undefined) });

/** A mapping that is read elsewhere. */
export const mapping = (expected: string): Field<Mapping> => ({ expected, read: (value) => (isMapping(value) ? value : undefined) });

/** A path that begins at the root. */
export const absolutePath: Field<string> = {
  expected: 'a whole path, which begins with /',
  read: (value) => (typeof value === 'string' && value.startsWith('/') && !CONTROL.test(value) ? value : undefined),
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
