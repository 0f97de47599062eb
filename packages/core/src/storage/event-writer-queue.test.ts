// Rows behind a database that works, stalls, refuses and comes back.
import { FakeClock, MemoryEventStore, sampleEvent } from '@nightjar/testkit';
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import { EventWriterQueue } from './event-writer-queue.ts';

const busy = new RecorderError('DATABASE_BUSY', 'locked');

/** Notes the order of writes. */
class NotingStore extends MemoryEventStore {
  readonly written: string[] = [];
  override async put(event: EventRecord): Promise<void> {
    await super.put(event);
    this.written.push(`${event.id} ${event.state}`);
  }
}

const create = (maxRows = 100) => {
  const clock = new FakeClock();
  const store = new NotingStore();
  const log: string[] = [];
  const queue = new EventWriterQueue({
    store,
    clock,
    maxRows,
    onTrouble: (error) => log.push(`trouble ${error.code}`),
    onRecovered: () => log.push('recovered'),
    onWritten: (event) => log.push(`written ${event.id}`),
    onLost: (event) => log.push(`lost ${event.id}`),
  });
  return { clock, store, log, queue };
};

describe('the queue of rows', () => {
  it('returns before it writes, then writes in order', async () => {
    const { queue, store, clock } = create();
    for (const id of [3, 1, 2]) queue.save(sampleEvent(id));
    expect(store.written).toEqual([]);
    await clock.advance(0);
    expect(store.written).toEqual(['3 ready', '1 ready', '2 ready']);
    expect(queue.size).toBe(0);
  });

  it('writes only the newest row of each event, in the place of its first', async () => {
    const { queue, store, clock } = create();
    queue.save(sampleEvent(1, { state: 'open' }));
    queue.save(sampleEvent(2));
    queue.save(sampleEvent(1, { state: 'closed' }));
    expect(queue.pending(1)?.state).toBe('closed');
    await clock.advance(0);
    expect(store.written).toEqual(['1 closed', '2 ready']);
  });

  it('writes a row again that changed while it was being written', async () => {
    const { queue, store, clock } = create();
    let release = (): void => undefined;
    const put = store.put.bind(store);
    store.put = async (event) => {
      if (event.state === 'open') await new Promise<void>((resolve) => (release = resolve));
      await put(event);
    };
    queue.save(sampleEvent(1, { state: 'open' }));
    await clock.advance(0);
    queue.save(sampleEvent(1, { state: 'ready' }));
    release();
    await clock.advance(0);
    expect(store.written).toEqual(['1 open', '1 ready']);
    expect(queue.size).toBe(0);
  });

  it('tries again with growing pauses, tells of trouble and of recovery once, and loses nothing', async () => {
    const { queue, store, clock, log } = create();
    store.failure = busy;
    queue.save(sampleEvent(1));
    queue.save(sampleEvent(2));
    await clock.advance(60_000);
    expect(log).toEqual(['trouble DATABASE_BUSY']);
    // 100, 200, … 1600 ms, then every 2 s.
    expect(store.calls.put).toBe(34);
    store.failure = undefined;
    await clock.advance(2000);
    expect(log).toEqual(['trouble DATABASE_BUSY', 'recovered', 'written 1', 'written 2']);
  });

  it('treats an unknown error as a database that failed', async () => {
    const { queue, store, clock, log } = create();
    store.failure = new Error('socket closed');
    queue.save(sampleEvent(1));
    await clock.advance(0);
    expect(log).toEqual(['trouble DATABASE_FAILED']);
    await queue.stop();
  });

  it('gives up a row the database will never take, and goes on with the next', async () => {
    const { queue, store, clock, log } = create();
    const put = store.put.bind(store);
    store.put = (event) =>
      event.id === 1 ? Promise.reject(new RecorderError('DATABASE_FAILED', 'check failed', { context: { constraint: true } })) : put(event);
    queue.save(sampleEvent(1));
    queue.save(sampleEvent(2));
    await clock.advance(0);
    expect(log).toEqual(['lost 1', 'written 2']);
  });

  it('drops the oldest rows when it is full, and says which', async () => {
    const { queue, store, clock, log } = create(3);
    store.failure = busy;
    for (const id of [1, 2, 3, 4, 5]) queue.save(sampleEvent(id));
    queue.save(sampleEvent(5, { notes: 'again' }));
    expect(log).toEqual(['lost 1', 'lost 2']);
    store.failure = undefined;
    await clock.advance(200);
    expect(store.written).toEqual(['3 ready', '4 ready', '5 ready']);
  });

  it('lets others run between rows when many are waiting', async () => {
    const { queue, store, clock } = create();
    for (let id = 1; id <= 50; id += 1) queue.save(sampleEvent(id));
    await new Promise((resolve) => setImmediate(resolve));
    expect(store.written).toHaveLength(16);
    await clock.advance(0);
    expect(store.written).toHaveLength(50);
  });

  it('refuses a size that cannot work', () => {
    expect(() => create(1)).toThrow(TypeError);
  });

  it('flushes at once when the database is back, without waiting for the pause to end', async () => {
    const { queue, store, clock } = create();
    store.failure = busy;
    queue.save(sampleEvent(1));
    await clock.advance(30_000);
    store.failure = undefined;
    const startMs = clock.monotonic();
    expect(await queue.flush(5000)).toBe(true);
    expect(clock.monotonic()).toBe(startMs);
    expect(await queue.flush(5000)).toBe(true);
  });

  it('stops flushing when the time is over', async () => {
    const { queue, store, clock } = create();
    store.failure = busy;
    queue.save(sampleEvent(1));
    const flushing = queue.flush(1000);
    await clock.advance(1000);
    expect(await flushing).toBe(false);
    await queue.stop();
    expect(clock.pendingTimers).toBe(0);
    expect(queue.size).toBe(1);
  });

  it('does not bring back an event that was deleted meanwhile', async () => {
    const { queue, store, clock } = create();
    store.failure = busy;
    queue.save(sampleEvent(1));
    await clock.advance(0);
    queue.forget(1);
    store.failure = undefined;
    await clock.advance(1000);
    expect(store.written).toEqual([]);
  });
});
