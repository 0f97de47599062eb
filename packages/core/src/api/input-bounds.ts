// How large an input may be in its shape, whatever it is for: asked before a copy is made of it, and before a validator walks through it.

/** Deeper than anything that is configured; what walks through a value calls itself that often. */
const MAX_DEPTH = 32;
/** Keys of one mapping: more than any has that is meant. Each unknown one costs a validator memory, of which a stranger must not have much. */
const MOST_KEYS = 500;

/** What is too much, in words; `undefined` where nothing is. Counted level by level, without calling itself. */
export function outsizedBy(input: unknown): string | undefined {
  let level: readonly unknown[] = [input];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    const wide = level.find((value) => !Array.isArray(value) && inside(value).length > MOST_KEYS);
    if (wide !== undefined) return `got a mapping with ${inside(wide).length} keys, expected at most ${MOST_KEYS}`;
    level = level.flatMap(inside);
    if (level.length === 0) return undefined;
  }
  return `the body is nested more than ${MAX_DEPTH} times`;
}

const inside = (value: unknown): readonly unknown[] => (typeof value === 'object' && value !== null ? Object.values(value) : []);
