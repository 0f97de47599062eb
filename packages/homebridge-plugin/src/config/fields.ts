// Reads mappings that people wrote: each key has a reader of its own, and what none of them understands becomes a sentence.
import { describeValue } from './describe-value.ts';
import { nearestWord } from './nearest-word.ts';

/** How the value of one key is read. */
export interface Field<T> {
  /** What it takes, as it follows "expected". */
  readonly expected: string;
  /** The words it takes, where they are few. */
  readonly words?: readonly string[];
  /** What people write instead of the key. */
  readonly also?: readonly string[];
  /** Whether the value may hold a password, so that no sentence repeats it. */
  readonly isSecret?: true;
  /** Says more of a wrong value than what was expected. */
  readonly hint?: (value: unknown) => string | undefined;
  /** @returns `undefined` where it is something else. */
  readonly read: (value: unknown) => T | undefined;
}

/** The keys of a mapping. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What was read of a mapping; what was left out or wrong is absent. */
export type Read<F extends Fields> = { readonly [K in keyof F]?: F[K] extends Field<infer T> ? T : never };

/** A mapping, whatever is in it. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Whether a value is a mapping. */
export const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Forms leave an empty text where somebody deleted what stood there. */
const isLeftOut = (value: unknown): boolean => value === undefined || value === null || value === '';

/**
 * Reads the keys of a mapping one by one.
 *
 * @param where - Whose mapping it is, as it follows "of": `camera "Porch"`; empty: the plugin's.
 * @param problems - Takes one sentence for each key that is unknown or wrong.
 */
export function readFields<F extends Fields>(fields: F, value: Mapping, where: string, problems: string[]): Read<F> {
  const read: Record<string, unknown> = {};
  const named = (key: string): string => `"${key}"${where === '' ? '' : ` of ${where}`}`;
  for (const [key, given] of Object.entries(value)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) problems.push(`${named(printable(key))} is not known and is left out${question(meant(fields, key))}`);
    else if (!isLeftOut(given)) {
      read[key] = field.read(given);
      if (read[key] === undefined) problems.push(`${named(key)} is ${wrong(field, given)}`);
    }
  }
  return withoutAbsent(read) as Read<F>;
}

const meant = (fields: Fields, key: string): string | undefined =>
  Object.entries(fields).find(([, { also }]) => also?.includes(key))?.[0] ?? nearestWord(key, Object.keys(fields));

/** What is wrong with a value, as it follows "is". */
function wrong({ expected, words, isSecret, hint }: Field<unknown>, given: unknown): string {
  const nearest = typeof given === 'string' && isSecret === undefined ? nearestWord(given, words ?? []) : undefined;
  return `${describeValue(given, isSecret === true)} and is left out: expected ${hint?.(given) ?? expected}${question(nearest)}`;
}

/** The same with no key whose value is `undefined`. */
export const withoutAbsent = <T extends object>(value: T): Present<T> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Present<T>;

type Present<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

const question = (nearest: string | undefined): string => (nearest === undefined ? '' : `; did you mean "${nearest}"?`);

/** A key as a sentence can show it. */
const printable = (key: string): string => JSON.stringify(key.slice(0, 40)).slice(1, -1);
