import type { Picture } from '@nightjar/client';
import { AnswerPace } from './answer-pace.ts';
import { SNAPSHOT_LIMITS, SnapshotDesk } from './snapshot-desk.ts';

const jpegOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const picture = (text: string): Picture => ({ jpeg: jpegOf(text), at: '2026-01-01T00:00:00.000Z', stale: false, etag: text });
const text = (jpeg: Uint8Array): string => new TextDecoder().decode(jpeg);

function desk(answer: (width: number | undefined, asked: number, signal: AbortSignal | undefined) => Promise<Picture>) {
  let nowMs = 0;
  let asked = 0;
  const made = new SnapshotDesk({
    cameraId: 'porch',
    recorder: { snapshot: (_id, options) => answer(options?.width, ++asked, options?.signal) },
    placeholder: async (width) => jpegOf(`drawn ${width}`),
    limits: { ...SNAPSHOT_LIMITS, patienceMs: 20, firstMs: 20 },
    now: () => nowMs,
  });
  return {
    desk: made,
    asked: () => asked,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

const never = (): Promise<Picture> => new Promise(() => undefined);

describe('tile pictures', () => {
  it('come from the recorder, in the size that was asked for', async () => {
    const world = desk(async (width) => picture(`porch ${width}`));
    expect(text(await world.desk.picture(640, 360))).toBe('porch 640');
  });

  it('are asked for once where many ask at a time, and given again while they are fresh', async () => {
    const world = desk(async (_width, asked) => picture(`${asked}`));
    expect((await Promise.all([1, 2, 3].map(() => world.desk.picture(640, 360)))).map(text)).toEqual(['1', '1', '1']);
    await world.desk.picture(640, 360);
    expect(world.asked()).toBe(1);
    world.pass(SNAPSHOT_LIMITS.freshMs);
    expect(text(await world.desk.picture(640, 360))).toBe('2');
  });

  it('are those of before where the recorder is slow, of another size too, until they are too old', async () => {
    const world = desk(async (_width, asked) => (asked === 1 ? picture('before') : never()));
    await world.desk.picture(1280, 720);
    world.pass(60_000);
    expect(text(await world.desk.picture(1280, 720))).toBe('before');
    expect(text(await world.desk.picture(320, 180))).toBe('before');
    world.pass(60_000);
    expect(text(await world.desk.picture(320, 180))).toBe('drawn 320');
  });

  it('are drawn where the recorder refuses and there is none of before', async () => {
    const world = desk(() => Promise.reject(new Error('The recorder is away.')));
    expect(text(await world.desk.picture(640, 360))).toBe('drawn 640');
  });

  it('are not shown any more once they were forgotten, not even those that were underway', async () => {
    let give: (made: Picture) => void = () => undefined;
    const world = desk((_width, asked) => (asked === 1 ? new Promise((resolve) => (give = resolve)) : never()));
    const first = world.desk.picture(640, 360);
    world.desk.forget();
    give(picture('private'));
    expect(text(await first)).toBe('drawn 640');
    expect(text(await world.desk.picture(640, 360))).toBe('drawn 640');
  });

  it('take sizes that make no sense', async () => {
    const world = desk(async (width) => picture(`${width}`));
    expect(text(await world.desk.picture(0, 0))).toBe('64');
    expect(text(await world.desk.picture(Number.NaN, 1))).toBe('1280');
    expect(text(await world.desk.picture(1e9, 1e9))).toBe('4096');
  });

  it('of many cameras are waited for once where the recorder hangs, and again when it answers', async () => {
    let nowMs = 0;
    const pace = new AnswerPace(() => nowMs, 900);
    let give: (made: Picture) => void = () => undefined;
    const limits = { ...SNAPSHOT_LIMITS, firstMs: 60_000, hurriedMs: 1 };
    const recorder = { snapshot: (id: string): Promise<Picture> => (id === 'gate' ? new Promise((resolve) => (give = resolve)) : never()) };
    const [porch, gate] = ['porch', 'gate'].map((cameraId) => new SnapshotDesk({ cameraId, recorder, placeholder: async () => jpegOf('drawn'), limits, pace }));
    const first = porch?.picture(640, 360);
    nowMs += 900;
    expect(text((await first) ?? new Uint8Array())).toBe('drawn');
    expect(text((await gate?.picture(640, 360)) ?? new Uint8Array())).toBe('drawn');
    expect(pace.hangs).toBe(true);
    give(picture('gate'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(pace.hangs).toBe(false);
    for (const each of [porch, gate]) each?.stop();
  });

  it('are waited for where the recorder is slow and there is none of before', async () => {
    const waiting: ((made: Picture) => void)[] = [];
    let nowMs = 0;
    const pace = new AnswerPace(() => nowMs, 900);
    const recorder = { snapshot: (): Promise<Picture> => new Promise((resolve) => waiting.push(resolve)) };
    const desks = ['porch', 'gate'].map((cameraId) => new SnapshotDesk({ cameraId, recorder, placeholder: async () => jpegOf('drawn'), pace }));
    const [porch, gate] = desks.map((each) => each.picture(640, 360));
    nowMs += 800;
    waiting[0]?.(picture('porch'));
    expect(text((await porch) ?? new Uint8Array())).toBe('porch');
    nowMs += 800;
    waiting[1]?.(picture('gate'));
    expect(text((await gate) ?? new Uint8Array())).toBe('gate');
    for (const each of desks) each.stop();
  });

  it('that are empty are none', async () => {
    const world = desk(async () => ({ ...picture(''), jpeg: new Uint8Array() }));
    expect(text(await world.desk.picture(640, 360))).toBe('drawn 640');
  });

  it('that are underway are given up when the desk closes', async () => {
    const world = desk((_width, _asked, signal) => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))));
    const asked = world.desk.picture(640, 360);
    world.desk.stop();
    expect(text(await asked)).toBe('drawn 640');
  });
});
