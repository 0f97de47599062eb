import { sampleExport } from '@nightjar/testkit';
import type { ExportRecord } from '../model/export.ts';
import { wallMs } from '../model/time.ts';
import { exportsToRemove, MOST_FINISHED } from './export-shelf-policy.ts';

const HOUR_MS = 3_600_000;
const file = (sizeBytes: number) => ({ name: 'a.mp4', sizeBytes, sha256: '', durationSeconds: 1, frames: 1, gaps: 0 });
const done = (id: number, finishedHour: number, sizeBytes: number): ExportRecord => ({
  id,
  ...sampleExport({ state: 'done', finishedMs: wallMs(finishedHour * HOUR_MS), file: file(sizeBytes) }),
});
const failed = (id: number, finishedHour: number): ExportRecord => ({ id, ...sampleExport({ state: 'failed', finishedMs: wallMs(finishedHour * HOUR_MS) }) });
const waiting = (id: number): ExportRecord => ({ id, ...sampleExport() });

describe('exportsToRemove', () => {
  it.each<[string, readonly ExportRecord[], { now?: number; maxSize?: number | null; needed?: number }, readonly number[]]>([
    ['keeps what is young and fits', [done(1, 10, 5), failed(2, 11), waiting(3)], {}, []],
    ['lets go what was kept long enough, failed ones too', [done(1, 10, 5), failed(2, 11), done(3, 12, 5)], { now: 35 }, [1, 2]],
    ['never touches what waits', [waiting(1), done(2, 10, 5)], { now: 1000 }, [2]],
    ['makes room by the oldest that have a file', [done(1, 12, 40), failed(2, 9), done(3, 11, 40), done(4, 13, 20)], { needed: 30 }, [3]],
    ['makes as much room as is needed', [done(1, 12, 40), done(3, 11, 40), done(4, 13, 20)], { needed: 70 }, [3, 1]],
    ['makes all the room there is for one of the greatest size', [done(1, 12, 40), done(3, 11, 40)], { needed: 100 }, [3, 1]],
    ['follows a limit that was lowered', [done(1, 10, 40), done(2, 11, 40)], { maxSize: 50 }, [1]],
    ['has no limit where there is none', [done(1, 10, 1e15)], { maxSize: null, needed: 1e15 }, []],
  ])('%s', (_, records, { now = 20, maxSize = 100, needed = 0 }, expected) => {
    expect(exportsToRemove(records, { keepHours: 24, maxSize }, wallMs(now * HOUR_MS), needed).map(({ id }) => id)).toEqual(expected);
  });

  it('keeps no more than so many, however small', () => {
    const many = Array.from({ length: MOST_FINISHED + 2 }, (_, index) => failed(index + 1, 10));
    expect(exportsToRemove(many, { keepHours: 24, maxSize: null }, wallMs(20 * HOUR_MS)).map(({ id }) => id)).toEqual([1, 2]);
  });
});
