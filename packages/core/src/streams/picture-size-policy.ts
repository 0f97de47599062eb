// How large a picture becomes. Sizes are rounded, so that whoever asks for every width there is makes a few of them only. Pure.
import type { PictureSize } from '../ports/picture-painter.ts';

/** Widths are multiples of this, in pixels: all that people ask for are. */
const WIDTH_STEP = 8;
const SMALLEST = 16;

/** What somebody asks for; absent: whatever there is. */
export type WantedSize = Partial<PictureSize>;

/** The size of a picture of `full` that fits into what is wanted: the shape stays, and it never becomes larger. Up to seven pixels narrower than it might be. */
export function pictureSize(full: PictureSize, wanted: WantedSize): PictureSize {
  const scale = Math.min(1, (wanted.width ?? full.width) / full.width, (wanted.height ?? full.height) / full.height);
  if (scale === 1) return full;
  const width = Math.min(full.width, Math.max(SMALLEST, stepDown(full.width * scale)));
  return { width, height: Math.max(1, Math.round((width * full.height) / full.width)) };
}

/** A width that several viewers may share; `undefined`: as large as it is. */
export const sharedWidth = (wanted: number | undefined): number | undefined => (wanted === undefined ? undefined : Math.max(SMALLEST, stepDown(wanted)));

/** Sums of fractions fall short of whole numbers by less than a thousandth. */
const stepDown = (width: number): number => Math.floor((width + 0.001) / WIDTH_STEP) * WIDTH_STEP;
