// Pictures that go on: what viewers see, and what runs for them.
import type { Picture } from '@nightjar/client';
import { settle } from '@nightjar/testkit';
import { PictureWorld } from '../../test/picture-world.ts';
import type { LivePictureOptions } from './camera-pictures.ts';
import { DecoderBudget } from './decoder-budget.ts';

const words = ({ jpeg }: Picture): string => Buffer.from(jpeg).toString('latin1');
const isFrame = (picture: Picture): boolean => picture.etag.startsWith('live-');

/** Somebody who reads as fast as pictures come. */
function watch(world: PictureWorld, options: LivePictureOptions = {}) {
  const abort = new AbortController();
  const seen: Picture[] = [];
  const reading = world.pictures.watch({ ...options, signal: abort.signal });
  const done = (async () => {
    for await (const picture of reading) seen.push(picture);
  })();
  return { seen, done, leave: () => abort.abort(), frames: () => seen.filter(isFrame) };
}

async function online(options: ConstructorParameters<typeof PictureWorld>[0] = {}): Promise<PictureWorld> {
  const world = new PictureWorld(options);
  world.goOnline();
  await world.play(1500);
  return world;
}

describe('live pictures', () => {
  it('begin at once, in the middle of a GOP', async () => {
    const world = await online({ gopSeconds: 4 });
    const viewer = watch(world);
    await settle();
    await settle();
    await settle();
    expect(viewer.seen[0]).toMatchObject({ stale: false });
    await world.play(200);
    expect(viewer.frames()[0]?.at).toBe('2026-01-01T00:00:01.400Z');
    viewer.leave();
    await viewer.done;
  });

  it('come from one decoder for all, each viewer at his own rate, and no more are made than the fastest wants', async () => {
    const world = await online({ fps: 20 });
    const slow = watch(world, { maxFps: 2 });
    const fast = watch(world, { maxFps: 10 });
    await world.play(10_000);
    expect(world.decoders.running.filter(({ request }) => !request.keysOnly)).toHaveLength(1);
    expect(Math.abs(fast.frames().length - 100)).toBeLessThan(5);
    expect(Math.abs(slow.frames().length - 20)).toBeLessThan(4);
    const [decoder] = world.decoders.running.filter(({ request }) => !request.keysOnly);
    expect(Math.abs((decoder?.wanted.length ?? 0) - 100)).toBeLessThan(6);
    expect(decoder?.fed.length).toBeGreaterThan(200);
    slow.leave();
    fast.leave();
    await Promise.all([slow.done, fast.done]);
  });

  it('decode key frames alone where they are enough, and everything as soon as somebody wants more', async () => {
    const world = await online({ gopSeconds: 2 });
    const viewer = watch(world, { maxFps: 0.5 });
    await world.play(20_000);
    expect(world.decoders.running.map(({ request }) => request.keysOnly)).toEqual([true]);
    expect(Math.abs(viewer.frames().length - 10)).toBeLessThanOrEqual(1);
    const other = watch(world, { maxFps: 5 });
    await world.play(500);
    expect(other.frames().length).toBeGreaterThan(1);
    expect(world.decoders.running.some(({ request }) => !request.keysOnly)).toBe(true);
    other.leave();
    await world.play(5000);
    expect(world.decoders.running.every(({ request }) => request.keysOnly)).toBe(true);
    viewer.leave();
    await viewer.done;
  });

  it('end their decoder a second after the last viewer left, and have it ready for one who comes back before', async () => {
    const world = await online();
    const live = () => world.decoders.running.filter(({ request }) => !request.keysOnly);
    const first = watch(world);
    await world.play(1000);
    first.leave();
    await first.done;
    await world.play(500);
    expect(live()).toHaveLength(1);
    const again = watch(world);
    await world.play(2000);
    expect(again.frames().length).toBeGreaterThan(5);
    expect(world.decoders.opened.filter(({ request }) => !request.keysOnly)).toHaveLength(1);
    again.leave();
    await world.play(1500);
    expect(live()).toHaveLength(0);
  });

  it('are the newest ones for somebody who reads slowly, with none waiting', async () => {
    const world = await online();
    const reading = world.pictures.watch({ maxFps: 10 });
    await reading.next();
    await world.play(5000);
    const { value } = await reading.next();
    expect(Date.parse((value as Picture).at)).toBeGreaterThanOrEqual(world.clock.wall() - 300);
    await reading.return?.();
    expect(await reading.next()).toEqual({ done: true, value: undefined });
  });

  it('are drawn while the camera is away, every few seconds, and go on when it is back', async () => {
    const world = await online();
    const viewer = watch(world);
    await world.play(2000);
    world.goOffline();
    const before = viewer.seen.length;
    await world.play(20_000);
    const told = viewer.seen.slice(before);
    expect(told.every(({ stale }) => stale)).toBe(true);
    expect(told.length).toBeGreaterThanOrEqual(3);
    expect(told.length).toBeLessThanOrEqual(5);
    expect(words(told[0] as Picture)).toContain('offline since');
    expect(world.decoders.running.filter(({ request }) => !request.keysOnly)).toHaveLength(0);
    world.goOnline();
    await world.play(1000);
    expect(viewer.seen.at(-1)).toMatchObject({ stale: false });
    viewer.leave();
    await viewer.done;
  });

  it('begin with what is drawn for a camera that never was there', async () => {
    const world = new PictureWorld();
    const viewer = watch(world);
    await world.play(100);
    expect(viewer.seen.map(words).join()).toContain('not connected yet');
    viewer.leave();
    await viewer.done;
  });

  it('go on after their decoder died, with longer and longer pauses, in which the newest key frame is shown', async () => {
    const world = await online();
    const viewer = watch(world);
    const live = () => world.decoders.opened.filter(({ request }) => !request.keysOnly);
    for (let second = 0; second < 60; second += 1) {
      await world.play(1000);
      live().at(-1)?.fail(new Error('the decoder died'));
    }
    expect(live().length).toBeGreaterThan(3);
    expect(live().length).toBeLessThan(10);
    expect(viewer.seen.filter((picture) => !isFrame(picture)).length).toBeGreaterThan(5);
    world.log.expectLine('live pictures: the decoder died; starting again in 1 s', 'warn');
    await world.play(40_000);
    const before = viewer.frames().length;
    await world.play(2000);
    expect(viewer.frames().length).toBeGreaterThan(before + 5);
    viewer.leave();
    await viewer.done;
  });

  it.each([5, 0.1])('at %d a second come from another decoder where one takes frames and gives no picture', async (maxFps) => {
    const world = await online();
    const viewer = watch(world, { maxFps });
    await world.play(1000);
    world.decoders.options.hang = true;
    await world.play(60_000);
    const said = world.log.find('live pictures: the decoder made no picture within 15 s', 'warn').map(({ message }) => message);
    expect(said.length).toBeGreaterThanOrEqual(2);
    expect(said.length).toBeLessThanOrEqual(3);
    expect(said.at(-1)).toContain(`starting again in ${2 ** (said.length - 1)} s`);
    world.decoders.options.hang = false;
    await world.play(40_000);
    expect(viewer.frames().length).toBeGreaterThan(maxFps * 20);
    viewer.leave();
    await viewer.done;
  });

  it('come from another decoder where one takes a few frames, and then no more', async () => {
    const world = await online({ gopSeconds: 60 });
    const viewer = watch(world);
    await world.play(1000);
    world.decoders.options.hang = true;
    await world.play(1000);
    world.decoders.options.refuse = true;
    await world.play(70_000);
    world.log.expectLine('live pictures: the decoder made no picture within 15 s', 'warn');
    viewer.leave();
    await viewer.done;
  });

  it('stay with a decoder that waits for frames of a slow camera', async () => {
    const world = await online({ fps: 0.05, gopSeconds: 3600 });
    const viewer = watch(world);
    await world.play(300_000);
    expect(viewer.frames().length).toBeGreaterThan(10);
    expect(world.decoders.opened.filter(({ request }) => !request.keysOnly)).toHaveLength(1);
    viewer.leave();
    await viewer.done;
  });

  it('go on at a key frame where the decoder is too slow', async () => {
    const world = await online();
    const viewer = watch(world);
    await world.play(1000);
    world.decoders.options.refuse = true;
    await world.play(300);
    world.decoders.options.refuse = false;
    const [decoder] = world.decoders.running.filter(({ request }) => !request.keysOnly);
    const fed = decoder?.fed.length ?? 0;
    await world.play(2000);
    expect(decoder?.fed[fed]?.isKey).toBe(true);
    viewer.leave();
    await viewer.done;
  });

  it('are decoded in few sizes of a camera; who wants another one gets the next smaller, and is refused where there is none', async () => {
    const world = await online();
    const viewers = [{}, { width: 1280 }, { width: 640 }, { width: 645 }, { width: 1000 }, { width: 5000 }].map((options) => watch(world, options));
    await world.play(1000);
    expect(world.decoders.running.filter(({ request }) => !request.keysOnly).map(({ request }) => request.maxWidth)).toEqual([undefined, 1280, 640]);
    expect(viewers.every(({ seen }) => seen.length > 3)).toBe(true);
    expect(() => world.pictures.watch({ width: 320 })).toThrow(
      expect.objectContaining({ code: 'PICTURES_BUSY', message: 'camera porch is watched in 3 larger sizes already' }),
    );
    for (const viewer of viewers) viewer.leave();
    await world.play(2000);
    expect(() => world.pictures.watch({ width: 320 }).return?.()).not.toThrow();
  });

  describe('of several cameras, which share places for decoders', () => {
    it('are refused where all are taken, and where there is none', async () => {
      const viewers = new DecoderBudget(1);
      const [one, two] = [await online({ viewers }), await online({ viewers })];
      const viewer = watch(one);
      await one.play(1000);
      const busy = { code: 'PICTURES_BUSY', message: "camera porch can't be decoded: 1 decoders for viewers run already" };
      expect(() => two.pictures.watch()).toThrow(expect.objectContaining(busy));
      viewer.leave();
      await one.play(1500);
      expect(() => two.pictures.watch().return?.()).not.toThrow();
      expect(() => new PictureWorld({ mostDecoders: 0 }).pictures.watch()).toThrow(expect.objectContaining({ code: 'PICTURES_BUSY' }));
    });

    it('of cameras that are away take none', async () => {
      const viewers = new DecoderBudget(1);
      const [away, off, here] = [new PictureWorld({ viewers }), new PictureWorld({ viewers, function: 'none' }), await online({ viewers })];
      const watching = [watch(away), watch(off), watch(here)];
      for (const world of [away, off, here]) await world.play(6000);
      for (const { seen } of watching.slice(0, 2)) expect(seen.map(({ stale }) => stale)).toEqual([true, true, true]);
      expect(watching[2]?.frames().length).toBeGreaterThan(20);
      here.goOffline();
      expect(() => watch(away, { width: 320 }).leave()).not.toThrow();
      for (const { leave } of watching) leave();
    });

    it('are the newest key frames, every few seconds, of one that comes back when all are taken, until one is free', async () => {
      const viewers = new DecoderBudget(1);
      const [back, here] = [new PictureWorld({ viewers }), await online({ viewers })];
      const [first, second] = [watch(here), watch(back)];
      await here.play(1000);
      back.goOnline();
      await back.play(21_000);
      expect(second.frames()).toEqual([]);
      const fresh = second.seen.filter(({ stale }) => !stale);
      expect(fresh.length).toBeGreaterThanOrEqual(3);
      expect(Date.parse(fresh.at(-1)?.at ?? '')).toBeGreaterThan(back.clock.wall() - 7000);
      first.leave();
      await here.play(1500);
      await back.play(3000);
      expect(second.frames().length).toBeGreaterThan(5);
      second.leave();
    });

    it('keep theirs when all frames are wanted after key frames alone', async () => {
      const world = await online({ viewers: new DecoderBudget(1), gopSeconds: 2 });
      const slow = watch(world, { maxFps: 0.5 });
      await world.play(4000);
      const fast = watch(world);
      await world.play(4000);
      expect(fast.frames().length).toBeGreaterThan(15);
      for (const { leave } of [slow, fast]) leave();
    });
  });

  it('end when the camera stops, and leave nothing behind', async () => {
    const world = await online();
    const viewers = [watch(world), watch(world, { width: 640 })];
    await world.play(1000);
    await world.pictures.stop();
    await Promise.all(viewers.map(({ done }) => done));
    expect(world.decoders.running).toHaveLength(0);
    expect(world.clock.pendingTimers).toBe(0);
    expect(await world.pictures.watch().next()).toEqual({ done: true, value: undefined });
  });

  it('end at once for somebody who had left before', async () => {
    const world = await online();
    const viewer = watch(world, {});
    viewer.leave();
    await viewer.done;
    expect(await world.pictures.watch({ signal: AbortSignal.abort() }).next()).toEqual({ done: true, value: undefined });
  });

  it('of a new stream come from a new decoder', async () => {
    const world = await online();
    const viewer = watch(world);
    await world.play(1000);
    world.goOffline();
    world.goOnline();
    await world.play(1000);
    expect(world.decoders.opened.filter(({ request }) => !request.keysOnly).map(({ isClosed }) => isClosed)).toEqual([true, false]);
    expect(viewer.frames().at(-1)?.at).toBe('2026-01-01T00:00:03.300Z');
    viewer.leave();
    await viewer.done;
  });
});
