// H.265 sequence parameter sets (ITU-T H.265 §7.3.2.2).
import { BitReader, unescapeNal } from './bit-reader.ts';
import { MediaError } from './media-error.ts';
import { orNothing, plausible, type SpsFacts, skipVuiColours, subsampling, timing, type Vui } from './sps-facts.ts';

const H265_SPS = 33;
const MAX_REFERENCE_SETS = 64;

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

const damaged = (): MediaError => new MediaError('A parameter set or slice header is damaged.');

/** A reference set told as a change of the one before, which has `previous` pictures; answers how many it has. */
const skipPredictedSet = (bits: BitReader, previous: number): number => {
  bits.skip(1);
  bits.ue();
  let pictures = 0;
  for (let i = 0; i <= previous; i++) {
    const isUsed = bits.flag();
    if (isUsed || bits.flag()) pictures += 1;
  }
  return pictures;
};

const skipWholeSet = (bits: BitReader): number => {
  const pictures = bits.ue() + bits.ue();
  if (pictures > MAX_REFERENCE_SETS) throw damaged();
  for (let i = 0; i < pictures; i++) {
    bits.ue();
    bits.skip(1);
  }
  return pictures;
};

const skipReferenceSets = (bits: BitReader): void => {
  const count = bits.ue();
  if (count > MAX_REFERENCE_SETS) throw damaged();
  let pictures = 0;
  for (let index = 0; index < count; index++) pictures = index > 0 && bits.flag() ? skipPredictedSet(bits, pictures) : skipWholeSet(bits);
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
  skipReferenceSets(bits);
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
