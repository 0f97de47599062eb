// H.264 sequence parameter sets (ITU-T H.264 §7.3.2.1).
import { BitReader, unescapeNal } from './bit-reader.ts';
import { MediaError } from './media-error.ts';
import { orNothing, plausible, type SpsFacts, skipVuiColours, subsampling, timing, type Vui } from './sps-facts.ts';

const H264_SPS = 7;
/** Profiles whose sets say the colour format. */
const HIGH_PROFILES: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

const hex = (value: number): string => value.toString(16).padStart(2, '0');

const skipH264ScalingList = (bits: BitReader, size: number): void => {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.se() + 256) % 256;
    last = next === 0 ? last : next;
  }
};

const skipH264Hrd = (bits: BitReader): void => {
  const count = bits.ue() + 1;
  bits.skip(8);
  for (let i = 0; i < Math.min(count, 32); i++) {
    bits.ue();
    bits.ue();
    bits.skip(1);
  }
  bits.skip(20);
};

const parseH264Vui = (bits: BitReader): Vui => {
  skipVuiColours(bits);
  let fps: number | undefined;
  if (bits.flag()) {
    fps = timing(bits, 2);
    bits.skip(1);
  }
  const nalHrd = bits.flag();
  if (nalHrd) skipH264Hrd(bits);
  const vclHrd = bits.flag();
  if (vclHrd) skipH264Hrd(bits);
  if (nalHrd || vclHrd) bits.skip(1);
  bits.skip(1);
  let reorderFrames: number | undefined;
  if (bits.flag()) {
    bits.skip(1);
    for (let i = 0; i < 4; i++) bits.ue();
    reorderFrames = bits.ue();
  }
  return { ...(fps === undefined ? {} : { fps }), ...(reorderFrames === undefined ? {} : { reorderFrames }) };
};

/** Of these, decoding order is the order of presentation: no B-frames in Baseline, none where picture order is counted with type 2. */
const impliedReorder = (profile: number, orderType: number): Vui => (profile === 66 || orderType === 2 ? { reorderFrames: 0 } : {});

const parseH264Chroma = (bits: BitReader): { readonly chromaFormat: number; readonly bitDepth: number } => {
  const chromaFormat = bits.ue();
  if (chromaFormat === 3) bits.skip(1);
  const bitDepth = bits.ue() + 8;
  bits.ue();
  bits.skip(1);
  if (bits.flag()) {
    for (let i = 0; i < (chromaFormat === 3 ? 12 : 8); i++) {
      if (bits.flag()) skipH264ScalingList(bits, i < 6 ? 16 : 64);
    }
  }
  return { chromaFormat, bitDepth };
};

const skipH264PictureOrder = (bits: BitReader): number => {
  const type = bits.ue();
  if (type === 0) bits.ue();
  if (type === 1) {
    bits.skip(1);
    bits.se();
    bits.se();
    const count = Math.min(bits.ue(), 255);
    for (let i = 0; i < count; i++) bits.se();
  }
  return type;
};

/**
 * Reads an H.264 sequence parameter set.
 *
 * @param nal - The NAL unit with its one header byte.
 * @throws MediaError where it is not one or is damaged.
 */
export const parseH264Sps = (nal: Uint8Array): SpsFacts => {
  if (((nal[0] ?? 0) & 0x1f) !== H264_SPS || nal.length < 4) throw new MediaError('This NAL unit is not an H.264 sequence parameter set.');
  const bits = new BitReader(unescapeNal(nal, 1));
  const profile = bits.bits(8);
  const constraints = bits.bits(8);
  const level = bits.bits(8);
  bits.ue();
  const { chromaFormat, bitDepth } = HIGH_PROFILES.includes(profile) ? parseH264Chroma(bits) : { chromaFormat: 1, bitDepth: 8 };
  bits.ue();
  const orderType = skipH264PictureOrder(bits);
  bits.ue();
  bits.skip(1);
  const widthMbs = bits.ue() + 1;
  const heightUnits = bits.ue() + 1;
  const framesOnly = bits.flag();
  if (!framesOnly) bits.skip(1);
  bits.skip(1);
  const crop = bits.flag() ? { left: bits.ue(), right: bits.ue(), top: bits.ue(), bottom: bits.ue() } : { left: 0, right: 0, top: 0, bottom: 0 };
  const { x, y } = subsampling(chromaFormat);
  const fieldFactor = framesOnly ? 1 : 2;
  const vui = orNothing(() => (bits.flag() ? parseH264Vui(bits) : {}));
  return plausible({
    codec: 'h264',
    width: widthMbs * 16 - (crop.left + crop.right) * x,
    height: heightUnits * 16 * fieldFactor - (crop.top + crop.bottom) * y * fieldFactor,
    profile,
    level,
    bitDepth,
    chromaFormat,
    ...impliedReorder(profile, orderType),
    ...vui,
    codecString: `avc1.${hex(profile)}${hex(constraints)}${hex(level)}`,
  });
};
