// The inner loop: a frame minus what the background looks like in today's light. Runs once a frame over every pixel.

import type { BitPlane } from './bit-plane.ts';
import { bitCount } from './bit-plane.ts';
import type { MotionKernels } from './kernels/motion-kernels.ts';

/** Background levels at or beyond these hide what the pixel would look like in other light. */
const CLIPPED_LOW = 17;
const CLIPPED_HIGH = 233;
/** Levels the light must move a clipped pixel by before its difference is believed in one direction only. */
const UNCLIPPING_SHIFT = 8;

/** What a frame is compared with. */
export interface Expectation {
  /** Background, row-major. */
  readonly mean: Float32Array;
  readonly gain: number;
  readonly offset: number;
  /** Levels a pixel must differ by more than. */
  readonly threshold: Uint8Array;
}

/**
 * Writes frame minus expectation to `residual` (-255…255) and marks the pixels beyond their threshold in `changed`.
 *
 * @param kernels - Given where all planes are in its memory; results may differ by a level where a pixel lies between two.
 * @returns How many pixels are marked.
 */
export const subtractBackground = (luma: Uint8Array, expected: Expectation, residual: Int16Array, changed: BitPlane, kernels?: MotionKernels): number => {
  const { mean, gain, offset, threshold } = expected;
  const { width, height, stride, words } = changed;
  const atHigh = gain * CLIPPED_HIGH + offset;
  const atLow = gain * CLIPPED_LOW + offset;
  const darker = atHigh < CLIPPED_HIGH - UNCLIPPING_SHIFT;
  const brighter = atLow > CLIPPED_LOW + UNCLIPPING_SHIFT;
  const unclipping = darker || brighter;
  if (kernels !== undefined && !unclipping) {
    const { byteOffset } = words;
    return kernels.run.subtract(luma.byteOffset, mean.byteOffset, threshold.byteOffset, residual.byteOffset, byteOffset, luma.length, gain, offset);
  }
  let marked = 0;
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (let j = 0; j < stride; j += 1) {
      const end = Math.min(at + 32, (y + 1) * width);
      let word = 0;
      for (let bit = 1; at < end; at += 1, bit <<= 1) {
        const background = mean[at] as number;
        let predicted = gain * background + offset;
        if (predicted < 0) predicted = 0;
        else if (predicted > 255) predicted = 255;
        let r = (((luma[at] as number) - predicted + 256.5) | 0) - 256;
        // A white wall that was clipped by a lamp may be any brighter than predicted once the lamp is off; black likewise.
        if (unclipping && ((darker && r > 0 && background >= CLIPPED_HIGH) || (brighter && r < 0 && background <= CLIPPED_LOW))) r = 0;
        residual[at] = r;
        // Noise has either sign: a branch on it would be mispredicted at every other pixel.
        const sign = r >> 31;
        if ((r ^ sign) - sign > (threshold[at] as number)) word |= bit;
      }
      words[y * stride + j] = word;
      if (word !== 0) marked += bitCount(word);
    }
  }
  return marked;
};

/** Marks the pixels whose residual exceeds `factor` times their threshold. */
export const markBeyond = (residual: Int16Array, threshold: Uint8Array, factor: number, marked: BitPlane): void => {
  const { width, height, stride, words } = marked;
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (let j = 0; j < stride; j += 1) {
      const end = Math.min(at + 32, (y + 1) * width);
      let word = 0;
      for (let bit = 0; at < end; at += 1, bit += 1) {
        if (Math.abs(residual[at] ?? 0) > factor * (threshold[at] ?? 0)) word |= 1 << bit;
      }
      words[y * stride + j] = word;
    }
  }
};
