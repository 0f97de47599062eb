// Plans a fast-start file: all tables first, then the media in interleaved chunks, copied from another file as it is.
import { BoxWriter } from './box-writer.ts';
import type { SampleLocation } from './fragment-index.ts';
import { MediaError } from './media-error.ts';
import { type Chunk, writeSampleTables } from './sample-table-writer.ts';
import type { Track } from './track.ts';
import { type Edit, nextTrackId, writeFileType, writeMovieHeader, writeTrack } from './track-boxes.ts';

/** A stretch of the source file, in bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly size: number;
}

/** What to write: the header, then the copies one after the other. */
export interface ProgressivePlan {
  readonly header: Uint8Array;
  readonly copies: readonly ByteRange[];
  /** Bytes of the whole file. */
  readonly sizeBytes: number;
}

/** What a file is planned from. */
export interface ProgressiveSource {
  readonly tracks: readonly Track[];
  /** In decode order per track; tracks may come in any order. */
  readonly samples: readonly SampleLocation[];
  /** Whole boxes that go between moov and mdat as they are. */
  readonly extraBoxes?: readonly Uint8Array[];
}

const CHUNK_SECONDS = 0.5;
const MAX_U32 = 2 ** 32 - 1;

interface TrackPlan {
  readonly track: Track;
  readonly samples: readonly SampleLocation[];
  /** By sample: ticks until the next one is decoded. */
  readonly durations: readonly number[];
  readonly firstPts: number;
  readonly endPts: number;
  readonly chunks: Chunk[];
}

/**
 * Plans a fast-start file. Presentation begins at time 0 with whichever track is first; the others keep their
 * distance to it. Tracks without samples are left out.
 *
 * @throws MediaError where there are no samples or decode times go back.
 */
export const planProgressiveFile = (source: ProgressiveSource): ProgressivePlan => {
  const tracks = source.tracks.map((track) => planTrack(track, source.samples)).filter((plan) => plan.samples.length > 0);
  if (tracks.length === 0) throw new MediaError('There are no samples to write.');
  const { copies, dataBytes } = interleave(tracks);
  const extraBytes = (source.extraBoxes ?? []).reduce((sum, box) => sum + box.length, 0);
  const measure = (wide: boolean): number => writeHeader(tracks, { wide, dataOffset: 0, dataBytes, extraBoxes: [] }).length + extraBytes;
  const wide = measure(false) + dataBytes > MAX_U32;
  const dataOffset = measure(wide);
  const header = writeHeader(tracks, { wide, dataOffset, dataBytes, extraBoxes: source.extraBoxes ?? [] });
  return { header, copies, sizeBytes: header.length + dataBytes };
};

const planTrack = (track: Track, all: readonly SampleLocation[]): TrackPlan => {
  const samples = all.filter((sample) => sample.trackId === track.trackId);
  const durations: number[] = [];
  let firstPts = Infinity;
  let endPts = -Infinity;
  samples.forEach((sample, index) => {
    const duration = (samples[index + 1]?.dts ?? sample.dts + sample.duration) - sample.dts;
    if (duration < 0 || duration > MAX_U32) throw new MediaError('Decode times of a track must not go back.');
    durations.push(duration);
    firstPts = Math.min(firstPts, sample.pts);
    endPts = Math.max(endPts, sample.pts + duration);
  });
  return { track, samples, durations, firstPts, endPts, chunks: cutChunks(track, samples) };
};

const cutChunks = (track: Track, samples: readonly SampleLocation[]): Chunk[] => {
  const chunks: Chunk[] = [];
  let open: { startDts: number; samples: SampleLocation[] } | undefined;
  for (const sample of samples) {
    if (open === undefined || sample.dts - open.startDts >= CHUNK_SECONDS * track.timescale) {
      open = { startDts: sample.dts, samples: [] };
      chunks.push({ startSeconds: sample.dts / track.timescale, samples: open.samples, offset: 0 });
    }
    open.samples.push(sample);
  }
  return chunks;
};

/** Gives every chunk its place behind the header, in order of time, and lists what to copy. */
const interleave = (tracks: readonly TrackPlan[]): { readonly copies: ByteRange[]; readonly dataBytes: number } => {
  const copies: { offset: number; size: number }[] = [];
  let dataBytes = 0;
  const inOrder = tracks.flatMap((plan) => plan.chunks).sort((a, b) => a.startSeconds - b.startSeconds);
  for (const chunk of inOrder) {
    chunk.offset = dataBytes;
    for (const { offset, size } of chunk.samples) {
      const last = copies.at(-1);
      if (last !== undefined && last.offset + last.size === offset) last.size += size;
      else copies.push({ offset, size });
      dataBytes += size;
    }
  }
  return { copies, dataBytes };
};

interface HeaderParts {
  readonly wide: boolean;
  readonly dataOffset: number;
  readonly dataBytes: number;
  readonly extraBoxes: readonly Uint8Array[];
}

const writeHeader = (plans: readonly TrackPlan[], parts: HeaderParts): Uint8Array => {
  const writer = new BoxWriter();
  // The finest clock among the tracks that keeps every edit within half a tick.
  const timescale = plans.find((plan) => plan.track.kind === 'video')?.track.timescale ?? plans[0]?.track.timescale ?? 1000;
  const zero = Math.min(...plans.map((plan) => plan.firstPts / plan.track.timescale));
  const timings = plans.map((plan) => timeTrack(plan, zero, timescale));
  writeFileType(writer, 'isom', ['isom', 'iso2', 'mp41']);
  writer.box('moov', () => {
    const duration = Math.max(...timings.map((timing) => timing.movieDuration));
    writeMovieHeader(writer, { timescale, duration, nextTrackId: nextTrackId(plans.map((plan) => plan.track)) });
    plans.forEach((plan, index) => {
      const timing = timings[index];
      if (timing === undefined) return;
      const tables = (): void =>
        writeSampleTables(writer, { ...plan, compositionShift: timing.compositionShift, dataOffset: parts.dataOffset, wide: parts.wide });
      writeTrack(writer, plan.track, { ...timing, tables });
    });
  });
  for (const box of parts.extraBoxes) writer.bytes(box);
  writer.u32(parts.wide ? 1 : parts.dataBytes + 8);
  writer.ascii('mdat');
  if (parts.wide) writer.u64(parts.dataBytes + 16);
  return writer.finish();
};

interface TrackTiming {
  readonly movieDuration: number;
  readonly mediaDuration: number;
  readonly edits: readonly Edit[];
  /** Added to every composition offset so that none of the first pictures is due before media time 0. */
  readonly compositionShift: number;
}

const timeTrack = (plan: TrackPlan, zeroSeconds: number, movieTimescale: number): TrackTiming => {
  const toMovie = (ticks: number): number => Math.round((ticks / plan.track.timescale) * movieTimescale);
  const firstDts = plan.samples[0]?.dts ?? 0;
  const lead = plan.firstPts - firstDts;
  const compositionShift = Math.max(0, -lead);
  const mediaTime = Math.max(0, lead);
  const pause = Math.round((plan.firstPts / plan.track.timescale - zeroSeconds) * movieTimescale);
  const shown = toMovie(plan.endPts - plan.firstPts);
  const edits: Edit[] = [];
  if (pause > 0) edits.push({ mediaTime: -1, duration: pause });
  if (pause > 0 || mediaTime > 0) edits.push({ mediaTime, duration: shown });
  return { movieDuration: pause + shown, mediaDuration: plan.durations.reduce((sum, duration) => sum + duration, 0), edits, compositionShift };
};
