// Tracks and samples built without an encoder: valid boxes around meaningless pictures.
import { BoxWriter } from '../src/box-writer.ts';
import type { AudioTrack, Sample, VideoTrack } from '../src/index.ts';

/** 1280x720 High profile, level 3.1, 30 frames a second. */
export const H264_SPS = Uint8Array.of(
  0x67,
  0x64,
  0x00,
  0x1f,
  0xac,
  0xd9,
  0x40,
  0x50,
  0x05,
  0xbb,
  0x01,
  0x10,
  0x00,
  0x00,
  0x03,
  0x00,
  0x10,
  0x00,
  0x00,
  0x03,
  0x03,
  0xc0,
  0xf1,
  0x83,
  0x19,
  0x60,
);
const H264_PPS = Uint8Array.of(0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0);

const avc1 = (): Uint8Array => {
  const writer = new BoxWriter();
  writer.box('avc1', () => {
    writer.zeros(6);
    writer.u16(1);
    writer.zeros(16);
    writer.u16(1280);
    writer.u16(720);
    writer.u32(0x480000);
    writer.u32(0x480000);
    writer.zeros(4);
    writer.u16(1);
    writer.zeros(32);
    writer.u16(0x18);
    writer.u16(0xffff);
    writer.box('avcC', () => {
      writer.bytes(Uint8Array.of(1, 0x64, 0x00, 0x1f, 0xff, 0xe1));
      writer.u16(H264_SPS.length);
      writer.bytes(H264_SPS);
      writer.u8(1);
      writer.u16(H264_PPS.length);
      writer.bytes(H264_PPS);
    });
  });
  return writer.finish();
};

const mp4a = (): Uint8Array => {
  const writer = new BoxWriter();
  writer.box('mp4a', () => {
    writer.zeros(6);
    writer.u16(1);
    writer.zeros(8);
    writer.u16(1);
    writer.u16(16);
    writer.zeros(4);
    writer.u32(16000 * 0x10000);
    writer.fullBox('esds', 0, 0, () => {
      writer.bytes(Uint8Array.of(0x03, 0x19, 0, 2, 0, 0x04, 0x11, 0x40, 0x15, 0, 0, 0, 0, 0, 0xfa, 0, 0, 0, 0xfa, 0, 0x05, 0x02, 0x14, 0x08, 0x06, 0x01, 0x02));
    });
  });
  return writer.finish();
};

/** An H.264 track with 90 kHz. */
export const videoTrack: VideoTrack = {
  kind: 'video',
  trackId: 1,
  timescale: 90_000,
  codec: 'h264',
  codecString: 'avc1.64001f',
  width: 1280,
  height: 720,
  nalLengthSize: 4,
  parameterSets: [H264_SPS, H264_PPS],
  sampleEntry: avc1(),
};

/** An AAC-LC track, 16 kHz, one channel. */
export const audioTrack: AudioTrack = {
  kind: 'audio',
  trackId: 2,
  timescale: 16_000,
  codec: 'aac',
  codecString: 'mp4a.40.2',
  sampleRate: 16_000,
  channels: 1,
  sampleEntry: mp4a(),
};

/** A sample of `track` with bytes that tell it from others. */
export const sampleOf = (track: VideoTrack | AudioTrack, times: Omit<Sample, 'trackId' | 'data'>, size: number, seed: number): Sample => ({
  trackId: track.trackId,
  ...times,
  data: Uint8Array.from({ length: size }, (_, index) => (seed * 31 + index * 7) & 0xff),
});

/** Joins parts. */
export const join = (...parts: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};
