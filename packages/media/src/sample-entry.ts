// Sample entries (`avc1`, `avc3`, `hvc1`, `hev1`, `mp4a`, `Opus`): from the box of an stsd to a track.
import { type BoxSpan, findBox } from './box.ts';
import { ByteReader } from './byte-reader.ts';
import { h265CodecString } from './h265-sps.ts';
import { MediaError } from './media-error.ts';
import { parseSps } from './sps.ts';
import type { Track, VideoTrack } from './track.ts';

const VIDEO_FIELDS_BYTES = 78;
const AUDIO_FIELDS_BYTES = 28;
const QUICKTIME_V1_BYTES = 16;
const QUICKTIME_V2_BYTES = 36;
const ESDS_AAC = 0x40;
const OPUS_RATE = 48_000;
/** Sampling rates of AAC by their index (ISO/IEC 14496-3, table 1.18). */
export const AAC_RATES: readonly number[] = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
/** Numbers of channels by their configuration (table 1.19); 0 is written elsewhere. */
export const AAC_CHANNELS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 8];
const H265_PARAMETER_SETS: readonly number[] = [32, 33, 34];

interface VideoConfig {
  readonly nalLengthSize: 1 | 2 | 4;
  readonly parameterSets: readonly Uint8Array[];
  readonly codecString: string;
}

const nalLengthSize = (bits: number): 1 | 2 | 4 => {
  const size = (bits & 3) + 1;
  if (size === 3) throw new MediaError('A video track says its NAL units have 3-byte lengths, which no standard allows.');
  return size === 1 || size === 2 ? size : 4;
};

const readNals = (reader: ByteReader, count: number): Uint8Array[] => {
  const nals: Uint8Array[] = [];
  for (let i = 0; i < count; i++) nals.push(reader.bytes(reader.u16()).slice());
  return nals;
};

const parseAvcC = (reader: ByteReader, type: string): VideoConfig => {
  reader.skip(1);
  const codecString = `${type}.${[...reader.bytes(3)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  const lengthSize = nalLengthSize(reader.u8());
  const sequence = readNals(reader, reader.u8() & 0x1f);
  const picture = readNals(reader, reader.u8());
  return { nalLengthSize: lengthSize, parameterSets: [...sequence, ...picture], codecString };
};

const parseHvcC = (reader: ByteReader, type: string): VideoConfig => {
  reader.skip(1);
  const codecString = `${type}.${h265CodecString(reader.bytes(12))}`;
  reader.skip(8);
  const lengthSize = nalLengthSize(reader.u8());
  const parameterSets: Uint8Array[] = [];
  const arrays = reader.u8();
  for (let i = 0; i < arrays; i++) {
    const nalType = reader.u8() & 0x3f;
    const nals = readNals(reader, reader.u16());
    if (H265_PARAMETER_SETS.includes(nalType)) parameterSets.push(...nals);
  }
  return { nalLengthSize: lengthSize, parameterSets, codecString };
};

const isSps = (nal: Uint8Array, codec: 'h264' | 'h265'): boolean => (codec === 'h264' ? ((nal[0] ?? 0) & 0x1f) === 7 : (((nal[0] ?? 0) >> 1) & 0x3f) === 33);

/** The sequence parameter set among a track's parameter sets. */
export const findSps = (track: Pick<VideoTrack, 'codec' | 'parameterSets'>): Uint8Array | undefined =>
  track.parameterSets.find((nal) => isSps(nal, track.codec));

/** Where a sample entry stands and what the boxes around it say. */
export interface EntryContext {
  readonly trackId: number;
  readonly timescale: number;
}

/** The `avcC` or `hvcC` inside a video sample entry. */
export const findDecoderConfiguration = (bytes: Uint8Array, entry: BoxSpan, codec: VideoTrack['codec']): BoxSpan | undefined =>
  findBox(bytes, { ...entry, body: entry.body + VIDEO_FIELDS_BYTES }, codec === 'h264' ? 'avcC' : 'hvcC');

const parseVideo = (bytes: Uint8Array, entry: BoxSpan, context: EntryContext): VideoTrack => {
  const fields = new ByteReader(bytes, entry.body, entry.end);
  fields.skip(24);
  let width = fields.u16();
  let height = fields.u16();
  const codec = entry.type.startsWith('avc') ? 'h264' : 'h265';
  const config = findDecoderConfiguration(bytes, entry, codec);
  if (config === undefined) throw new MediaError(`The video track's ${entry.type} has no decoder configuration.`);
  const reader = new ByteReader(bytes, config.body, config.end);
  const facts = codec === 'h264' ? parseAvcC(reader, entry.type) : parseHvcC(reader, entry.type);
  const sps = width === 0 || height === 0 ? findSps({ codec, parameterSets: facts.parameterSets }) : undefined;
  if (sps !== undefined) ({ width, height } = parseSps(sps, codec));
  return { kind: 'video', ...context, codec, ...facts, width, height, sampleEntry: bytes.slice(entry.start, entry.end) };
};

