// In which order a file's media is laid out: chunks of half a second, picture and sound in turns, by their time alone.
import type { TrackSamples } from './track-samples.ts';

/** Samples of one track that belong next to each other. */
export interface ChunkPlan {
  /** Index of the track. */
  readonly track: number;
  readonly first: number;
  /** The sample after the last one. */
  readonly end: number;
  readonly startSeconds: number;
}

const CHUNK_SECONDS = 0.5;
/** Times closer than this are the same: clocks of different tracks cannot be compared more finely. */
const SAME_SECONDS = 1e-4;

/** The chunks of all tracks in the order they are written. The same samples give the same order, wherever they lie. */
export const chunksInOrder = (tracks: readonly TrackSamples[]): readonly ChunkPlan[] =>
  tracks.flatMap((samples, track) => cutChunks(samples, track)).sort((a, b) => a.startSeconds - b.startSeconds);

const cutChunks = ({ track: { timescale }, count, dts }: TrackSamples, track: number): ChunkPlan[] => {
  const chunks: ChunkPlan[] = [];
  let first = 0;
  for (let index = 1; index <= count; index++) {
    const startDts = dts[first] ?? 0;
    if (index < count && (dts[index] ?? 0) - startDts < CHUNK_SECONDS * timescale) continue;
    chunks.push({ track, first, end: index, startSeconds: Math.round(startDts / timescale / SAME_SECONDS) * SAME_SECONDS });
    first = index;
  }
  return chunks;
};
