// A video track as an endless Matroska stream (RFC 9559 over EBML, RFC 8794): the plainest container that gives a decoder
// whole access units with times of our choice. Written only as far as a demuxer needs it; no index, no end.
import { parseBoxHeader } from './box.ts';
import { BoxWriter } from './box-writer.ts';
import { MediaError } from './media-error.ts';
import { findDecoderConfiguration } from './sample-entry.ts';
import type { VideoTrack } from './track.ts';

const ID = {
  ebml: 0x1a45dfa3,
  ebmlVersion: 0x4286,
  ebmlReadVersion: 0x42f7,
  ebmlMaxIdLength: 0x42f2,
  ebmlMaxSizeLength: 0x42f3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
} as const;

const VIDEO = 1;
const TRACK = 1;
const UNKNOWN_SIZE = 0x01ffffff;
/** Track number, relative timestamp, flags (RFC 9559 §10.2). */
const BLOCK_HEAD_BYTES = 4;
const KEY = 0x80;
/** Sizes are written with eight bytes each, so that they can be filled in afterwards. */
const SIZE_BYTES = 8;
const TICK_NS = 50_000;

/** Microseconds of a tick, the unit of `timestamp` in {@link matroskaFrameHead}. */
export const MATROSKA_TICK_US = TICK_NS / 1000;

/**
 * What comes before the frames of a track.
 *
 * @throws MediaError for a track without decoder configuration.
 * @see RFC 9559 §5.1
 */
export const matroskaHead = (track: VideoTrack): Uint8Array => {
  const writer = new BoxWriter();
  element(writer, ID.ebml, () => {
    uint(writer, ID.ebmlVersion, 1);
    uint(writer, ID.ebmlReadVersion, 1);
    uint(writer, ID.ebmlMaxIdLength, 4);
    uint(writer, ID.ebmlMaxSizeLength, SIZE_BYTES);
    text(writer, ID.docType, 'matroska');
    uint(writer, ID.docTypeVersion, 4);
    uint(writer, ID.docTypeReadVersion, 2);
  });
  elementId(writer, ID.segment);
  writer.u32(UNKNOWN_SIZE);
  writer.u32(0xffffffff);
  element(writer, ID.info, () => {
    uint(writer, ID.timestampScale, TICK_NS);
    text(writer, ID.muxingApp, 'nightjar');
    text(writer, ID.writingApp, 'nightjar');
  });
  element(writer, ID.tracks, () => element(writer, ID.trackEntry, () => trackEntry(writer, track)));
  return writer.finish();
};

/**
 * What comes before the bytes of one frame: a cluster of its own, so that nothing depends on the frames before it.
 *
 * @param timestamp - Presentation time in ticks of {@link MATROSKA_TICK_US}; a whole number, at least 0.
 * @param size - Bytes of the access unit, whose NAL units keep their lengths in front.
 */
export const matroskaFrameHead = (timestamp: number, size: number, isKey: boolean): Uint8Array => {
  const writer = new BoxWriter();
  const block = BLOCK_HEAD_BYTES + size;
  elementId(writer, ID.cluster);
  // Timestamp: ID, size, eight bytes; block: ID, size, content.
  sizeOf(writer, 1 + SIZE_BYTES + 8 + 1 + SIZE_BYTES + block);
  uint(writer, ID.timestamp, timestamp);
  elementId(writer, ID.simpleBlock);
  sizeOf(writer, block);
  writer.u8(0x80 | TRACK);
  writer.u16(0);
  writer.u8(isKey ? KEY : 0);
  return writer.finish();
};

const trackEntry = (writer: BoxWriter, track: VideoTrack): void => {
  uint(writer, ID.trackNumber, TRACK);
  uint(writer, ID.trackUid, TRACK);
  uint(writer, ID.trackType, VIDEO);
  text(writer, ID.codecId, track.codec === 'h264' ? 'V_MPEG4/ISO/AVC' : 'V_MPEGH/ISO/HEVC');
  element(writer, ID.codecPrivate, () => writer.bytes(decoderConfiguration(track)));
  element(writer, ID.video, () => {
    uint(writer, ID.pixelWidth, track.width);
    uint(writer, ID.pixelHeight, track.height);
  });
};

/** The content of the track's `avcC` or `hvcC`, which both containers share. */
const decoderConfiguration = ({ codec, sampleEntry }: VideoTrack): Uint8Array => {
  const header = parseBoxHeader(sampleEntry);
  const config =
    header === undefined ? undefined : findDecoderConfiguration(sampleEntry, { type: header.type, start: 0, body: header.headerSize, end: header.size }, codec);
  if (config === undefined) throw new MediaError('The video track has no decoder configuration.');
  return sampleEntry.subarray(config.body, config.end);
};

const element = (writer: BoxWriter, id: number, body: () => void): void => {
  elementId(writer, id);
  const at = writer.length;
  sizeOf(writer, 0);
  body();
  writer.patchU32(at + SIZE_BYTES - 4, writer.length - at - SIZE_BYTES);
};

const elementId = (writer: BoxWriter, id: number): void => {
  const bytes = id > 0xffffff ? 4 : id > 0xffff ? 3 : id > 0xff ? 2 : 1;
  for (let shift = (bytes - 1) * 8; shift >= 0; shift -= 8) writer.u8((id >>> shift) & 0xff);
};

const sizeOf = (writer: BoxWriter, size: number): void => {
  writer.u32(0x01000000);
  writer.u32(size);
};

const uint = (writer: BoxWriter, id: number, value: number): void => element(writer, id, () => writer.u64(value));

const text = (writer: BoxWriter, id: number, value: string): void => element(writer, id, () => writer.ascii(value));