/** Reads a descriptor's tag and length, leaving the reader at its content (ISO/IEC 14496-1 §8.3.3). */
const descriptor = (reader: ByteReader): { readonly tag: number; readonly length: number } => {
  const tag = reader.u8();
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = reader.u8();
    length = length * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) break;
  }
  return { tag, length };
};

const skipToDescriptor = (reader: ByteReader, wanted: number): number => {
  for (;;) {
    const { tag, length } = descriptor(reader);
    if (tag === wanted) return length;
    reader.skip(length);
  }
};

interface AudioConfig {
  readonly objectType: number;
  readonly sampleRate: number | undefined;
  readonly channels: number | undefined;
}

/** AudioSpecificConfig, ISO/IEC 14496-3 §1.6.2.1. */
const parseAudioConfig = (bytes: Uint8Array): AudioConfig => {
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  const short = bits(5);
  const objectType = short === 31 ? 32 + bits(6) : short;
  const index = bits(4);
  const sampleRate = index === 15 ? bits(24) : AAC_RATES[index];
  const channels = AAC_CHANNELS[bits(4)];
  return { objectType, sampleRate, channels: channels === 0 ? undefined : channels };
};

/** Object type and configuration inside an `esds`; `undefined` where it is not AAC. */
const parseEsds = (reader: ByteReader): AudioConfig | undefined => {
  reader.skip(4);
  skipToDescriptor(reader, 3);
  reader.skip(2);
  const flags = reader.u8();
  if (flags & 0x80) reader.skip(2);
  if (flags & 0x40) reader.skip(reader.u8());
  if (flags & 0x20) reader.skip(2);
  skipToDescriptor(reader, 4);
  if (reader.u8() !== ESDS_AAC) return undefined;
  reader.skip(12);
  return parseAudioConfig(reader.bytes(skipToDescriptor(reader, 5)));
};

const parseAudio = (bytes: Uint8Array, entry: BoxSpan, context: EntryContext): Track | undefined => {
  const fields = new ByteReader(bytes, entry.body, entry.end);
  fields.skip(8);
  const version = fields.u16();
  fields.skip(6);
  const entryChannels = fields.u16();
  fields.skip(6);
  const entryRate = fields.u16();
  const extra = version === 1 ? QUICKTIME_V1_BYTES : version === 2 ? QUICKTIME_V2_BYTES : 0;
  const inside = { ...entry, body: entry.body + AUDIO_FIELDS_BYTES + extra };
  const esds = findBox(bytes, inside, 'esds');
  if (esds === undefined) return undefined;
  const config = parseEsds(new ByteReader(bytes, esds.body, esds.end));
  if (config === undefined) return undefined;
  return {
    kind: 'audio',
    ...context,
    codec: 'aac',
    codecString: `mp4a.40.${config.objectType}`,
    sampleRate: config.sampleRate ?? entryRate,
    channels: config.channels ?? entryChannels,
    sampleEntry: bytes.slice(entry.start, entry.end),
  };
};

/** An `Opus` entry with its `dOps` ("Encapsulation of Opus in ISO Base Media File Format" §4.3); decoders put out 48 kHz whatever was put in (RFC 7845 §5.1). */
const parseOpus = (bytes: Uint8Array, entry: BoxSpan, context: EntryContext): Track => {
  const config = findBox(bytes, { ...entry, body: entry.body + AUDIO_FIELDS_BYTES }, 'dOps');
  if (config === undefined) throw new MediaError('The sound track’s Opus entry has no dOps.');
  const reader = new ByteReader(bytes, config.body, config.end);
  reader.skip(1);
  const channels = reader.u8();
  return { kind: 'audio', ...context, codec: 'opus', codecString: 'opus', sampleRate: OPUS_RATE, channels, sampleEntry: bytes.slice(entry.start, entry.end) };
};

/** Reads one sample entry; `undefined` for what is neither H.264, H.265, AAC nor Opus. @throws MediaError where it is damaged. */
export const parseSampleEntry = (bytes: Uint8Array, entry: BoxSpan, context: EntryContext): Track | undefined => {
  switch (entry.type) {
    case 'avc1':
    case 'avc3':
    case 'hvc1':
    case 'hev1':
      return parseVideo(bytes, entry, context);
    case 'mp4a':
      return parseAudio(bytes, entry, context);
    case 'Opus':
      return parseOpus(bytes, entry, context);
    default:
      return undefined;
  }
};
