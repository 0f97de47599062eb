// Plans a fast-start file: all tables first, then the media in interleaved chunks, copied from another file as it is.
import { chunksInOrder } from './chunk-order.ts';
import type { SampleLocation } from './fragment-index.ts';
import { MediaError } from './media-error.ts';
import { writeMovieStart } from './movie-header.ts';
import type { Track } from './track.ts';
import { trackSamplesOf } from './track-samples.ts';
import { TrackTable } from './track-table.ts';

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

/**
 * Plans a fast-start file. Presentation begins at time 0 with whichever track is first; the others keep their
 * distance to it. Tracks without samples are left out.
 *
 * @throws MediaError where there are no samples or decode times go back.
 */
export const planProgressiveFile = ({ tracks, samples, extraBoxes = [] }: ProgressiveSource): ProgressivePlan => {
  const sources = tracks.map((track) => trackSamplesOf(track, samples)).filter(({ count }) => count > 0);
  if (sources.length === 0) throw new MediaError('There are no samples to write.');
  const tables = sources.map(({ track }) => new TrackTable(track));
  const copies: { offset: number; size: number }[] = [];
  let dataBytes = 0;
  for (const { track, first, end } of chunksInOrder(sources)) {
    const [source, table] = [sources[track], tables[track]];
    if (source === undefined || table === undefined) continue;
    table.beginChunk(dataBytes);
    for (let index = first; index < end; index++) {
      const [offset = 0, size = 0] = [source.offsets[index], source.sizes[index]];
      table.add({ dts: source.dts[index] ?? 0, pts: source.pts[index] ?? 0, size, isKey: source.keys[index] === 1 });
      const last = copies.at(-1);
      if (last !== undefined && last.offset + last.size === offset) last.size += size;
      else copies.push({ offset, size });
      dataBytes += size;
    }
  }
  tables.forEach((table, index) => {
    table.finish(sources[index]?.durations.at(-1) ?? 0);
  });
  const header = writeMovieStart(tables, { dataBytes, extraBoxes });
  return { header, copies, sizeBytes: header.length + dataBytes };
};
