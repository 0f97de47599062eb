// NAL units of an access unit: walking through them, and what their headers tell (H.264 §7.3, H.265 §7.3).
import { BitReader, unescapeNal } from './bit-reader.ts';
import { MediaError } from './media-error.ts';
import { findSps } from './sample-entry.ts';
import { parseSps } from './sps.ts';
import type { SpsFacts } from './sps-facts.ts';
import type { VideoTrack } from './track.ts';

/** How a picture is coded; `B` pictures are shown in another order than decoded. */
export type PictureType = 'I' | 'P' | 'B' | 'unknown';

type Codec = VideoTrack['codec'];

const START_CODE_BYTES = 4;
const SLICE_HEADER_BYTES = 24;
const H264_AUD = Uint8Array.of(0, 0, 0, 1, 0x09, 0xf0);
const H265_AUD = Uint8Array.of(0, 0, 0, 1, 0x46, 0x01, 0x50);

/** The type of a NAL unit, from its first byte. */
export const nalType = (nal: Uint8Array, codec: Codec): number => {
  const first = nal[0] ?? 0;
  return codec === 'h264' ? first & 0x1f : (first >> 1) & 0x3f;
};

/**
 * Walks through an access unit.
 *
 * @param data - NAL units, each after its length.
 * @yields Views of `data`, without the lengths; empty units are left out.
 * @throws MediaError where a length runs over the end.
 */
export function* nalUnits(data: Uint8Array, nalLengthSize: 1 | 2 | 4): Generator<Uint8Array, void, undefined> {
  let at = 0;
  while (at < data.length) {
    let length = 0;
    for (let i = 0; i < nalLengthSize; i++) length = length * 256 + (data[at + i] ?? 0);
    const start = at + nalLengthSize;
    if (start + length > data.length) throw new MediaError('A NAL unit is longer than the picture it is in.');
    if (length > 0) yield data.subarray(start, start + length);
    at = start + length;
  }
}

/** What `toAnnexB` adds. */
export interface AnnexBOptions {
  /** Written before the picture. */
  readonly parameterSets?: readonly Uint8Array[];
  /**
   * Ends the picture with an access unit delimiter, so that a decoder that waits for the next picture's first byte
   * releases this one at once; delimiters at the beginning are left out then.
   */
  readonly trailingDelimiter?: Codec;
}

/** Rewrites an access unit with start codes instead of lengths. @throws MediaError where a length runs over the end. */
export const toAnnexB = (data: Uint8Array, nalLengthSize: 1 | 2 | 4, options: AnnexBOptions = {}): Uint8Array => {
  const codec = options.trailingDelimiter;
  const units: Uint8Array[] = [...(options.parameterSets ?? [])];
  for (const nal of nalUnits(data, nalLengthSize)) {
    if (codec === undefined || nalType(nal, codec) !== (codec === 'h264' ? 9 : 35)) units.push(nal);
  }
  const delimiter = codec === undefined ? new Uint8Array(0) : codec === 'h264' ? H264_AUD : H265_AUD;
  const out = new Uint8Array(units.reduce((sum, nal) => sum + START_CODE_BYTES + nal.length, delimiter.length));
  let at = 0;
  for (const nal of units) {
    out[at + START_CODE_BYTES - 1] = 1;
    out.set(nal, at + START_CODE_BYTES);
    at += START_CODE_BYTES + nal.length;
  }
  out.set(delimiter, at);
  return out;
};

/** Whether a NAL unit is filler, which cameras send to hold a constant bit rate. */
export const isFillerNal = (nal: Uint8Array, codec: Codec): boolean => nalType(nal, codec) === (codec === 'h264' ? 12 : 38);

/** How many bytes of an access unit are filler, lengths included. */
export const fillerBytes = (data: Uint8Array, track: VideoTrack): number => {
  let count = 0;
  for (const nal of nalUnits(data, track.nalLengthSize)) {
    if (isFillerNal(nal, track.codec)) count += nal.length + track.nalLengthSize;
  }
  return count;
};

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index]);

