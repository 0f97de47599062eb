import fc from 'fast-check';
import { mediaUs } from '../model/time.ts';
import { areKeysEnough, type Due, thin } from './thinning-policy.ts';

/** The times, in milliseconds, of the frames taken. */
function taken(timesMs: readonly number[], maxFps: number): number[] {
  let due: Due;
  return timesMs.filter((ms) => {
    const next = thin(due, mediaUs(ms * 1000), maxFps);
    due = next.due;
    return next.isTaken;
  });
}

const every = (stepMs: number, count: number, jitterMs = 0): number[] => Array.from({ length: count }, (_, index) => index * stepMs + (index % 2) * jitterMs);

describe('thinning', () => {
  it.each([
    ['all frames where more are wanted than come', every(100, 20), 30, 20],
    ['all frames where as many are wanted as come, though they come unevenly', every(100, 40, 12), 10, 40],
    ['every third frame', every(66.667, 90), 5, 30],
    ['two of three frames', every(66.667, 90), 10, 60],
    ['key frames as far apart as wanted', every(2000, 10, 20), 0.5, 10],
    ['one in ten seconds', every(1000, 61), 0.1, 7],
  ])('takes %s', (_what, times, maxFps, count) => {
    expect(Math.abs(taken(times, maxFps).length - count)).toBeLessThanOrEqual(1);
  });

  it('makes up for nothing after a pause', () => {
    expect(taken([0, 100, 60_000, 60_100, 60_200, 60_300, 60_400], 5)).toEqual([0, 60_000, 60_200, 60_400]);
  });

  it('never takes more than wanted over time, and always goes on', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 20, maxLength: 200 }),
        fc.double({ min: 0.1, max: 30, noNaN: true }),
        (steps, maxFps) => {
          let ms = 0;
          const times = steps.map((step) => (ms += step));
          const first = times[0] ?? 0;
          const frames = taken(times, maxFps);
          expect(frames.length).toBeLessThanOrEqual(Math.ceil((((times.at(-1) ?? 0) - first) / 1000) * maxFps) + 2);
          const longest = frames.slice(1).reduce((most, time, index) => Math.max(most, time - (frames[index] ?? 0)), 0);
          expect(longest).toBeLessThanOrEqual(2 * (1000 / maxFps) + 800);
        },
      ),
    );
  });

  it.each([
    [0.5, 2, false, true],
    [0.5, 2.05, false, true],
    [1, 2, false, false],
    [0.5, 2.5, false, false],
    [0.5, 2.5, true, true],
    [0.5, 2.7, true, false],
    [0.1, 0, false, false],
  ])('at %d pictures a second, key frames %d s apart (enough before: %s) are enough: %s', (maxFps, gopSeconds, wereEnough, expected) => {
    expect(areKeysEnough({ maxFps, gopSeconds, wereEnough })).toBe(expected);
  });
});
