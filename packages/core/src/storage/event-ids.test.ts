// Ids while the database works, while it is away, and while it was never there.
import { FakeClock, MemoryEventStore } from '@nightjar/testkit';
import { RecorderError } from '../errors/recorder-error.ts';
import { EventIds } from './event-ids.ts';

const busy = new RecorderError('DATABASE_BUSY', 'locked');

const create = (store = new MemoryEventStore()) => {
  const clock = new FakeClock();
  const log: string[] = [];
  const ids = new EventIds({ store, clock, onTrouble: (error, left) => log.push(`${error.code} ${left} left`), onRecovered: () => log.push('recovered') });
  return { store, clock, log, ids };
};

describe('event ids', () => {
  it('come in order and without a gap, however many are taken', async () => {
    const { ids, clock } = create();
    await ids.start();
    const taken: (number | undefined)[] = [];
    for (let count = 0; count < 200; count += 1) {
      taken.push(ids.take());
      await clock.advance(0);
    }
    expect(taken).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  it('ask the database once per range', async () => {
    const { ids, store } = create();
    await ids.start();
    for (let count = 0; count < 30; count += 1) ids.take();
    expect(store.calls.reserveIds).toBe(1);
  });

  it('are never given twice by two recorders of one database', async () => {
    const a = create();
    const b = create(a.store);
    await Promise.all([a.ids.start(), b.ids.start()]);
    const taken: (number | undefined)[] = [];
    for (let count = 0; count < 100; count += 1) {
      taken.push(a.ids.take(), b.ids.take());
      await a.clock.advance(0);
    }
    expect(new Set(taken).size).toBe(200);
  });

  it('go on from the range while the database is away, then run out rather than risk a collision', async () => {
    const { ids, store, clock, log } = create();
    await ids.start();
    store.failure = busy;
    const taken: (number | undefined)[] = [];
    for (let count = 0; count < 64; count += 1) {
      taken.push(ids.take());
      await clock.advance(0);
    }
    expect(taken.at(-1)).toBe(64);
    expect(ids.take()).toBeUndefined();
    await clock.advance(10_000);
    expect(log).toEqual(['DATABASE_BUSY 31 left', 'DATABASE_BUSY 0 left']);
    const waiting = ids.wait();
    store.failure = undefined;
    await clock.advance(2000);
    expect(await waiting).toBe(65);
    expect(log.at(-1)).toBe('recovered');
    await ids.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('let the recorder start without the database, and arrive when it comes', async () => {
    const { ids, store, clock, log } = create();
    store.failure = busy;
    const deadline = new AbortController();
    const started = ids.start(deadline.signal);
    await clock.advance(5000);
    deadline.abort();
    await started;
    expect(ids.take()).toBeUndefined();
    expect(log).toEqual(['DATABASE_BUSY 0 left']);
    const waiting = [ids.wait(), ids.wait()];
    store.failure = undefined;
    await clock.advance(2000);
    expect(await Promise.all(waiting)).toEqual([1, 2]);
    await ids.stop();
  });

  it('end a wait when it is cancelled or the recorder stops', async () => {
    const { ids, store, clock } = create();
    store.failure = busy;
    const cancel = new AbortController();
    const waits = [ids.wait(cancel.signal), ids.wait()];
    await clock.advance(500);
    cancel.abort();
    expect(await waits[0]).toBeUndefined();
    await ids.stop();
    expect(await waits[1]).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });
});
