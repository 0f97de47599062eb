// Walks through a video file box by box, without its media: what is whole, and where the samples are.
import type { FileHandle } from 'node:fs/promises';
import {
  MediaError,
  type Movie,
  parseBoxHeader,
  parseMoof,
  parseMoov,
  picturesOf,
  readTrackSamples,
  type SampleLocation,
  type TrackSamples,
  trackSamplesOf,
} from '@nightjar/media';
import type { EventRecord } from '../../model/event.ts';
import type { VideoFacts } from '../../ports/event-files.ts';
import { readEventIdentity } from './event-identity.ts';
import { readFully } from './file-io.ts';

/** One whole moof with its mdat. */
export interface ScannedFragment {
  readonly start: number;
  readonly end: number;
  readonly samples: readonly SampleLocation[];
}

/** What a file holds. */
export interface VideoScan {
  readonly sizeBytes: number;
  /** Absent: the file has no readable beginning. */
  readonly movie?: Movie;
  readonly identity?: EventRecord;
  /** Where the first fragment begins, or would. */
  readonly initBytes: number;
  readonly fragments: readonly ScannedFragment[];
  /** Tracks of a file that is not fragmented, as far as their samples lie inside it. */
  readonly tables: readonly TrackSamples[];
}

/** Enough for the header and the whole moof of most fragments, so that a fragment costs one read. */
const WINDOW_BYTES = 8 * 1024;
const MAX_TABLE_BYTES = 256 * 1024 * 1024;
const READ_WHOLE: readonly string[] = ['moov', 'moof', 'uuid'];

interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** All of it, for the types that are read. */
  readonly bytes?: Uint8Array;
}

const readBox = async (handle: FileHandle, at: number, sizeBytes: number): Promise<Box | undefined> => {
  const window = await readFully(handle, at, Math.min(WINDOW_BYTES, sizeBytes - at));
  const header = parseBoxHeader(window);
  if (header === undefined) return undefined;
  const size = header.size === 0 ? sizeBytes - at : header.size;
  if (size > sizeBytes - at) return undefined;
  const box = { type: header.type, start: at, end: at + size };
  if (!READ_WHOLE.includes(header.type)) return box;
  if (size > MAX_TABLE_BYTES) return undefined;
  const bytes = size <= window.length ? window.subarray(0, size) : await readFully(handle, at, size);
  return { ...box, bytes };
};

/** Boxes from the beginning to the first that is damaged or not whole. */
async function* wholeBoxes(handle: FileHandle, sizeBytes: number): AsyncGenerator<Box, void, undefined> {
  let at = 0;
  while (at < sizeBytes) {
    let box: Box | undefined;
    try {
      box = await readBox(handle, at, sizeBytes);
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
    }
    if (box === undefined) return;
    yield box;
    at = box.end;
  }
}

/** The result of a parser; `undefined` where the bytes are damaged. */
const attempt = <T>(parse: () => T): T | undefined => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MediaError) return undefined;
    throw error;
  }
};

