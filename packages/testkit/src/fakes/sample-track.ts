// Tracks for tests that need no picture: right in shape, not decodable.
import type { AudioTrack, VideoTrack } from '@nightjar/media';

/** What a made-up video track should say. */
export interface SampleVideoOptions {
  readonly codec?: 'h264' | 'h265';
  readonly width?: number;
  readonly height?: number;
}

/** A video track whose parameter sets differ whenever codec or size do. */
export function sampleVideoTrack(options: SampleVideoOptions = {}): VideoTrack {
  const { codec = 'h264', width = 640, height = 360 } = options;
  const size = [width >> 8, width & 255, height >> 8, height & 255];
  const sps = codec === 'h264' ? Uint8Array.of(0x67, 0x64, 0x00, 0x1f, ...size) : Uint8Array.of(0x42, 0x01, 0x01, ...size);
  const pps = codec === 'h264' ? Uint8Array.of(0x68, 0xee, 0x3c, 0x80) : Uint8Array.of(0x44, 0x01, 0xc1);
  const vps = Uint8Array.of(0x40, 0x01, 0x0c);
  return {
    kind: 'video',
    trackId: 1,
    timescale: 90_000,
    codec,
    codecString: codec === 'h264' ? 'avc1.64001f' : 'hvc1.1.6.L93.B0',
    width,
    height,
    nalLengthSize: 4,
    parameterSets: codec === 'h264' ? [sps, pps] : [vps, sps, pps],
    sampleEntry: codec === 'h264' ? box('avc1', visualEntry(width, height), avcC(sps, pps)) : box('hvc1', visualEntry(width, height), hvcC([vps, sps, pps])),
  };
}

/** An AAC-LC track. */
export function sampleAudioTrack(sampleRate = 16_000, channels = 1): AudioTrack {
  const entry = new Uint8Array(28);
  entry[7] = 1;
  entry[17] = channels;
  entry[19] = 16;
  new DataView(entry.buffer).setUint16(24, sampleRate);
  const frequencyIndex = Math.max(0, AAC_RATES.indexOf(sampleRate));
  const config = [(2 << 3) | (frequencyIndex >> 1), ((frequencyIndex & 1) << 7) | (channels << 3)];
  const descriptor = [0x03, 0x19, 0, 2, 0, 0x04, 0x11, 0x40, 0x15, 0, 0, 0, 0, 0, 0xfa, 0, 0, 0, 0xfa, 0, 0x05, 2, ...config, 0x06, 1, 2];
  const esds = box('esds', Uint8Array.of(0, 0, 0, 0, ...descriptor));
  return {
    kind: 'audio',
    trackId: 2,
    timescale: sampleRate,
    codec: 'aac',
    codecString: 'mp4a.40.2',
    sampleRate,
    channels,
    sampleEntry: box('mp4a', entry, esds),
  };
}

/** A track of Opus: what it was sampled with before is said in its `dOps` (RFC 7845 §5.1, in the box of "Encapsulation of Opus in ISO BMFF" §4.3.2). */
export function sampleOpusTrack(inputSampleRate = 48_000, channels = 1): AudioTrack {
  const entry = new Uint8Array(28);
  const view = new DataView(entry.buffer);
  view.setUint16(6, 1);
  view.setUint16(16, channels);
  view.setUint16(18, 16);
  view.setUint16(24, 48_000);
  const config = new Uint8Array(11);
  config[1] = channels;
  new DataView(config.buffer).setUint16(2, 312);
  new DataView(config.buffer).setUint32(4, inputSampleRate);
  return {
    kind: 'audio',
    trackId: 2,
    timescale: 48_000,
    codec: 'opus',
    codecString: 'opus',
    sampleRate: 48_000,
    channels,
    sampleEntry: box('Opus', entry, box('dOps', config)),
  };
}

/** Sampling rates of AAC by their index (ISO/IEC 14496-3, table 1.18). */
export const AAC_RATES: readonly number[] = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000];

function box(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(8 + parts.reduce((sum, part) => sum + part.length, 0));
  new DataView(bytes.buffer).setUint32(0, bytes.length);
  bytes.set(new TextEncoder().encode(type), 4);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function visualEntry(width: number, height: number): Uint8Array {
  const entry = new Uint8Array(78);
  const view = new DataView(entry.buffer);
  view.setUint16(6, 1);
  view.setUint16(24, width);
  view.setUint16(26, height);
  view.setUint32(28, 0x480000);
  view.setUint32(32, 0x480000);
  view.setUint16(40, 1);
  view.setUint16(74, 24);
  view.setInt16(76, -1);
  return entry;
}

const avcC = (sps: Uint8Array, pps: Uint8Array): Uint8Array =>
  box('avcC', Uint8Array.of(1, 0x64, 0, 0x1f, 0xff, 0xe1, 0, sps.length, ...sps, 1, 0, pps.length, ...pps));

function hvcC(sets: readonly Uint8Array[]): Uint8Array {
  const head = [1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f, sets.length];
  return box('hvcC', Uint8Array.from([...head, ...sets.flatMap((set) => [0x80 | ((set[0] ?? 0) >> 1), 0, 1, 0, set.length, ...set])]));
}
