// Writes a track's sample tables: when each sample is due, how long it is and in which chunk.
import type { BoxWriter } from './box-writer.ts';
import type { RunList } from './growing-list.ts';
import type { TrackTable } from './track-table.ts';

/** How the tables are written. */
export interface SampleTableOptions {
  /** Added to every composition offset. */
  readonly compositionShift: number;
  /** Whether chunk offsets need 64 bits. */
  readonly wide: boolean;
}

const writeDurations = (writer: BoxWriter, durations: RunList): void => {
  writer.fullBox('stts', 0, 0, () => {
    writer.u32(durations.length);
    for (let run = 0; run < durations.length; run++) {
      writer.u32(durations.countAt(run));
      writer.u32(durations.valueAt(run));
    }
  });
};

const writeCompositions = (writer: BoxWriter, compositions: RunList, shift: number): void => {
  let isNeeded = false;
  let isSigned = false;
  for (let run = 0; run < compositions.length; run++) {
    const offset = compositions.valueAt(run) + shift;
    isNeeded ||= offset !== 0;
    isSigned ||= offset < 0;
  }
  if (!isNeeded) return;
  writer.fullBox('ctts', isSigned ? 1 : 0, 0, () => {
    writer.u32(compositions.length);
    for (let run = 0; run < compositions.length; run++) {
      writer.u32(compositions.countAt(run));
      writer.i32(compositions.valueAt(run) + shift);
    }
  });
};

const writeNumbers = (writer: BoxWriter, type: string, numbers: Uint32Array): void => {
  writer.fullBox(type, 0, 0, () => {
    if (type === 'stsz') writer.u32(0);
    writer.u32(numbers.length);
    for (const number of numbers) writer.u32(number);
  });
};

/**
 * Writes stts, ctts, stss, stsc, stsz and stco (or co64). Chunk offsets are written as they are, from the beginning of the media data.
 *
 * @returns Where the chunk offsets stand, to be overwritten once it is known where the media data begins.
 */
export const writeSampleTables = (writer: BoxWriter, table: TrackTable, { compositionShift, wide }: SampleTableOptions): number => {
  writeDurations(writer, table.durations);
  writeCompositions(writer, table.compositions, compositionShift);
  if (table.keys.length < table.count) writeNumbers(writer, 'stss', table.keys.view());
  writer.fullBox('stsc', 0, 0, () => {
    writer.u32(table.chunkRuns.length);
    for (const { firstChunk, samples, entry } of table.chunkRuns) {
      writer.u32(firstChunk);
      writer.u32(samples);
      writer.u32(entry);
    }
  });
  writeNumbers(writer, 'stsz', table.sizes.view());
  let offsetsAt = 0;
  writer.fullBox(wide ? 'co64' : 'stco', 0, 0, () => {
    writer.u32(table.chunkOffsets.length);
    offsetsAt = writer.length;
    for (const offset of table.chunkOffsets.view()) writer.u32or64(offset, wide);
  });
  return offsetsAt;
};

/** Overwrites the chunk offsets written at `at` with places in the file whose media data begins at `dataOffset`. */
export const patchChunkOffsets = (writer: BoxWriter, at: number, table: TrackTable, { dataOffset, wide }: { dataOffset: number; wide: boolean }): void => {
  table.chunkOffsets.view().forEach((offset, chunk) => {
    const place = dataOffset + offset;
    if (wide) writer.patchU32(at + chunk * 8, Math.floor(place / 2 ** 32));
    writer.patchU32(wide ? at + chunk * 8 + 4 : at + chunk * 4, place % 2 ** 32);
  });
};
