import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FakeClock, settle } from '@nightjar/testkit';
import { PlanShelf } from './plan-shelf.ts';
import { PlaybackPlan } from './playback-plan.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('PlanShelf', () => {
  let clock: FakeClock;
  let shelf: PlanShelf;
  let made: PlaybackPlan[];
  let closed: number[];
  beforeEach(() => {
    clock = new FakeClock();
    shelf = new PlanShelf(clock);
    made = [];
    closed = [];
  });
  const make =
    (bytes = 100) =>
    async (): Promise<PlaybackPlan> => {
      const number = made.length;
      const copies = { count: 0, sources: new Uint32Array(0), offsets: new Float64Array(0), starts: Float64Array.of(0) };
      const kept = {
        version: '',
        sizeBytes: 0,
        isFastStart: async () => false,
        tracks: async () => [],
        read: async () => 0,
        close: async () => void closed.push(number),
      };
      const sources = [{ place: { root: '/', directory: 'a/b', eventId: 1 }, version: '', kept }];
      const plan = new PlaybackPlan({
        movie: { header: new Uint8Array(bytes), copies, pattern: new Uint8Array(0), sizeBytes: bytes },
        etag: String(number),
        sources,
        pieces: [],
      });
      made.push(plan);
      return plan;
    };

  it('shares what was made within a second, and makes it once for all who ask meanwhile', async () => {
    const found = await Promise.all(['ann', 'bob', 'eve'].map((reader) => shelf.find({ subject: 'a', reader }, make())));
    expect(new Set(found).size).toBe(1);
    await clock.advance(900);
    expect(await shelf.find({ subject: 'a', reader: 'zoe' }, make())).toBe(found[0]);
    await clock.advance(200);
    expect(await shelf.find({ subject: 'a', reader: 'zoe' }, make())).not.toBe(found[0]);
    expect(await shelf.find({ subject: 'b', reader: 'zoe' }, make())).toBe(made[2]);
  });

  it('goes on with the plan a reader began with, whatever others do', async () => {
    const ann = await shelf.find({ subject: 'a', reader: 'ann' }, make());
    await clock.advance(5000);
    const bob = await shelf.find({ subject: 'a', reader: 'bob' }, make());
    expect(await shelf.find({ subject: 'a', reader: 'ann', isContinued: true }, make())).toBe(ann);
    expect(await shelf.find({ subject: 'a', reader: 'bob', isContinued: true }, make())).toBe(bob);
  });

  it('goes on with the plan that is named, also where two readers have one name', async () => {
    const first = await shelf.find({ subject: 'a', reader: 'ann' }, make());
    await clock.advance(5000);
    const second = await shelf.find({ subject: 'a', reader: 'ann' }, make());
    expect(second).not.toBe(first);
    expect(await shelf.find({ subject: 'a', reader: 'ann', isContinued: true, etag: first.etag }, make())).toBe(first);
    expect(await shelf.find({ subject: 'a', reader: 'ann', isContinued: true, etag: second.etag }, make())).toBe(second);
    expect(await shelf.find({ subject: 'b', reader: 'ann', etag: first.etag }, make())).not.toBe(first);
  });

  it('gives up what nobody asked for in a while, but not under the hands of a reader', async () => {
    const done = (await shelf.find({ subject: 'a', reader: 'ann' }, make())).use();
    await shelf.find({ subject: 'b' }, make());
    await clock.advance(300_000);
    expect(closed).toEqual([1]);
    done();
    done();
    expect(closed).toEqual([1, 0]);
  });

  it('keeps a bounded number of plans and bytes, the newest whatever its size', async () => {
    for (let index = 0; index < 40; index++) await shelf.find({ subject: String(index) }, make());
    expect(closed).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await shelf.find({ subject: 'huge' }, make(80 * 1024 * 1024));
    expect(closed.length).toBe(40);
    expect(await shelf.find({ subject: 'huge' }, make())).toBe(made[40]);
  });

  it('forgets whatever it gives up, though its reader may come again', async () => {
    const refs: WeakRef<PlaybackPlan>[] = [];
    for (let index = 0; index < 40; index++) refs.push(new WeakRef(await shelf.find({ subject: String(index), reader: 'ann' }, make())));
    made.length = 0;
    await settle();
    collectGarbage();
    expect(refs.filter((ref) => ref.deref() !== undefined).length).toBe(32);
  });

  it('tries again after planning failed', async () => {
    await expect(shelf.find({ subject: 'a' }, () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
    expect(await shelf.find({ subject: 'a' }, make())).toBe(made[0]);
  });
});
