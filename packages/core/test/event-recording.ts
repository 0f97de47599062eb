// A recording to write into event files: valid NAL units around meaningless pictures, with sound if wanted.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AudioTrack, VideoTrack } from '@nightjar/media';
import { audioTrack, videoTrack } from '../../media/test/synthetic-tracks.ts';
import type { RecordedSample } from '../src/ports/event-files.ts';

/** Picture and sound of the recording. */
export const soundTracks: { readonly video: VideoTrack; readonly audio: AudioTrack } = { video: videoTrack, audio: audioTrack };
/** Picture only. */
export const silentTracks: { readonly video: VideoTrack } = { video: videoTrack };

/** One NAL unit after its length. */
const picture = (size: number, isKey: boolean, seed: number): Uint8Array => {
  const data = new Uint8Array(4 + size).fill(seed % 256);
  new DataView(data.buffer).setUint32(0, size);
  data[4] = isKey ? 0x65 : 0x41;
  return data;
};

/** Pictures `from` to `to` (not included) at 10 frames a second, a key picture each second. */
export const pictures = (from: number, to: number, size = 20): RecordedSample[] =>
  Array.from({ length: to - from }, (_, index) => {
    const frame = from + index;
    const us = frame * 100_000;
    return { track: 'video', data: picture(size, frame % 10 === 0, frame), ptsUs: us, dtsUs: us, durationUs: 100_000, isKey: frame % 10 === 0 };
  });

/** Sound of the same stretch: AAC frames of 64 ms. */
export const sound = (from: number, to: number): RecordedSample[] =>
  Array.from({ length: to - from }, (_, index) => {
    const us = (from + index) * 64_000;
    return { track: 'audio', data: new Uint8Array(10).fill(from + index), ptsUs: us, dtsUs: us, durationUs: 64_000, isKey: true };
  });

/** Runs `use` with a new directory, which is removed afterwards. */
export const withDirectory = async (use: (directory: string) => Promise<void>): Promise<void> => {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'event-files-')));
  try {
    await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
