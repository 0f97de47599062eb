// One subscription for all who watch.
import { FakeClock, settle } from '@nightjar/testkit';
import { MadeLive, picture, sound } from '../../test/made-live.ts';
import { CameraFeeds } from './camera-feeds.ts';
import type { FeedItem } from './shared-feed.ts';

function watching() {
  const live = new MadeLive();
  const clock = new FakeClock();
  const feeds = new CameraFeeds({ cameraId: 'porch', recorder: live.recorder, clock });
  const main = feeds.video({ stream: 'main', why: '' });
  /** Whoever joins, with the number of each picture it got. */
  const join = (start: 'cached' | 'next' = 'cached', feed = main) => {
    const got: number[] = [];
    const ends: string[] = [];
    const take = ({ packet }: FeedItem): void => {
      got.push(packet.ptsUs / 40_000);
    };
    return { got, ends, leave: feed.join({ take, ended: (why) => ends.push(why) }, start) };
  };
  const send = async (from: number, count: number): Promise<void> => {
    live.reader('video').send(...Array.from({ length: count }, (_, index) => picture(from + index)));
    await settle();
  };
  return { live, clock, feeds, main, join, send };
}

describe('a shared feed', () => {
  it('asks the recorder once and gives each viewer the newest key picture and what follows', async () => {
    const { live, join, send } = watching();
    const first = join();
    const second = join();
    await send(0, 12);
    const third = join();
    await send(12, 1);
    expect(live.readers.map(({ options }) => options)).toMatchObject([{ stream: 'main', video: true, audio: false, preRollSeconds: 0 }]);
    expect(first.got).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(second.got).toEqual(first.got);
    expect(third.got).toEqual([10, 11, 12]);
  });

  it('gives who wants the next key picture one that is new, not one that the recorder kept', async () => {
    const { join, send } = watching();
    const fresh = join('next');
    await send(0, 12);
    const later = join('next');
    await send(12, 9);
    expect(fresh.got.slice(0, 2)).toEqual([10, 11]);
    expect(later.got).toEqual([20]);
  });

  it('is there while somebody watches, and begins anew after', async () => {
    const { live, feeds, main, join, send } = watching();
    const [first, second] = [join(), join()];
    await send(0, 3);
    first.leave();
    first.leave();
    await send(3, 1);
    expect(second.got).toEqual([0, 1, 2, 3]);
    second.leave();
    await settle();
    expect([live.open.length, feeds.running, main.cached.length]).toEqual([0, 0, 0]);
    const third = join();
    await send(5, 6);
    expect(third.got).toEqual([10]);
    expect(live.readers).toHaveLength(2);
  });

  it('tells all why it ended, and nobody of another subscription', async () => {
    const { live, join } = watching();
    const [first, gone, second] = [join(), join(), join()];
    gone.leave();
    live.reader('video').end(new Error('there is no such camera'));
    await settle();
    expect([first.ends, gone.ends, second.ends]).toEqual([['there is no such camera'], [], ['there is no such camera']]);
  });

  it('goes on for the others where one viewer breaks', async () => {
    const { main, join, send } = watching();
    const ends: string[] = [];
    const fail = (): void => {
      throw new Error('broken');
    };
    main.join({ take: fail, ended: (why) => ends.push(why) }, 'cached');
    const other = join();
    await send(0, 3);
    expect([ends, other.got]).toEqual([['broken'], [0, 1, 2]]);
  });

  it('keeps no group of pictures that is too large', async () => {
    const { live, main, join, send } = watching();
    join();
    live.reader('video').send(picture(0), { ...picture(1), data: new Uint8Array(25 * 1024 * 1024) });
    await send(2, 4);
    expect(main.cached).toHaveLength(0);
    const later = join();
    await send(6, 6);
    expect(later.got).toEqual([10, 11]);
    expect(main.cached).toHaveLength(2);
  });

  it('knows when the next key picture comes, and why nothing does', async () => {
    const { live, clock, main, join, send } = watching();
    join();
    live.reader('video').options.onWaiting?.('connecting', undefined);
    expect(main.problem).toBe('the camera is connecting');
    expect(main.nextKeyInMs(0)).toBe(Number.POSITIVE_INFINITY);
    await send(0, 11);
    await clock.advance(100);
    expect(main.problem).toBeUndefined();
    expect(main.nextKeyInMs(clock.monotonic())).toBe(300);
  });

  it('keeps forms, streams and sound apart', async () => {
    const { live, feeds, join, send } = watching();
    const form = { codec: 'h264', width: 640, height: 480, fps: 15, kbps: 300, gopSeconds: 2 } as const;
    const joined = [feeds.video({ stream: 'main', form, why: 'a' }), feeds.video({ stream: 'main', form, why: 'b' }), feeds.video({ stream: 'sub', why: '' })];
    for (const feed of joined) join('cached', feed);
    const heard = join('next', feeds.sound({ codec: 'opus', sampleRate: 24_000, channels: 1, kbps: 24 }));
    expect(live.readers).toHaveLength(3);
    live.reader('audio').send(sound(2), picture(0));
    await settle();
    expect(heard.got).toEqual([1]);
    await send(0, 1);
  });
});
