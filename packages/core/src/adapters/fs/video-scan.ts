// Walks through a video file box by box, without its media: what is whole, and where the samples are.
import type { FileHandle } from 'node:fs/promises';
import { MediaError, type Movie, parseBoxHeader, parseMoof, parseMoov, readSampleTables, type SampleLocation } from '@nightjar/media';
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
  /** Samples of a file that is not fragmented, as far as they lie inside it. */
  readonly tableSamples: readonly SampleLocation[];
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

/** Reads what a file holds. Damage ends the walk; it is no error. */
export const scanVideo = async (handle: FileHandle): Promise<VideoScan> => {
  const { size: sizeBytes } = await handle.stat();
  let movie: Movie | undefined;
  let identity: EventRecord | undefined;
  let initBytes = 0;
  let tableSamples: readonly SampleLocation[] = [];
  let open: { readonly start: number; readonly samples: readonly SampleLocation[] } | undefined;
  const fragments: ScannedFragment[] = [];
  for await (const box of wholeBoxes(handle, sizeBytes)) {
    const { bytes } = box;
    if (box.type === 'moov' && bytes !== undefined) {
      movie = attempt(() => parseMoov(bytes));
      if (movie === undefined) break;
      const known = movie;
      tableSamples = (attempt(() => readSampleTables(bytes, known)) ?? []).filter((sample) => sample.offset + sample.size <= sizeBytes);
    } else if (box.type === 'uuid' && bytes !== undefined) {
      identity ??= readEventIdentity(bytes);
    } else if (box.type === 'moof' && bytes !== undefined) {
      const known = movie;
      const samples = known === undefined ? undefined : attempt(() => parseMoof(bytes, box.start, known));
      if (samples === undefined) break;
      open = { start: box.start, samples };
    } else if (box.type === 'mdat' && open !== undefined) {
      const { start, samples } = open;
      if (samples.some((sample) => sample.offset < box.start || sample.offset + sample.size > box.end)) break;
      fragments.push({ start, end: box.end, samples });
      open = undefined;
    }
    if (fragments.length === 0 && open === undefined) initBytes = box.end;
  }
  return { sizeBytes, initBytes, fragments, tableSamples, ...(movie === undefined ? {} : { movie }), ...(identity === undefined ? {} : { identity }) };
};

/** All samples of a file, fragmented or not. */
export const samplesOf = (scan: VideoScan): readonly SampleLocation[] => (scan.fragments.length > 0 ? scan.fragments.flatMap((fragment) => fragment.samples) : scan.tableSamples);

/** What a file says about itself; `undefined` where it has no picture. */
export const factsOf = (scan: VideoScan): VideoFacts | undefined => {
  const track = scan.movie?.tracks.find((candidate) => candidate.kind === 'video');
  if (track?.kind !== 'video') return undefined;
  let frames = 0;
  let first = Infinity;
  let end = -Infinity;
  for (const sample of samplesOf(scan)) {
    if (sample.trackId !== track.trackId) continue;
    frames += 1;
    first = Math.min(first, sample.pts);
    end = Math.max(end, sample.pts + sample.duration);
  }
  if (frames === 0) return undefined;
  return {
    frames,
    durationMs: Math.round(((end - first) * 1000) / track.timescale),
    sizeBytes: scan.sizeBytes,
    codec: track.codec,
    width: track.width,
    height: track.height,
    ...(scan.identity === undefined ? {} : { identity: scan.identity }),
  };
};
