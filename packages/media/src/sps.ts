// Facts of H.264 and H.265 sequence parameter sets (ITU-T H.264 §7.3.2.1, H.265 §7.3.2.2).
import { BitReader, unescapeNal } from './bit-reader.ts';
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

const H264_SPS = 7;
const H265_SPS = 33;
const H264_HIGH_PROFILES: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];
const EXTENDED_SAR = 255;
const MAX_REFERENCE_SETS = 64;

const hex = (value: number): string => value.toString(16).padStart(2, '0');

const subsampling = (chromaFormat: number): { readonly x: number; readonly y: number } => ({
  x: chromaFormat === 1 || chromaFormat === 2 ? 2 : 1,
  y: chromaFormat === 1 ? 2 : 1,
});

const skipH264ScalingList = (bits: BitReader, size: number): void => {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.se() + 256) % 256;
    last = next === 0 ? last : next;
  }
};

interface Vui {
  readonly fps?: number;
  readonly reorderFrames?: number;
}

const skipVuiColours = (bits: BitReader): void => {
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

const timing = (bits: BitReader, ticksPerFrame: number): number | undefined => {
  const unitsInTick = bits.bits(32);
  const timescale = bits.bits(32);
  return unitsInTick > 0 && timescale > 0 ? timescale / (unitsInTick * ticksPerFrame) : undefined;
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

/** Damage behind the picture size loses only what is there: many cameras write a careless VUI. */
const orNothing = (parse: () => Vui): Vui => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MediaError) return {};
    throw error;
  }
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

const plausible = (facts: SpsFacts): SpsFacts => {
  if (facts.width <= 0 || facts.height <= 0 || facts.width > 16384 || facts.height > 16384) {
    throw new MediaError(`A sequence parameter set says the picture is ${facts.width}x${facts.height}.`);
  }
  return facts;
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
  const { chromaFormat, bitDepth } = H264_HIGH_PROFILES.includes(profile) ? parseH264Chroma(bits) : { chromaFormat: 1, bitDepth: 8 };
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

/** The 12 bytes that describe profile, tier and level, as they also begin an `hvcC` (after its version byte). */
export const h265CodecString = (general: Uint8Array): string => {
  const first = general[0] ?? 0;
  const space = ['', 'A', 'B', 'C'][first >> 6] ?? '';
  let compatibility = 0;
  for (let i = 0; i < 32; i++) {
    if (((general[1 + (i >> 3)] ?? 0) >> (7 - (i & 7))) & 1) compatibility += 2 ** i;
  }
  const constraints = [...general.subarray(5, 11)];
  while (constraints.at(-1) === 0) constraints.pop();
  const tier = first & 0x20 ? 'H' : 'L';
  return [`${space}${first & 0x1f}`, compatibility.toString(16), `${tier}${general[11] ?? 0}`, ...constraints.map((byte) => byte.toString(16))].join('.');
};

const skipH265SubLayers = (bits: BitReader, maxSubLayersMinus1: number): void => {
  if (maxSubLayersMinus1 === 0) return;
  const present: { profile: boolean; level: boolean }[] = [];
  for (let i = 0; i < maxSubLayersMinus1; i++) present.push({ profile: bits.flag(), level: bits.flag() });
  bits.skip((8 - maxSubLayersMinus1) * 2);
  for (const layer of present) bits.skip((layer.profile ? 88 : 0) + (layer.level ? 8 : 0));
};

const skipH265ScalingLists = (bits: BitReader): void => {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!bits.flag()) {
        bits.ue();
        continue;
      }
      if (size > 1) bits.se();
      for (let i = 0; i < Math.min(64, 1 << (4 + (size << 1))); i++) bits.se();
    }
  }
};

const skipH265ReferenceSets = (bits: BitReader): void => {
  const count = bits.ue();
  if (count > MAX_REFERENCE_SETS) throw new MediaError('A parameter set or slice header is damaged.');
  let pictures = 0;
  for (let index = 0; index < count; index++) {
    if (index > 0 && bits.flag()) {
      bits.skip(1);
      bits.ue();
      let kept = 0;
      for (let i = 0; i <= pictures; i++) {
        const used = bits.flag();
        if (used || bits.flag()) kept += 1;
      }
      pictures = kept;
    } else {
      pictures = bits.ue() + bits.ue();
      if (pictures > MAX_REFERENCE_SETS) throw new MediaError('A parameter set or slice header is damaged.');
      for (let i = 0; i < pictures; i++) {
        bits.ue();
        bits.skip(1);
      }
    }
  }
};

const parseH265Tail = (bits: BitReader, orderBits: number): Vui => {
  for (let i = 0; i < 6; i++) bits.ue();
  if (bits.flag() && bits.flag()) skipH265ScalingLists(bits);
  bits.skip(2);
  if (bits.flag()) {
    bits.skip(8);
    bits.ue();
    bits.ue();
    bits.skip(1);
  }
  skipH265ReferenceSets(bits);
  if (bits.flag()) bits.skip(Math.min(bits.ue(), 32) * (orderBits + 1));
  bits.skip(2);
  if (!bits.flag()) return {};
  skipVuiColours(bits);
  bits.skip(3);
  if (bits.flag()) for (let i = 0; i < 4; i++) bits.ue();
  const fps = bits.flag() ? timing(bits, 1) : undefined;
  return fps === undefined ? {} : { fps };
};

/**
 * Reads an H.265 sequence parameter set.
 *
 * @param nal - The NAL unit with its two header bytes.
 * @throws MediaError where it is not one or is damaged.
 */
export const parseH265Sps = (nal: Uint8Array): SpsFacts => {
  if ((((nal[0] ?? 0) >> 1) & 0x3f) !== H265_SPS || nal.length < 16) throw new MediaError('This NAL unit is not an H.265 sequence parameter set.');
  const payload = unescapeNal(nal, 2);
  const bits = new BitReader(payload);
  bits.skip(4);
  const maxSubLayersMinus1 = bits.bits(3);
  bits.skip(1);
  const general = payload.subarray(1, 13);
  bits.skip(96);
  skipH265SubLayers(bits, maxSubLayersMinus1);
  bits.ue();
  const chromaFormat = bits.ue();
  if (chromaFormat === 3) bits.skip(1);
  const width = bits.ue();
  const height = bits.ue();
  const { x, y } = subsampling(chromaFormat);
  const crop = bits.flag() ? { left: bits.ue(), right: bits.ue(), top: bits.ue(), bottom: bits.ue() } : { left: 0, right: 0, top: 0, bottom: 0 };
  const bitDepth = bits.ue() + 8;
  bits.ue();
  const orderBits = bits.ue() + 4;
  const everyLayer = bits.flag();
  let reorderFrames = 0;
  for (let i = everyLayer ? 0 : maxSubLayersMinus1; i <= maxSubLayersMinus1; i++) {
    bits.ue();
    reorderFrames = bits.ue();
    bits.ue();
  }
  return plausible({
    codec: 'h265',
    width: width - (crop.left + crop.right) * x,
    height: height - (crop.top + crop.bottom) * y,
    profile: (general[0] ?? 0) & 0x1f,
    level: general[11] ?? 0,
    bitDepth,
    chromaFormat,
    reorderFrames,
    ...orNothing(() => parseH265Tail(bits, orderBits)),
    codecString: `hvc1.${h265CodecString(general)}`,
  });
};

/** Reads a sequence parameter set of either codec. @throws MediaError */
export const parseSps = (nal: Uint8Array, codec: 'h264' | 'h265'): SpsFacts => (codec === 'h264' ? parseH264Sps(nal) : parseH265Sps(nal));
