// Saying things once.
import { CalmLogger, SILENT } from './logger.ts';
import { UpdateThrottle } from './update-throttle.ts';

describe('a calm logger', () => {
  it('warns of the same thing once a minute and counts the others', () => {
    let nowMs = 0;
    const lines: unknown[] = [];
    const logger = new CalmLogger({ ...SILENT, warn: (message, fields) => lines.push([message, fields]) }, () => nowMs);
    for (const atMs of [0, 100, 59_999, 60_000]) {
      nowMs = atMs;
      logger.warn('same', { atMs });
    }
    logger.warn('other');
    expect(lines).toEqual([
      ['same', { atMs: 0 }],
      ['same', { atMs: 60_000, repeated: 2 }],
      ['other', {}],
    ]);
  });
});

describe('updates of events', () => {
  it('pass once in an interval, each event by itself', () => {
    let nowMs = 0;
    const throttle = new UpdateThrottle(1000, () => nowMs);
    expect([throttle.mayPass(1), throttle.mayPass(2), throttle.mayPass(1)]).toEqual([true, true, false]);
    nowMs = 1000;
    expect(throttle.mayPass(1)).toBe(true);
    throttle.forget(1);
    expect(throttle.mayPass(1)).toBe(true);
  });
});