const readSps = (nal: Uint8Array | undefined, codec: Codec): SpsFacts | undefined => {
  if (nal === undefined) return undefined;
  try {
    return parseSps(nal, codec);
  } catch (error) {
    if (error instanceof MediaError) return undefined;
    throw error;
  }
};

/**
 * Whether an access unit carries a sequence parameter set of another picture size, profile, colour format or depth
 * than the track has: a decoder set up for the track cannot go on. One that cannot be read does not count.
 */
export const parameterSetsDiffer = (data: Uint8Array, track: VideoTrack): boolean => {
  const spsType = track.codec === 'h264' ? 7 : 33;
  for (const nal of nalUnits(data, track.nalLengthSize)) {
    if (nalType(nal, track.codec) !== spsType || track.parameterSets.some((known) => sameBytes(known, nal))) continue;
    const now = readSps(nal, track.codec);
    const before = readSps(findSps(track), track.codec);
    if (now === undefined || before === undefined) continue;
    const keys = ['width', 'height', 'profile', 'chromaFormat', 'bitDepth'] as const;
    if (keys.some((key) => now[key] !== before[key])) return true;
  }
  return false;
};

const H264_SLICE_TYPES: readonly PictureType[] = ['P', 'B', 'I', 'P', 'I'];
const H265_SLICE_TYPES: readonly PictureType[] = ['B', 'P', 'I'];

const h264PictureType = (nal: Uint8Array): PictureType => {
  if (nalType(nal, 'h264') === 5) return 'I';
  const bits = new BitReader(unescapeNal(nal, 1, SLICE_HEADER_BYTES));
  bits.ue();
  return H264_SLICE_TYPES[bits.ue() % 5] ?? 'unknown';
};

const h265PictureType = (nal: Uint8Array, track: VideoTrack): PictureType => {
  const type = nalType(nal, 'h265');
  if (type >= 16 && type <= 23) return 'I';
  const pps = track.parameterSets.find((candidate) => nalType(candidate, 'h265') === 34);
  const reorderFrames = readSps(findSps(track), 'h265')?.reorderFrames;
  if (pps === undefined || reorderFrames === undefined) return 'unknown';
  const ppsBits = new BitReader(unescapeNal(pps, 2, SLICE_HEADER_BYTES));
  ppsBits.ue();
  ppsBits.ue();
  ppsBits.skip(2);
  const extraBits = ppsBits.bits(3);
  const bits = new BitReader(unescapeNal(nal, 2, SLICE_HEADER_BYTES));
  if (!bits.flag()) return 'unknown';
  bits.ue();
  bits.skip(extraBits);
  const coded = H265_SLICE_TYPES[bits.ue()] ?? 'unknown';
  // Low-delay encoders write B slices that only look back; nothing is reordered then.
  return coded === 'B' && reorderFrames === 0 ? 'P' : coded;
};

/**
 * The kind of picture an access unit is, from its first slice. H.265: B slices of a stream that reorders nothing
 * count as `P`; `unknown` where the track's parameter sets are not there to read the slice with.
 */
export const pictureType = (data: Uint8Array, track: VideoTrack): PictureType => {
  try {
    for (const nal of nalUnits(data, track.nalLengthSize)) {
      const type = nalType(nal, track.codec);
      if (track.codec === 'h264' ? type === 1 || type === 2 || type === 5 : type < 32) {
        return track.codec === 'h264' ? h264PictureType(nal) : h265PictureType(nal, track);
      }
    }
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
  }
  return 'unknown';
};

/**
 * Whether decoding may start at an access unit whatever was decoded before, even itself (H.264 §7.4.1.2.4, H.265 §7.4.2.2):
 * not so at H.265's CRA or H.264's recovery points. False where it can't be read.
 */
export const isIdr = (data: Uint8Array, { codec, nalLengthSize }: VideoTrack): boolean => {
  try {
    for (const nal of nalUnits(data, nalLengthSize)) {
      const type = nalType(nal, codec);
      if (codec === 'h264' ? type === 5 : type === 19 || type === 20) return true;
    }
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
  }
  return false;
};
