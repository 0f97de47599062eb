// The samples of one track of a file, as columns: what they are, when they are due, where they lie.
import type { SampleLocation } from './fragment-index.ts';
import type { Track } from './track.ts';

/** All samples of a track in decode order; the same index in each column is one sample. Times in ticks, places and sizes in bytes. */
export interface TrackSamples {
  readonly track: Track;
  readonly count: number;
  readonly dts: Float64Array;
  readonly pts: Float64Array;
  readonly durations: Uint32Array;
  readonly sizes: Uint32Array;
  readonly offsets: Float64Array;
  /** 1: decoding may start here. */
  readonly keys: Uint8Array;
}

/** Columns for `count` samples, to be filled. */
export const emptyTrackSamples = (track: Track, count: number): TrackSamples => ({
  track,
  count,
  dts: new Float64Array(count),
  pts: new Float64Array(count),
  durations: new Uint32Array(count),
  sizes: new Uint32Array(count),
  offsets: new Float64Array(count),
  keys: new Uint8Array(count),
});

/** The samples of a track among those of a file, as columns. */
export const trackSamplesOf = (track: Track, all: readonly SampleLocation[]): TrackSamples => {
  const own = all.filter(({ trackId }) => trackId === track.trackId);
  const columns = emptyTrackSamples(track, own.length);
  own.forEach((sample, index) => {
    columns.dts[index] = sample.dts;
    columns.pts[index] = sample.pts;
    columns.durations[index] = sample.duration;
    columns.sizes[index] = sample.size;
    columns.offsets[index] = sample.offset;
    columns.keys[index] = sample.isKey ? 1 : 0;
  });
  return columns;
};

/** Columns as one object a sample, for few of them. */
export const locationsOf = ({ track, count, dts, pts, durations, sizes, offsets, keys }: TrackSamples): SampleLocation[] =>
  Array.from({ length: count }, (_, i) => ({
    trackId: track.trackId,
    dts: dts[i] ?? 0,
    pts: pts[i] ?? 0,
    duration: durations[i] ?? 0,
    isKey: keys[i] === 1,
    offset: offsets[i] ?? 0,
    size: sizes[i] ?? 0,
  }));
