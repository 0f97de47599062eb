// Seeded randomness: the same seed gives the same scene on every machine.

/** A generator of numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Values of a normal distribution (mean 0, deviation 1), as many as `size`: a table, because noise needs millions of them. */
export function normalTable(random: () => number, size = 65_536): Float32Array {
  return Float32Array.from({ length: size }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}
