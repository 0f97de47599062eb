// Everything of a fast-start file that comes before its media: ftyp, moov with all tables, and the header of mdat.
import { BoxWriter } from './box-writer.ts';
import { patchChunkOffsets, writeSampleTables } from './sample-table-writer.ts';
import { type Edit, nextTrackId, writeFileType, writeMovieHeader, writeTrack } from './track-boxes.ts';
import type { TrackTable } from './track-table.ts';

const MAX_U32 = 2 ** 32 - 1;
const BOXES_BYTES = 4096;

/** What follows the header. */
export interface MediaData {
  /** Bytes of all samples. */
  readonly dataBytes: number;
  /** Whole boxes between moov and mdat. */
  readonly extraBoxes: readonly Uint8Array[];
}

/** Writes the header of a file with these tracks. Presentation begins at time 0 with whichever is first; the others keep their distance to it. */
export const writeMovieStart = (tables: readonly TrackTable[], data: MediaData): Uint8Array => {
  const narrow = writeWith(tables, data, false);
  return narrow.length + data.dataBytes <= MAX_U32 ? narrow : writeWith(tables, data, true);
};

const writeWith = (tables: readonly TrackTable[], { dataBytes, extraBoxes }: MediaData, wide: boolean): Uint8Array => {
  const writer = new BoxWriter(tables.reduce((sum, table) => sum + tableBytes(table), BOXES_BYTES));
  const zero = Math.min(...tables.map(({ firstPts, track }) => firstPts / track.timescale));
  // Firefox takes the pause before a track as ticks of that track, not of the movie: with one clock for both it is as long either way.
  const late = tables.find(({ firstPts, track }) => firstPts / track.timescale > zero);
  const timescale = (late ?? tables.find(({ track }) => track.kind === 'video') ?? tables[0])?.track.timescale ?? 1000;
  const timings = tables.map((table) => timeTrack(table, zero, timescale));
  const offsetsAt: number[] = [];
  writeFileType(writer, 'isom', ['isom', 'iso2', 'mp41']);
  writer.box('moov', () => {
    const duration = Math.max(...timings.map(({ movieDuration }) => movieDuration));
    writeMovieHeader(writer, { timescale, duration, nextTrackId: nextTrackId(tables.map(({ track }) => track)) });
    tables.forEach((table, index) => {
      const { compositionShift, ...timing } = timings[index] ?? timeTrack(table, zero, timescale);
      const write = (): void => {
        offsetsAt.push(writeSampleTables(writer, table, { compositionShift, wide }));
      };
      writeTrack(writer, table.track, { ...timing, sampleEntries: table.sampleEntries, tables: write });
    });
  });
  for (const box of extraBoxes) writer.bytes(box);
  writer.u32(wide ? 1 : Math.min(MAX_U32, dataBytes + 8));
  writer.ascii('mdat');
  if (wide) writer.u64(dataBytes + 16);
  tables.forEach((table, index) => {
    patchChunkOffsets(writer, offsetsAt[index] ?? 0, table, { dataOffset: writer.length, wide });
  });
  return writer.finish();
};

/** About what a track's tables take, so that the buffer need not grow. */
const tableBytes = ({ durations, compositions, sizes, keys, chunkOffsets, chunkRuns }: TrackTable): number =>
  (durations.length + compositions.length + chunkOffsets.length) * 8 + (sizes.length + keys.length) * 4 + chunkRuns.length * 12 + BOXES_BYTES;

interface TrackTiming {
  readonly movieDuration: number;
  readonly mediaDuration: number;
  readonly edits: readonly Edit[];
  /** Added to every composition offset so that none of the first pictures is due before media time 0. */
  readonly compositionShift: number;
}

const timeTrack = (table: TrackTable, zeroSeconds: number, movieTimescale: number): TrackTiming => {
  const { timescale } = table.track;
  const toMovie = (ticks: number): number => Math.round((ticks / timescale) * movieTimescale);
  const lead = table.firstPts - table.firstDts;
  const compositionShift = Math.max(0, -lead);
  const mediaTime = Math.max(0, lead);
  const pause = Math.round((table.firstPts / timescale - zeroSeconds) * movieTimescale);
  const shown = toMovie(table.endPts - table.firstPts);
  const edits: Edit[] = [];
  if (pause > 0) edits.push({ mediaTime: -1, duration: pause });
  if (pause > 0 || mediaTime > 0) edits.push({ mediaTime, duration: shown });
  return { movieDuration: pause + shown, mediaDuration: table.mediaDuration, edits, compositionShift };
};
