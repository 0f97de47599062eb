// A track made anew from the parameter sets inside its stream, for cameras that announce other ones than they send.
import { unescapeNal } from './bit-reader.ts';
import { spanOf } from './box.ts';
import { BoxWriter } from './box-writer.ts';
import { MediaError } from './media-error.ts';
import { nalType, nalUnits } from './nal.ts';
import { findSps, parseSampleEntry } from './sample-entry.ts';
import { parseSps } from './sps.ts';
import type { SpsFacts } from './sps-facts.ts';
import type { VideoTrack } from './track.ts';

const PARAMETER_SETS = { h264: [7, 8], h265: [32, 33, 34] } as const;
/** Profiles whose `avcC` says more (ISO/IEC 14496-15 §5.3.3.1.2). */
const HIGH_PROFILES: readonly number[] = [100, 110, 122, 144, 244];
/** General profile, tier and level in an H.265 SPS: behind the two header bytes and one of ids. */
const H265_GENERAL = { from: 1, to: 13 } as const;

/**
 * The track as the parameter sets of one of its key pictures describe it: picture size, codec string, sample entry.
 * Kinds of sets that the picture does not carry are kept.
 *
 * @param data - An access unit of the track.
 * @throws MediaError where it carries no sequence parameter set that can be read.
 */
export const trackFromInBand = (track: VideoTrack, data: Uint8Array): VideoTrack => {
  const { codec, nalLengthSize, trackId, timescale } = track;
  const found = [...nalUnits(data, nalLengthSize)];
  const parameterSets = PARAMETER_SETS[codec].flatMap((type) => {
    const own = found.filter((nal) => nalType(nal, codec) === type);
    return (own.length > 0 ? own : track.parameterSets.filter((nal) => nalType(nal, codec) === type)).map((nal) => nal.slice());
  });
  const sps = findSps({ codec, parameterSets: found });
  if (sps === undefined) throw new MediaError('This picture carries no sequence parameter set.');
  const facts = parseSps(sps, codec);
  const type = new TextDecoder().decode(track.sampleEntry.subarray(4, 8));
  const sampleEntry = writeEntry({ type, sps, facts, parameterSets, nalLengthSize });
  const rebuilt = parseSampleEntry(sampleEntry, spanOf(sampleEntry, type), { trackId, timescale });
  if (rebuilt?.kind !== 'video') throw new MediaError(`A sample entry ${type} is none of a video track.`);
  return rebuilt;
};

interface EntryParts {
  readonly type: string;
  readonly sps: Uint8Array;
  readonly facts: SpsFacts;
  readonly parameterSets: readonly Uint8Array[];
  readonly nalLengthSize: 1 | 2 | 4;
}

/** A visual sample entry (ISO/IEC 14496-12 §12.1.3) with its configuration and nothing else: aspect and colours are in the SPS. */
const writeEntry = (parts: EntryParts): Uint8Array => {
  const writer = new BoxWriter();
  writer.box(parts.type, () => {
    writer.zeros(6);
    writer.u16(1);
    writer.zeros(16);
    writer.u16(parts.facts.width);
    writer.u16(parts.facts.height);
    writer.u32(0x480000);
    writer.u32(0x480000);
    writer.zeros(4);
    writer.u16(1);
    writer.zeros(32);
    writer.u16(0x18);
    writer.u16(0xffff);
    if (parts.facts.codec === 'h264') writer.box('avcC', () => writeAvcC(writer, parts));
    else writer.box('hvcC', () => writeHvcC(writer, parts));
  });
  return writer.finish();
};

const writeNals = (writer: BoxWriter, nals: readonly Uint8Array[]): void => {
  for (const nal of nals) {
    writer.u16(nal.length);
    writer.bytes(nal);
  }
};

const writeAvcC = (writer: BoxWriter, { sps, facts, parameterSets, nalLengthSize }: EntryParts): void => {
  const sequence = parameterSets.filter((nal) => nalType(nal, 'h264') === 7);
  const picture = parameterSets.filter((nal) => nalType(nal, 'h264') === 8);
  writer.u8(1);
  writer.bytes(sps.subarray(1, 4));
  writer.u8(0xfc | (nalLengthSize - 1));
  writer.u8(0xe0 | sequence.length);
  writeNals(writer, sequence);
  writer.u8(picture.length);
  writeNals(writer, picture);
  if (!HIGH_PROFILES.includes(facts.profile)) return;
  writer.bytes(Uint8Array.of(0xfc | facts.chromaFormat, 0xf8 | (facts.bitDepth - 8), 0xf8 | (facts.bitDepth - 8), 0));
};

const writeHvcC = (writer: BoxWriter, { sps, facts, parameterSets, nalLengthSize }: EntryParts): void => {
  const payload = unescapeNal(sps, 2);
  const subLayers = (((payload[0] ?? 0) >> 1) & 7) + 1;
  const isNested = (payload[0] ?? 0) & 1;
  writer.u8(1);
  writer.bytes(payload.subarray(H265_GENERAL.from, H265_GENERAL.to));
  // No minimum of spatial segmentation, parallelism unknown.
  writer.bytes(Uint8Array.of(0xf0, 0, 0xfc, 0xfc | facts.chromaFormat, 0xf8 | (facts.bitDepth - 8), 0xf8 | (facts.bitDepth - 8), 0, 0));
  writer.u8((subLayers << 3) | (isNested << 2) | (nalLengthSize - 1));
  const arrays = PARAMETER_SETS.h265.map((type) => ({ type, nals: parameterSets.filter((nal) => nalType(nal, 'h265') === type) }));
  writer.u8(arrays.length);
  for (const { type, nals } of arrays) {
    writer.u8(0x80 | type);
    writer.u16(nals.length);
    writeNals(writer, nals);
  }
};
