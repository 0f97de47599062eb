import type { Change } from '@nightjar/client';
import { FAKE_CLOCK_START_MS, FakeClock, settle } from '@nightjar/testkit';
import { ChangeFeed, HEARTBEAT_MS } from './change-feed.ts';
import type { ChangeLogLimits } from './change-log.ts';

/** Numbers begin after this one. */
const START = FAKE_CLOCK_START_MS * 1000;

const feedOf = (limits: Partial<ChangeLogLimits> = {}) => {
  const clock = new FakeClock();
  const feed = new ChangeFeed(clock, { changes: 1000, characters: 1_000_000, ...limits });
  const publish = (count: number): void => {
    for (let index = 0; index < count; index++) feed.publish({ type: 'event.deleted', data: { id: index, cameraId: 'porch' } });
  };
  return { clock, feed, publish };
};

/** The numbers of `count` changes, counted from the start. */
const take = async (changes: AsyncIterable<Change>, count: number): Promise<number[]> => {
  const seen: number[] = [];
  for await (const { seq } of changes) {
    seen.push(seq - START);
    if (seen.length === count) break;
  }
  return seen;
};

describe('ChangeFeed', () => {
  it('numbers and dates changes', () => {
    const { feed } = feedOf();
    feed.publish({ type: 'event.deleted', data: { id: 7, cameraId: 'porch' } });
    expect(feed.publish({ type: 'event.deleted', data: { id: 8, cameraId: 'porch' } })).toEqual({
      type: 'event.deleted',
      data: { id: 8, cameraId: 'porch' },
      seq: START + 2,
      at: new Date(FAKE_CLOCK_START_MS).toISOString(),
    });
  });

  it('goes on with larger numbers after a restart, however much the recorder had to say', async () => {
    const { clock, publish, feed } = feedOf();
    publish(5000);
    await clock.advance(6);
    const restarted = new ChangeFeed(clock);
    const [first, second] = [feed, restarted].map((each) => each.publish({ type: 'event.deleted', data: { id: 1, cameraId: 'porch' } }).seq);
    expect(second).toBeGreaterThan(first ?? Number.POSITIVE_INFINITY);
    expect(Number.isSafeInteger(second)).toBe(true);
    expect(Number.isSafeInteger(Date.UTC(2254, 0) * 1000)).toBe(true);
  });

  it('gives every reader what comes after it subscribed, read or not', async () => {
    const { feed, publish } = feedOf();
    publish(2);
    const early = feed.subscribe();
    publish(1);
    const late = feed.subscribe();
    publish(2);
    expect(await take(early, 3)).toEqual([3, 4, 5]);
    expect(await take(late, 2)).toEqual([4, 5]);
  });

  it('wakes a reader that waits', async () => {
    const { feed, publish } = feedOf();
    const reading = take(feed.subscribe(), 2);
    await settle();
    publish(1);
    await settle();
    publish(1);
    expect(await reading).toEqual([1, 2]);
  });

  it('goes on after a number it remembers, without a hole', async () => {
    const { feed, publish } = feedOf();
    publish(5);
    const reading = feed.subscribe({ since: START + 2 });
    publish(1);
    expect(await take(reading, 4)).toEqual([3, 4, 5, 6]);
  });

  it.each([
    ['changes', { changes: 10 }, 10],
    // Each of them is 115 characters long.
    ['characters', { characters: 1000 }, 8],
    ['characters, but never less than the newest one', { characters: 1 }, 1],
  ])('remembers so many %s', async (_, limits, count) => {
    const { feed, publish } = feedOf(limits);
    publish(100);
    expect(await take(feed.subscribe({ since: START + 100 - count }), count)).toEqual(Array.from({ length: count }, (_each, index) => 101 - count + index));
    await expect(take(feed.subscribe({ since: START + 99 - count }), 1)).rejects.toMatchObject({
      code: 'CHANGES_FORGOTTEN',
      message: expect.stringContaining('is too long ago'),
    });
  });

  it.each([
    ['of another recorder, or of a clock that was ahead', START + 6, 'is none this recorder has given since it started'],
    ['of the run before', START - 1, 'is of before the recorder was started, and those are not kept'],
    ['that is none', Number.NaN, ''],
  ])('says that it does not know a number %s', async (_, since, why) => {
    const { feed, publish } = feedOf();
    publish(5);
    await expect(take(feed.subscribe({ since }), 1)).rejects.toMatchObject({ code: 'CHANGES_FORGOTTEN', message: expect.stringContaining(why) });
  });

  it('knows the number before its first change, and its newest', async () => {
    const { feed, publish } = feedOf();
    publish(2);
    const newest = feed.subscribe({ since: START + 2 });
    publish(1);
    expect(await take(feed.subscribe({ since: START }), 3)).toEqual([1, 2, 3]);
    expect(await take(newest, 1)).toEqual([3]);
  });

  it('tells a reader that is too slow that changes are lost, and no other reader', async () => {
    const { feed, publish } = feedOf({ changes: 5 });
    const slow = feed.subscribe();
    const quick = take(feed.subscribe(), 8);
    for (let index = 0; index < 8; index++) {
      publish(1);
      await settle();
    }
    expect(await quick).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await expect(take(slow, 1)).rejects.toMatchObject({ code: 'CHANGES_FORGOTTEN', message: '3 changes came faster than they were read' });
    expect(feed.figures).toEqual({ readers: 0, published: 8, missed: 3 });
  });

  it('tells a reader at the beginning, and every 15 s, how far it is', async () => {
    const { clock, feed, publish } = feedOf();
    publish(3);
    const abort = new AbortController();
    const told: string[] = [];
    const onAlive = (seq: number, at: string): number => told.push(`${seq - START} after ${Date.parse(at) - FAKE_CLOCK_START_MS} ms`);
    const reading = take(feed.subscribe({ signal: abort.signal, onAlive }), 9);
    publish(2);
    await clock.advance(HEARTBEAT_MS + 1);
    expect(told).toEqual(['3 after 0 ms', '5 after 15000 ms']);
    abort.abort();
    expect(await reading).toEqual([4, 5]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends when the signal aborts, also while waiting', async () => {
    const { feed, publish } = feedOf();
    const abort = new AbortController();
    const waiting = take(feed.subscribe({ signal: abort.signal }), 9);
    await settle();
    publish(1);
    await settle();
    abort.abort();
    expect(await waiting).toEqual([1]);
    expect(await take(feed.subscribe({ signal: abort.signal }), 9)).toEqual([]);
  });
});
