// JSON of what never changes, written once for all who need it.

const texts = new WeakMap<object, string>();

/** The value's JSON, the same string each time; kept for as long as the value is. */
export function jsonText(value: object): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}
