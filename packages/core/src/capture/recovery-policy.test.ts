import type { ErrorCode } from '../errors/codes.ts';
import { takesInBand, waitBeforeNextRun } from './recovery-policy.ts';

const MIDDLE = 0.5;

describe('how long to wait after a run', () => {
  it.each<[ErrorCode, number, number, number]>([
    // code, delivered ms, failures before, wait ms
    ['CAPTURE_STREAM_CHANGED', 60_000, 0, 0],
    ['CAPTURE_STREAM_CHANGED', 0, 0, 0],
    ['CAPTURE_STREAM_CHANGED', 0, 1, 2000],
    ['CAPTURE_STREAM_CHANGED', 500, 3, 2000],
    ['CAPTURE_LOST', 60_000, 0, 250],
    ['CAPTURE_LOST', 1500, 1, 500],
    ['CAPTURE_LOST', 1500, 2, 1000],
    ['CAPTURE_LOST', 1500, 3, 2000],
    ['CAPTURE_STALLED', 1500, 1000, 2000],
    ['CAPTURE_LOST', 2000, 1000, 250],
    ['CAPTURE_CONNECT_FAILED', 0, 0, 1000],
    ['CAPTURE_CONNECT_FAILED', 0, 1, 2000],
    ['CAPTURE_CONNECT_TIMEOUT', 0, 4, 16_000],
    ['CAPTURE_CONNECT_TIMEOUT', 0, 5, 30_000],
    ['FFMPEG_MISSING', 0, 1_000_000, 30_000],
  ])('%s after %d ms of pictures and %d failures: %d ms', (code, deliveredMs, failures, waitMs) => {
    expect(waitBeforeNextRun({ code, deliveredMs, failures }, MIDDLE)).toBe(waitMs);
  });

  it('is spread by a fifth, so that cameras of a site do not come in step', () => {
    const facts = { code: 'CAPTURE_CONNECT_FAILED', deliveredMs: 0, failures: 2 } as const;
    expect(waitBeforeNextRun(facts, 0)).toBeCloseTo(3200);
    expect(waitBeforeNextRun(facts, 1)).toBeCloseTo(4800);
  });
});

describe('a camera that announces another picture than it sends', () => {
  it('is believed once, and no more after the second time in a row', () => {
    expect([0, 1, 2, 3].map(takesInBand)).toEqual([false, false, true, true]);
  });
});
