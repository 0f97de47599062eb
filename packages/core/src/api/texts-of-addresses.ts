// Texts of an address as what an operation declares them to be. Only what is plainly written like a number, a flag or a list becomes
// one; the rest is left for the operation to refuse.
import type { TObject } from 'typebox';

interface Declared {
  readonly type?: string | readonly string[];
  readonly items?: Declared;
}

/** The values of the texts of an address. Values that are none are kept. */
export const valuesOf = (input: TObject, texts: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, convert(input.properties[name] as Declared | undefined, text)]));

function convert(declared: Declared | undefined, value: unknown): unknown {
  const types = [declared?.type ?? []].flat();
  if (types.includes('array')) return [value].flat().map((each) => convert(declared?.items, each));
  if (typeof value !== 'string') return value;
  if (types.includes('integer') || types.includes('number')) return /^-?\d{1,16}(?:\.\d{1,15})?$/.test(value) ? Number(value) : value;
  if (types.includes('boolean')) return value === 'true' ? true : value === 'false' ? false : value;
  return value;
}
