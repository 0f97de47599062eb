// Which finished exports go: those that were kept long enough, and the oldest ones where newer ones need their room. Pure.
import { type ExportRecord, isFinished } from '../model/export.ts';
import type { WallMs } from '../model/time.ts';

/** How long and how many exports are kept. */
export interface ShelfLimits {
  readonly keepHours: number;
  /** Bytes of all of them; null: no limit. */
  readonly maxSize: number | null;
}

/** Finished exports at most, whatever their size: what is listed and written down stays small. */
export const MOST_FINISHED = 1000;

const HOUR_MS = 3_600_000;

const sizeOf = ({ file }: ExportRecord): number => file?.sizeBytes ?? 0;

/** When a finished export is removed. */
export const expiryOf = (finishedMs: WallMs, keepHours: number): number => finishedMs + keepHours * HOUR_MS;

/**
 * What has to go now.
 *
 * @param records - Oldest first.
 * @param neededBytes - Of a file that is about to be written; at most `maxSize`.
 */
export function exportsToRemove(
  records: readonly ExportRecord[],
  { keepHours, maxSize }: ShelfLimits,
  nowMs: WallMs,
  neededBytes = 0,
): readonly ExportRecord[] {
  const finished = records.filter(isFinished).sort((a, b) => (a.finishedMs ?? 0) - (b.finishedMs ?? 0) || a.id - b.id);
  let tooMany = finished.length - MOST_FINISHED;
  let tooMuch = maxSize === null ? 0 : finished.reduce((sum, record) => sum + sizeOf(record), neededBytes) - maxSize;
  return finished.filter((record) => {
    const isExpired = record.finishedMs === undefined || expiryOf(record.finishedMs, keepHours) <= nowMs;
    const goes = isExpired || tooMany > 0 || (tooMuch > 0 && sizeOf(record) > 0);
    if (goes) {
      tooMany -= 1;
      tooMuch -= sizeOf(record);
    }
    return goes;
  });
}
