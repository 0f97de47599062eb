// What sequence parameter sets of both codecs have in common.
import type { BitReader } from './bit-reader.ts';
import { MediaError } from './media-error.ts';

/** What a sequence parameter set says. */
export interface SpsFacts {
  readonly codec: 'h264' | 'h265';
  /** Pixels after cropping. */
  readonly width: number;
  readonly height: number;
  /** `profile_idc` (H.265: `general_profile_idc`). */
  readonly profile: number;
  /** `level_idc` as written: H.264 40 is 4.0, H.265 120 is 4.0. */
  readonly level: number;
  readonly bitDepth: number;
  /** 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chromaFormat: number;
  /** Frames a second, where the timing information has it. */
  readonly fps?: number;
  /** How many pictures may be shown later than decoded: 0 means no reordering. Absent where it is not said. */
  readonly reorderFrames?: number;
  /** RFC 6381, for instance `avc1.64001f` or `hvc1.1.6.L120.90`. */
  readonly codecString: string;
}

const EXTENDED_SAR = 255;
const MAX_PIXELS_PER_SIDE = 16_384;

/** What the optional part of a set (its VUI) may add. */
export interface Vui {
  readonly fps?: number;
  readonly reorderFrames?: number;
}

/** Pixels per chroma sample; cropping counts in chroma samples. */
export const subsampling = (chromaFormat: number): { readonly x: number; readonly y: number } => ({
  x: chromaFormat === 1 || chromaFormat === 2 ? 2 : 1,
  y: chromaFormat === 1 ? 2 : 1,
});

/** Steps over what a VUI says about colours. */
export const skipVuiColours = (bits: BitReader): void => {
  if (bits.flag() && bits.bits(8) === EXTENDED_SAR) bits.skip(32);
  if (bits.flag()) bits.skip(1);
  if (bits.flag()) {
    bits.skip(4);
    if (bits.flag()) bits.skip(24);
  }
  if (bits.flag()) {
    bits.ue();
    bits.ue();
  }
};

/** Reads a VUI's clock as frames a second. */
export const timing = (bits: BitReader, ticksPerFrame: number): number | undefined => {
  const unitsInTick = bits.bits(32);
  const timescale = bits.bits(32);
  return unitsInTick > 0 && timescale > 0 ? timescale / (unitsInTick * ticksPerFrame) : undefined;
};

/** Damage behind the picture size loses only what is there: many cameras write a careless VUI. */
export const orNothing = (parse: () => Vui): Vui => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MediaError) return {};
    throw error;
  }
};

/** The facts themselves. @throws MediaError where the picture size cannot be true. */
export const plausible = (facts: SpsFacts): SpsFacts => {
  if (facts.width <= 0 || facts.height <= 0 || facts.width > MAX_PIXELS_PER_SIDE || facts.height > MAX_PIXELS_PER_SIDE) {
    throw new MediaError(`A sequence parameter set says the picture is ${facts.width}x${facts.height}.`);
  }
  return facts;
};
