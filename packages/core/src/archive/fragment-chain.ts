// Hashes of a video, fragment by fragment: what makes it possible to say which second of it was changed.
import { createHash } from 'node:crypto';
import { MediaError, picturesOf, type TrackSamples } from '@nightjar/media';
import { RecorderError } from '../errors/recorder-error.ts';
import type { RecordedVideo } from '../ports/recorded-videos.ts';
import type { ManifestFragment } from './evidence-manifest.ts';

/** Read at a time. */
const BLOCK_BYTES = 1024 * 1024;

/** A fragment of a file, by what is in it alone. */
export interface HashedFragment {
  /** Where it begins in the file. */
  readonly seconds: number;
  readonly frames: number;
  readonly sha256: string;
}

/** Told how many bytes were read, and asked to stop. */
export interface HashingOptions {
  readonly signal?: AbortSignal;
  onProgress?(bytes: number): void;
}

/** Hashes of a file, whole and from a place on. */
export interface FileHashes {
  readonly sha256: string;
  readonly mediaSha256: string;
}

/** Reads a file from end to end. @throws the signal's reason where it is aborted. */
export const hashFile = async (video: RecordedVideo, mediaOffset: number, { signal, onProgress }: HashingOptions = {}): Promise<FileHashes> => {
  const [whole, media] = [createHash('sha256'), createHash('sha256')];
  const block = new Uint8Array(BLOCK_BYTES);
  for (let at = 0; ; ) {
    signal?.throwIfAborted();
    const count = await video.read(at, block);
    if (count === 0) break;
    const part = block.subarray(0, count);
    whole.update(part);
    if (at + count > mediaOffset) media.update(part.subarray(Math.max(0, mediaOffset - at)));
    at += count;
    onProgress?.(at);
  }
  return { sha256: whole.digest('hex'), mediaSha256: media.digest('hex') };
};

/** The fragments of a file, from its first key picture on; what is before belongs to the first. Empty where nothing plays. */
export async function* hashFragments(video: RecordedVideo, { signal, onProgress }: HashingOptions = {}): AsyncGenerator<HashedFragment, void, undefined> {
  const tracks = await readTracks(video);
  const pictures = picturesOf(tracks);
  if (pictures === undefined) return;
  const sound = tracks.find(({ track }) => track.kind === 'audio');
  const reader = new SampleReader(video);
  let soundAt = 0;
  let read = 0;
  for (let first = 0; first < pictures.count; ) {
    signal?.throwIfAborted();
    const next = pictures.keys.indexOf(1, first + 1);
    const end = next < 0 ? pictures.count : next;
    const hash = createHash('sha256');
    for (let index = first; index < end; index++) read += await reader.add(hash, pictures, index);
    const untilSeconds = next < 0 ? Number.POSITIVE_INFINITY : secondsAt(pictures, end);
    for (; sound !== undefined && soundAt < sound.count && secondsAt(sound, soundAt) < untilSeconds; soundAt++) read += await reader.add(hash, sound, soundAt);
    yield { seconds: secondsAt(pictures, first), frames: end - first, sha256: hash.digest('hex') };
    onProgress?.(read);
    first = end;
  }
}

/** What follows a link in the chain. */
export const nextLink = (before: string, { at, sha256 }: Pick<ManifestFragment, 'at' | 'sha256'>): string =>
  createHash('sha256').update(`${before} ${at} ${sha256}`).digest('hex');

/** One hash for fragments that belong together. */
export const hashOfFragments = (fragments: readonly Pick<HashedFragment, 'sha256'>[]): string =>
  createHash('sha256')
    .update(fragments.map(({ sha256 }) => `${sha256}\n`).join(''))
    .digest('hex');

const secondsAt = ({ pts, track }: TrackSamples, index: number): number => (pts[index] ?? 0) / track.timescale;

const readTracks = async (video: RecordedVideo): Promise<readonly TrackSamples[]> => {
  try {
    return await video.tracks();
  } catch (error) {
    if (error instanceof MediaError || RecorderError.of(error, 'VIDEO_DAMAGED') !== undefined) return [];
    throw error;
  }
};

/** Reads samples through a window, because neighbours are asked for one after the other. */
class SampleReader {
  readonly #video: RecordedVideo;
  readonly #window = new Uint8Array(BLOCK_BYTES);
  #from = 0;
  #filled = 0;

  constructor(video: RecordedVideo) {
    this.#video = video;
  }

  /** @returns Bytes of the sample. */
  async add(hash: { update(data: Uint8Array): unknown }, { offsets, sizes }: TrackSamples, index: number): Promise<number> {
    const [offset = 0, size = 0] = [offsets[index], sizes[index]];
    if (size > this.#window.length) {
      const own = new Uint8Array(size);
      hash.update(own.subarray(0, await this.#video.read(offset, own)));
      return size;
    }
    if (offset < this.#from || offset + size > this.#from + this.#filled) {
      this.#from = offset;
      this.#filled = await this.#video.read(offset, this.#window);
    }
    hash.update(this.#window.subarray(offset - this.#from, Math.min(this.#filled, offset - this.#from + size)));
    return size;
  }
}