/** What a walk has found so far. */
class Findings {
  movie: Movie | undefined;
  identity: EventRecord | undefined;
  initBytes = 0;
  tables: readonly TrackSamples[] = [];
  readonly fragments: ScannedFragment[] = [];
  readonly #sizeBytes: number;
  /** The moof that waits for its mdat. */
  #open: Omit<ScannedFragment, 'end'> | undefined;

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
  }

  /** Takes one more box; `false` where it is damaged and the walk must end. */
  take(box: Box): boolean {
    const isSound = this.#read(box);
    if (isSound && this.fragments.length === 0 && this.#open === undefined) this.initBytes = box.end;
    return isSound;
  }

  #read({ type, start, end, bytes = new Uint8Array(0) }: Box): boolean {
    switch (type) {
      case 'moov':
        return this.#readMoov(bytes);
      case 'uuid':
        this.identity ??= readEventIdentity(bytes);
        return true;
      case 'moof':
        return this.#readMoof(bytes, start);
      case 'mdat':
        return this.#closeFragment(start, end);
      default:
        return true;
    }
  }

  #readMoov(bytes: Uint8Array): boolean {
    const movie = attempt(() => parseMoov(bytes));
    if (movie === undefined) return false;
    this.movie = movie;
    this.tables = (attempt(() => readTrackSamples(bytes, movie)) ?? []).map((samples) => insideOf(samples, this.#sizeBytes));
    return true;
  }

  #readMoof(bytes: Uint8Array, start: number): boolean {
    const { movie } = this;
    const samples = movie === undefined ? undefined : attempt(() => parseMoof(bytes, start, movie));
    if (samples === undefined) return false;
    this.#open = { start, samples };
    return true;
  }

  #closeFragment(dataStart: number, end: number): boolean {
    if (this.#open === undefined) return true;
    const { start, samples } = this.#open;
    if (samples.some((sample) => sample.offset < dataStart || sample.offset + sample.size > end)) return false;
    this.fragments.push({ start, end, samples });
    this.#open = undefined;
    return true;
  }
}

/** Reads what a file holds. Damage ends the walk; it is no error. */
export const scanVideo = async (handle: FileHandle): Promise<VideoScan> => {
  const { size: sizeBytes } = await handle.stat();
  const found = new Findings(sizeBytes);
  for await (const box of wholeBoxes(handle, sizeBytes)) {
    if (!found.take(box)) break;
  }
  const { movie, identity, initBytes, fragments, tables } = found;
  return { sizeBytes, initBytes, fragments, tables, ...(movie === undefined ? {} : { movie }), ...(identity === undefined ? {} : { identity }) };
};

/** The samples of a track that lie inside their file; of one that was cut off, those are fewer. */
const insideOf = (samples: TrackSamples, sizeBytes: number): TrackSamples => {
  const isInside = (index: number): boolean => (samples.offsets[index] ?? 0) + (samples.sizes[index] ?? 0) <= sizeBytes;
  if (samples.sizes.every((_, index) => isInside(index))) return samples;
  const { dts, pts, durations, sizes, offsets, keys } = samples;
  const kept = { dts: dts.filter((_, i) => isInside(i)), pts: pts.filter((_, i) => isInside(i)), durations: durations.filter((_, i) => isInside(i)) };
  const places = { sizes: sizes.filter((_, i) => isInside(i)), offsets: offsets.filter((_, i) => isInside(i)), keys: keys.filter((_, i) => isInside(i)) };
  return { track: samples.track, count: places.sizes.length, ...kept, ...places };
};

/** All samples of a fragmented file. */
export const samplesOf = ({ fragments }: VideoScan): readonly SampleLocation[] => fragments.flatMap(({ samples }) => samples);

/** The tracks of a file, fragmented or not. */
export const tracksOf = (scan: VideoScan): readonly TrackSamples[] => {
  if (scan.fragments.length === 0) return scan.tables;
  const samples = samplesOf(scan);
  return (scan.movie?.tracks ?? []).map((track) => trackSamplesOf(track, samples));
};

/** What a file says about itself; `undefined` where it has no picture. */
export const factsOf = (scan: VideoScan): VideoFacts | undefined => {
  const pictures = picturesOf(tracksOf(scan));
  if (pictures === undefined) return undefined;
  const { track, count, pts, durations } = pictures;
  const first = pts.reduce((least, time) => Math.min(least, time), Infinity);
  const end = pts.reduce((most, time, index) => Math.max(most, time + (durations[index] ?? 0)), -Infinity);
  return {
    frames: count,
    durationMs: Math.round(((end - first) * 1000) / track.timescale),
    sizeBytes: scan.sizeBytes,
    codec: track.codecString,
    width: track.width,
    height: track.height,
    ...(scan.identity === undefined ? {} : { identity: scan.identity }),
  };
};
