// Values that were not expected, as sentences about errors show them.
const LONGEST = 60;

/** A word or two about any value; a text is shown as such, cut short. */
export function shownValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  return (typeof value === 'string' ? JSON.stringify(value.slice(0, LONGEST)) : String(value)).slice(0, LONGEST);
}
