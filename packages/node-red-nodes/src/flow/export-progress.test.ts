// How far an export is: never less, and not too often.
import { ExportProgress } from './export-progress.ts';

describe('ExportProgress', () => {
  it('begins with 0, ends with 100, never goes back, and is told twice a second at most', () => {
    let nowMs = 0;
    const told: number[] = [];
    const progress = new ExportProgress(
      (percent) => told.push(percent),
      () => nowMs,
    );
    for (const [atMs, part] of [
      [0, 0.3],
      [100, 0.4],
      [500, 0.45],
      [900, 0.5],
      [1100, 0.2],
      [1700, 1],
    ] as const) {
      nowMs = atMs;
      progress.take({ part, step: 'writing', state: 'running' });
    }
    progress.done();
    progress.done();
    expect(told).toEqual([0, 45, 99, 100]);
  });
});
