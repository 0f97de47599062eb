// Writes a track's sample tables: when each sample is due, how long it is and in which chunk.
import type { BoxWriter } from './box-writer.ts';
import type { SampleLocation } from './fragment-index.ts';

/** Samples of one track that lie next to each other in the file. */
export interface Chunk {
  readonly startSeconds: number;
  readonly samples: readonly SampleLocation[];
  /** Bytes from the beginning of the media data. */
  offset: number;
}

/** A track's samples on their way into tables. */
export interface SampleTables {
  readonly samples: readonly SampleLocation[];
  readonly durations: readonly number[];
  readonly chunks: readonly Chunk[];
  readonly compositionShift: number;
  /** Where the media data begins in the file. */
  readonly dataOffset: number;
  /** Whether chunk offsets need 64 bits. */
  readonly wide: boolean;
}

/** `[count, value]` of equal neighbours. */
const runs = (values: Iterable<number>): { count: number; value: number }[] => {
  const found: { count: number; value: number }[] = [];
  for (const value of values) {
    const last = found.at(-1);
    if (last !== undefined && last.value === value) last.count += 1;
    else found.push({ count: 1, value });
  }
  return found;
};

const writeTable = (writer: BoxWriter, type: string, version: number, rows: readonly (() => void)[]): void => {
  writer.fullBox(type, version, 0, () => {
    writer.u32(rows.length);
    for (const row of rows) row();
  });
};

const writeDurations = (writer: BoxWriter, tables: SampleTables): void => {
  const rows = runs(tables.durations).map(({ count, value }) => (): void => {
    writer.u32(count);
    writer.u32(value);
  });
  writeTable(writer, 'stts', 0, rows);
};

const writeCompositionOffsets = (writer: BoxWriter, tables: SampleTables): void => {
  const offsets = tables.samples.map((sample) => sample.pts - sample.dts + tables.compositionShift);
  if (offsets.every((offset) => offset === 0)) return;
  const signed = offsets.some((offset) => offset < 0);
  const rows = runs(offsets).map(({ count, value }) => (): void => {
    writer.u32(count);
    writer.i32(value);
  });
  writeTable(writer, 'ctts', signed ? 1 : 0, rows);
};

const writeKeySamples = (writer: BoxWriter, samples: readonly SampleLocation[]): void => {
  if (samples.every((sample) => sample.isKey)) return;
  const rows: (() => void)[] = [];
  samples.forEach((sample, index) => {
    if (sample.isKey) rows.push(() => writer.u32(index + 1));
  });
  writeTable(writer, 'stss', 0, rows);
};

const writeChunkRuns = (writer: BoxWriter, chunks: readonly Chunk[]): void => {
  let first = 1;
  const rows: (() => void)[] = [];
  for (const { count, value } of runs(chunks.map((chunk) => chunk.samples.length))) {
    const at = first;
    rows.push(() => {
      writer.u32(at);
      writer.u32(value);
      writer.u32(1);
    });
    first += count;
  }
  writeTable(writer, 'stsc', 0, rows);
};

/** Writes stts, ctts, stss, stsc, stsz and stco (or co64). */
export const writeSampleTables = (writer: BoxWriter, tables: SampleTables): void => {
  writeDurations(writer, tables);
  writeCompositionOffsets(writer, tables);
  writeKeySamples(writer, tables.samples);
  writeChunkRuns(writer, tables.chunks);
  writer.fullBox('stsz', 0, 0, () => {
    writer.u32(0);
    writer.u32(tables.samples.length);
    for (const sample of tables.samples) writer.u32(sample.size);
  });
  const rows = tables.chunks.map((chunk) => (): void => writer.u32or64(tables.dataOffset + chunk.offset, tables.wide));
  writeTable(writer, tables.wide ? 'co64' : 'stco', 0, rows);
};
