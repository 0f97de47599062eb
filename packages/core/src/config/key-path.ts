// Where something is in the file's tree: keys of mappings and indexes of lists.

/** From the root down; empty: the root. */
export type KeyPath = readonly (string | number)[];

/** RFC 6901, as ajv writes it. */
export const pointerOf = (path: KeyPath): string => path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Longest key that is shown; longer ones are values at the wrong place. */
const LONGEST_KEY = 40;

/** A key as people see it. What does not look like a key is hidden: it may be a mistyped value with a password in it. */
export const showKey = (key: string): string => (key.length <= LONGEST_KEY && /^[A-Za-z_<][\w .<-]*$/.test(key) ? key : '…');

/** `cameras[0].zones[1].polygon`. */
export const showPath = (path: KeyPath): string =>
  path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? showKey(step) : `.${showKey(step)}`)).join('');

/** What is at `path` of a tree of plain objects and arrays. */
export function valueAt(root: unknown, path: KeyPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** The path of an RFC 6901 pointer within `root`; steps into arrays become numbers. */
export function pathOf(root: unknown, pointer: string): KeyPath {
  const path: (string | number)[] = [];
  let value = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(value) ? Number(key) : key;
    path.push(step);
    value = valueAt(value, [step]);
  }
  return path;
}
