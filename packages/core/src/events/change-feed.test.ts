import type { Change } from '@nightjar/client';
import { FAKE_CLOCK_START_MS, FakeClock, settle } from '@nightjar/testkit';
import { ChangeFeed, type FeedLimits } from './change-feed.ts';

const feedOf = (limits?: FeedLimits) => {
  const feed = new ChangeFeed(new FakeClock(), limits);
  const publish = (count: number): void => {
    for (let index = 0; index < count; index++) feed.publish({ type: 'event.deleted', data: { id: index, cameraId: 'porch' } });
  };
  return { feed, publish };
};

const take = async (changes: AsyncIterable<Change>, count: number): Promise<number[]> => {
  const seen: number[] = [];
  for await (const { seq } of changes) {
    seen.push(seq);
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
      seq: 2,
      at: new Date(FAKE_CLOCK_START_MS).toISOString(),
    });
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
    const reading = feed.subscribe({ since: 2 });
    publish(1);
    expect(await take(reading, 4)).toEqual([3, 4, 5, 6]);
  });

  it('remembers the newest only', async () => {
    const { feed, publish } = feedOf({ remembered: 10, queuedPerReader: 100 });
    publish(100);
    const [first] = await take(feed.subscribe({ since: 0 }), 1);
    expect(first).toBeGreaterThan(80);
    expect(first).toBeLessThanOrEqual(91);
  });

  it('drops the oldest changes of a reader that is too slow, and no other reader’s', async () => {
    const { feed, publish } = feedOf({ remembered: 10, queuedPerReader: 5 });
    const slow = feed.subscribe();
    const quick = take(feed.subscribe(), 8);
    for (let index = 0; index < 8; index++) {
      publish(1);
      await settle();
    }
    expect(await quick).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await take(slow, 5)).toEqual([4, 5, 6, 7, 8]);
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
