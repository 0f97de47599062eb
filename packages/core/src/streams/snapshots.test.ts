import { settle } from '@nightjar/testkit';
import { PictureWorld } from '../../test/picture-world.ts';

const words = (jpeg: Uint8Array): string => Buffer.from(jpeg).toString('latin1');

async function online(options: ConstructorParameters<typeof PictureWorld>[0] = {}): Promise<PictureWorld> {
  const world = new PictureWorld(options);
  world.goOnline();
  await world.play(1500);
  return world;
}

describe('snapshots', () => {
  it('show the newest key frame, with its time, decoded when somebody asks and not before', async () => {
    const world = await online();
    expect(world.decoders.opened).toHaveLength(0);
    expect(world.clock.pendingTimers).toBe(0);
    const picture = await world.pictures.snapshot();
    expect(picture).toMatchObject({ at: '2026-01-01T00:00:01.000Z', stale: false });
    expect(words(picture.jpeg)).toContain('frame at 1000000');
    expect(world.decoders.opened.map(({ request }) => request.keysOnly)).toEqual([true]);
  });

  it('decode once for all who ask at the same time, and make each size once', async () => {
    const world = await online();
    const asked = await Promise.all(
      Array.from({ length: 60 }, (_, index) => world.pictures.snapshot(index % 3 === 0 ? {} : { width: index % 3 === 1 ? 640 : 320 })),
    );
    expect(world.pictures.figures.snapshotDecodes).toBe(1);
    expect(world.painter.calls).toEqual([
      { kind: 'fit', size: { width: 640, height: 360 } },
      { kind: 'fit', size: { width: 320, height: 180 } },
    ]);
    expect(new Set(asked.map(({ etag }) => etag)).size).toBe(3);
    await world.pictures.snapshot({ width: 645 });
    expect(world.painter.calls).toHaveLength(2);
  });

  it('decode no more than once a second, however short GOPs are', async () => {
    const world = await online({ gopSeconds: 0.1 });
    for (let asked = 0; asked < 100; asked += 1) {
      await world.pictures.snapshot();
      await world.play(100);
    }
    expect(world.pictures.figures.snapshotDecodes).toBeLessThanOrEqual(11);
    expect(world.pictures.figures.snapshotDecodes).toBeGreaterThanOrEqual(9);
  });

  it('give what there is while the next one is decoded, and wait where that is old', async () => {
    const world = await online();
    const first = await world.pictures.snapshot();
    await world.play(1000);
    expect((await world.pictures.snapshot()).etag).toBe(first.etag);
    await settle();
    await settle();
    expect((await world.pictures.snapshot()).at).toBe('2026-01-01T00:00:02.000Z');
    await world.play(10_000);
    expect((await world.pictures.snapshot()).at).toBe('2026-01-01T00:00:12.000Z');
  });

  it('let nobody wait for a key frame while people ask all the time', async () => {
    const world = await online({ gopSeconds: 4 });
    await world.pictures.snapshot();
    for (let tenth = 0; tenth < 24; tenth += 1) {
      await world.play(100);
      await world.pictures.snapshot();
    }
    world.decoders.options.hang = true;
    await world.play(200);
    expect((await world.pictures.snapshot()).at).toBe('2026-01-01T00:00:00.000Z');
    await world.play(500);
    expect((await world.pictures.snapshot()).at).toBe('2026-01-01T00:00:00.000Z');
    await world.play(500);
    let isAnswered = false;
    void world.pictures.snapshot().then(() => {
      isAnswered = true;
    });
    await world.play(500);
    expect(isAnswered).toBe(false);
    await world.play(4000);
    expect(isAnswered).toBe(true);
  });

  it('give the last picture after four seconds where the newest is not decoded', async () => {
    const world = await online();
    await world.pictures.snapshot();
    await world.play(10_000);
    world.decoders.options.hang = true;
    world.maker.render = () => new Promise(() => undefined);
    const asking = world.pictures.snapshot();
    await world.clock.advance(4100);
    expect((await asking).at).toBe('2026-01-01T00:00:01.000Z');
  });

  it('come from analysis where that makes them', async () => {
    const world = await online({ fromAnalysis: async () => Uint8Array.of(0xff, 0xd8, 7, 0xff, 0xd9) });
    expect((await world.pictures.snapshot()).jpeg[2]).toBe(7);
    expect(world.decoders.opened).toHaveLength(0);
  });

  it('come from a decoder where analysis makes none, from a process where that makes none', async () => {
    const world = await online({ fromAnalysis: () => Promise.reject(new Error('not now')) });
    expect(words((await world.pictures.snapshot()).jpeg)).toContain('frame at');
    world.decoders.options.unusable = true;
    world.goOnline();
    await world.play(5000);
    expect(words((await world.pictures.snapshot()).jpeg)).toContain('1 packets');
  });

  it('give up a decoder that hangs twice, until the next run', async () => {
    const world = await online();
    world.decoders.options.hang = true;
    for (let round = 0; round < 4; round += 1) {
      const asking = world.pictures.snapshot();
      await world.play(7000);
      expect(words((await asking).jpeg)).toContain('1 packets');
      await world.play(4000);
    }
    expect(world.decoders.opened).toHaveLength(2);
    expect(world.decoders.running).toHaveLength(0);
    world.decoders.options.hang = false;
    world.goOnline();
    await world.play(1500);
    expect(words((await world.pictures.snapshot()).jpeg)).toContain('frame at');
  });

  it('forget that a decoder hung as soon as one makes a picture again', async () => {
    const world = await online();
    for (let round = 0; round < 4; round += 1) {
      world.decoders.options.hang = true;
      const asking = world.pictures.snapshot();
      await world.play(7000);
      await asking;
      expect(world.decoders.opened).toHaveLength(2 * round + 1);
      world.decoders.options.hang = false;
      await world.play(4000);
      expect(words((await world.pictures.snapshot()).jpeg)).toContain('frame at');
      await world.play(16_000);
    }
  });

  it('use a process for each picture where too many decoders run already', async () => {
    const world = await online({ mostDecoders: 0 });
    expect(words((await world.pictures.snapshot()).jpeg)).toContain('1 packets');
    expect(world.decoders.opened).toHaveLength(0);
  });

  it('keep their decoder while people ask, and end it some seconds after the last', async () => {
    const world = await online();
    for (let asked = 0; asked < 10; asked += 1) {
      await world.pictures.snapshot();
      await world.play(10_000);
    }
    expect(world.decoders.opened).toHaveLength(1);
    expect(world.decoders.running).toHaveLength(1);
    await world.play(20_000);
    expect(world.decoders.running).toHaveLength(0);
    expect(world.clock.pendingTimers).toBe(0);
    await world.pictures.snapshot();
    expect(world.decoders.running).toHaveLength(1);
  });

  it('give the last good picture while decoding fails, and say why once', async () => {
    const world = await online();
    await world.pictures.snapshot();
    world.decoders.options.unusable = true;
    world.decoders.running[0]?.fail(new Error('died'));
    world.maker.isFailing = true;
    for (let second = 0; second < 20; second += 1) {
      await world.play(1000);
      expect((await world.pictures.snapshot()).at).toBe('2026-01-01T00:00:01.000Z');
    }
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('are stale, with their own time, where decoding has failed for longer than half a minute', async () => {
    const world = await online();
    const { etag } = await world.pictures.snapshot();
    world.decoders.options.unusable = true;
    world.decoders.running[0]?.fail(new Error('died'));
    world.maker.isFailing = true;
    const asked: boolean[] = [];
    for (let tenth = 0; tenth < 600; tenth += 1) {
      await world.play(100);
      const picture = await world.pictures.snapshot();
      expect(picture).toMatchObject({ at: '2026-01-01T00:00:01.000Z', etag });
      asked.push(picture.stale);
    }
    // Frames of the first 1.5 s came before.
    expect(asked.indexOf(true)).toBeGreaterThanOrEqual(295);
    expect(asked.indexOf(true)).toBeLessThanOrEqual(310);
    expect(asked.slice(asked.indexOf(true)).every(Boolean)).toBe(true);
    world.maker.isFailing = false;
    await world.play(2000);
    expect(await world.pictures.snapshot()).toMatchObject({ stale: false });
  });

  it('say so where there is no picture at all', async () => {
    const world = await online();
    world.decoders.options.unusable = true;
    world.maker.isFailing = true;
    await expect(world.pictures.snapshot()).rejects.toMatchObject({ code: 'PICTURE_FAILED' });
  });

  it('remember a few sizes only, whatever is asked for', async () => {
    const world = await online();
    for (let width = 16; width < 1920; width += 1) await world.pictures.snapshot({ width });
    const made = world.painter.calls.length;
    expect(made).toBeLessThanOrEqual(240);
    await world.pictures.snapshot({ width: 1919 });
    expect(world.painter.calls).toHaveLength(made);
    await world.pictures.snapshot({ width: 640 });
    expect(world.painter.calls).toHaveLength(made + 1);
  });

  it('try a size again that could not be made', async () => {
    const world = await online();
    world.painter.isFailing = true;
    await expect(world.pictures.snapshot({ width: 640 })).rejects.toMatchObject({ code: 'PICTURE_FAILED' });
    world.painter.isFailing = false;
    expect(await world.pictures.snapshot({ width: 640 })).toMatchObject({ stale: false });
  });

  describe('of a camera that is away', () => {
    it('are the last ones for a moment, then drawn over the last one, in the size asked for, once', async () => {
      const world = await online();
      await world.pictures.snapshot();
      world.goOffline();
      await world.clock.advance(1000);
      expect(await world.pictures.snapshot()).toMatchObject({ stale: false });
      await world.clock.advance(5000);
      const drawn = await world.pictures.snapshot({ width: 640 });
      expect(drawn.stale).toBe(true);
      expect(words(drawn.jpeg)).toMatch(/^.*Front porch; offline since .*00:0\d \(UTC.*\); rtsp:\/\/192\.0\.2\.10\/main closed the connection/s);
      expect((await world.pictures.snapshot({ width: 640 })).etag).toBe(drawn.etag);
      expect(world.painter.calls).toEqual([expect.objectContaining({ kind: 'draw', size: { width: 640, height: 360 }, hasBackground: true })]);
    });

    it('are drawn anew when the reason changes', async () => {
      const world = await online();
      world.goOffline();
      await world.clock.advance(5000);
      const first = await world.pictures.snapshot();
      world.problem = 'rtsp://192.0.2.10/main refused the connection';
      await world.clock.advance(1000);
      const second = await world.pictures.snapshot();
      expect(second.etag).not.toBe(first.etag);
      expect(words(second.jpeg)).toContain('refused the connection');
    });

    it('are drawn over the newest key frame although nobody had asked for it', async () => {
      const world = await online();
      world.goOffline();
      await world.clock.advance(5000);
      expect(await world.pictures.snapshot()).toMatchObject({ stale: true });
      expect(world.painter.calls).toMatchObject([{ kind: 'draw', hasBackground: true, size: { width: 1920, height: 1080 } }]);
    });

    it('are drawn for one that never was there, and for one that is switched off', async () => {
      const world = new PictureWorld();
      expect(words((await world.pictures.snapshot({ height: 360 })).jpeg)).toContain('Front porch; not connected yet');
      const off = new PictureWorld({ function: 'none' });
      off.status = 'offline';
      expect(words((await off.pictures.snapshot()).jpeg)).toContain('Front porch; switched off');
      expect(off.painter.calls).toMatchObject([{ kind: 'draw', size: { width: 1280, height: 720 }, hasBackground: false }]);
    });

    it('say it by a code where nothing can be drawn', async () => {
      const world = new PictureWorld();
      world.painter.isFailing = true;
      await expect(world.pictures.snapshot()).rejects.toMatchObject({ code: 'CAMERA_OFFLINE' });
    });

    it('are pictures again as soon as it is back', async () => {
      const world = await online();
      await world.pictures.snapshot();
      world.goOffline();
      await world.clock.advance(60_000);
      expect(await world.pictures.snapshot()).toMatchObject({ stale: true });
      world.goOnline();
      await world.play(500);
      expect(await world.pictures.snapshot()).toMatchObject({ stale: false, at: '2026-01-01T00:01:01.500Z' });
      expect(world.decoders.running).toHaveLength(1);
    });
  });

  it('end with the camera, and leave nothing behind', async () => {
    const world = await online();
    await world.pictures.snapshot();
    await world.pictures.stop();
    expect(world.decoders.running).toHaveLength(0);
    expect(world.clock.pendingTimers).toBe(0);
  });
});
