// How much the still part of a picture changed between two frames: what moves is a small part of it, and left out.

/** One pixel in so many is enough to tell. */
const EVERY = 3;
const STILL_SHARE = 0.9;

/** Mean absolute difference of the least changed nine tenths of the pixels, in levels; both planes of the same size. */
export const stillStep = (before: Uint8Array, after: Uint8Array): number => {
  const counts = new Int32Array(256);
  let pixels = 0;
  for (let at = 0; at < after.length; at += EVERY) {
    const level = Math.abs((after[at] ?? 0) - (before[at] ?? 0));
    counts[level] = (counts[level] ?? 0) + 1;
    pixels += 1;
  }
  const wanted = STILL_SHARE * pixels;
  let taken = 0;
  let sum = 0;
  for (let level = 0; level < counts.length && taken < wanted; level += 1) {
    const count = Math.min(counts[level] ?? 0, wanted - taken);
    taken += count;
    sum += count * level;
  }
  return taken === 0 ? 0 : sum / taken;
};
