// Opening and closing of bit masks with rectangles. The picture's outside is empty for erosion by opening, full for
// erosion by closing: a thing at the border is neither nibbled away nor grown.
import type { BitPlane } from './bit-plane.ts';

/** How far a rectangle reaches from its origin, in pixels; each below 32. */
export interface Reach {
  readonly left: number;
  readonly right: number;
  readonly up: number;
  readonly down: number;
}

/**
 * Keeps the pixels of `plane` that belong to at least one full `columns` x `rows` block; in place.
 *
 * @param scratch - A plane of the same size; overwritten.
 */
export const open = (plane: BitPlane, scratch: BitPlane, columns: number, rows: number): void => {
  if (columns <= 1 && rows <= 1) return;
  complement(plane);
  // Outside must count as empty, so the block may not reach over the right or lower border.
  dilate(plane, scratch, { left: 0, right: columns - 1, up: 0, down: rows - 1 });
  complement(plane);
  dropBorder(plane, columns - 1, rows - 1);
  dilate(plane, scratch, { left: columns - 1, right: 0, up: rows - 1, down: 0 });
};

/** Grows every set pixel by `radius + margin` and shrinks by `radius`: closes gaps up to `2 radius` and leaves a margin; in place. */
export const close = (plane: BitPlane, scratch: BitPlane, radius: number, margin: number): void => {
  const grow = radius + margin;
  dilate(plane, scratch, { left: grow, right: grow, up: grow, down: grow });
  complement(plane);
  dilate(plane, scratch, { left: radius, right: radius, up: radius, down: radius });
  complement(plane);
};

/** Sets each pixel that has a set pixel within `reach` of it; in place. */
export const dilate = (plane: BitPlane, scratch: BitPlane, reach: Reach): void => {
  dilateRows(plane, scratch, reach.left, reach.right);
  dilateColumns(scratch, plane, reach.up, reach.down);
};

const dilateRows = (from: BitPlane, to: BitPlane, left: number, right: number): void => {
  const { stride, height, tail } = from;
  for (let y = 0; y < height; y += 1) {
    const base = y * stride;
    let before = 0;
    let word = from.words[base] ?? 0;
    for (let j = 0; j < stride; j += 1) {
      const after = j + 1 < stride ? (from.words[base + j + 1] ?? 0) : 0;
      let out = word;
      if ((before | word | after) !== 0) {
        for (let k = 1; k <= right; k += 1) out |= (word >>> k) | (after << (32 - k));
        for (let k = 1; k <= left; k += 1) out |= (word << k) | (before >>> (32 - k));
      }
      to.words[base + j] = j === stride - 1 ? out & tail : out;
      before = word;
      word = after;
    }
  }
};

const dilateColumns = (from: BitPlane, to: BitPlane, up: number, down: number): void => {
  const { stride, height } = from;
  for (let y = 0; y < height; y += 1) {
    const first = Math.max(0, y - up);
    const last = Math.min(height - 1, y + down);
    for (let j = 0; j < stride; j += 1) {
      let out = 0;
      for (let row = first; row <= last; row += 1) out |= from.words[row * stride + j] ?? 0;
      to.words[y * stride + j] = out;
    }
  }
};

const complement = (plane: BitPlane): void => {
  const { words, stride, tail } = plane;
  for (let at = 0; at < words.length; at += 1) words[at] = ~(words[at] ?? 0);
  for (let at = stride - 1; at < words.length; at += stride) words[at] = (words[at] ?? 0) & tail;
};

/** Clears the last `columns` columns and the last `rows` rows. */
const dropBorder = (plane: BitPlane, columns: number, rows: number): void => {
  const { words, stride, width, height } = plane;
  words.fill(0, Math.max(0, height - rows) * stride);
  for (let y = 0; y < height; y += 1) {
    for (let x = Math.max(0, width - columns); x < width; x += 1) {
      const at = y * stride + (x >>> 5);
      words[at] = (words[at] ?? 0) & ~(1 << (x & 31));
    }
  }
};
