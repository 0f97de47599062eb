// The retention loop against limits, broken disks, locked databases and crashes at every step.
import { FakeClock, MemoryAreaDisk, MemoryEventStore, MemoryEventVideos, SAMPLE_START_MS, sampleEvent, settle } from '@nightjar/testkit';
import { RecorderError } from '../errors/recorder-error.ts';
import { KeyedLock } from '../util/keyed-lock.ts';
import type { AreaStatus } from './area.ts';
import type { RetentionLimits } from './retention-policy.ts';
import { AGE_RESTS_MS, RETENTION_BATCH, RETENTION_INTERVAL_MS, RetentionRunner } from './retention-runner.ts';

const ROOT = '/srv/events';
const failed = new RecorderError('DATABASE_FAILED', 'database or disk is full');
const busy = new RecorderError('DATABASE_BUSY', 'locked');

const create = (limits: Partial<RetentionLimits> = {}) => {
  const clock = new FakeClock(SAMPLE_START_MS + 3_600_000);
  const store = new MemoryEventStore();
  const disk = new MemoryAreaDisk();
  const files = new MemoryEventVideos(disk);
  const log: string[] = [];
  const area = { id: 'default', path: ROOT, scheme: 'shallow', minFree: { bytes: 100 }, maxSize: null } as const;
  const state = { isPresent: true };
  const status = (): AreaStatus =>
    state.isPresent
      ? { area, usable: true, identity: 'x', space: disk.at(ROOT).space }
      : { area, usable: false, problem: new RecorderError('AREA_MISSING', 'gone') };
  const newRunner = (more: Partial<ConstructorParameters<typeof RetentionRunner>[0]> = {}) =>
    new RetentionRunner({
      store,
      files,
      clock,
      limits: { days: null, maxSize: null, ...limits },
      areas: async () => [status()],
      onDeleting: (id) => log.push(`deleting ${id}`),
      onDeleted: (event, reason) => log.push(`deleted ${event.id} ${reason}`),
      onStarved: (areaId) => log.push(`starved ${areaId}`),
      onFed: (areaId) => log.push(`fed ${areaId}`),
      onTrouble: (error) => log.push(`trouble ${error.code}`),
      ...more,
    });
  const put = async (...events: ReturnType<typeof sampleEvent>[]): Promise<void> => {
    for (const event of events) {
      await store.put(event);
      files.put(ROOT, event);
    }
  };
  const fill = (): void => void (disk.at(ROOT).space = { totalBytes: 100_000, freeBytes: 0 });
  return { clock, store, disk, files, log, state, newRunner, put, fill };
};

const ids = (store: MemoryEventStore): readonly number[] => [...store.rows.keys()];

describe('the retention loop', () => {
  it('deletes at the start and every two seconds, files and rows', async () => {
    const { clock, store, files, log, newRunner, put } = create({ maxSize: 2000 });
    await put(sampleEvent(1), sampleEvent(2), sampleEvent(3));
    const runner = newRunner();
    runner.start();
    runner.start();
    await clock.advance(0);
    expect(ids(store)).toEqual([2, 3]);
    expect(files.has(ROOT, sampleEvent(1))).toBe(false);
    await put(sampleEvent(4));
    await clock.advance(RETENTION_INTERVAL_MS - 100);
    expect(ids(store)).toEqual([2, 3, 4]);
    await clock.advance(100);
    expect(ids(store)).toEqual([3, 4]);
    expect(log).toEqual(['deleting 1', 'deleted 1 total-size', 'deleting 2', 'deleted 2 total-size']);
    await runner.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps what is too old only since the calendar was set forward for an hour, and what the limits of size say goes all the same', async () => {
    const { clock, store, log, newRunner, put } = create({ days: 14, maxSize: 2000 });
    await put(sampleEvent(1), sampleEvent(2), sampleEvent(3));
    const runner = newRunner({ onCalendarSet: (byMs) => log.push(`set by ${byMs}`) });
    runner.start();
    await clock.advance(0);
    clock.jumpWall(365 * 86_400_000);
    await clock.advance(AGE_RESTS_MS - RETENTION_INTERVAL_MS);
    expect(ids(store)).toEqual([2, 3]);
    expect(log).toEqual(['deleting 1', 'deleted 1 total-size', `set by ${365 * 86_400_000}`]);
    await clock.advance(2 * RETENTION_INTERVAL_MS);
    expect(ids(store)).toEqual([]);
    await runner.stop();
  });

  it('deletes nothing for its age once a calendar that was set forward by mistake is set back', async () => {
    const { clock, store, newRunner, put } = create({ days: 14 });
    await put(sampleEvent(1));
    const runner = newRunner();
    runner.start();
    await clock.advance(0);
    clock.jumpWall(365 * 86_400_000);
    await clock.advance(60_000);
    clock.jumpWall(-365 * 86_400_000);
    await clock.advance(2 * AGE_RESTS_MS);
    expect(ids(store)).toEqual([1]);
    await runner.stop();
  });

  it('runs when it is asked to, and says when that turn is over', async () => {
    const { clock, store, newRunner, put } = create({ maxSize: 0 });
    const runner = newRunner();
    await runner.runNow();
    runner.start();
    await clock.advance(1000);
    await put(sampleEvent(1));
    const asked = runner.runNow();
    await clock.advance(0);
    await asked;
    expect(ids(store)).toEqual([]);
    await runner.stop();
    await runner.runNow();
  });

  it('deletes the oldest event of an area that a write found full though its floor is kept, once', async () => {
    const { clock, store, newRunner, put } = create({ maxSize: null });
    await put(sampleEvent(1), sampleEvent(2));
    const runner = newRunner();
    runner.start();
    await clock.advance(0);
    expect(ids(store)).toEqual([1, 2]);
    void runner.makeRoom('default');
    await clock.advance(3 * RETENTION_INTERVAL_MS);
    expect(ids(store)).toEqual([2]);
    await runner.stop();
  });

  it('holds an area for starved until a new file can be written there, whatever its free bytes say', async () => {
    const { clock, log, newRunner } = create({ maxSize: null });
    const runner = newRunner();
    runner.start();
    await clock.advance(0);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      void runner.makeRoom('default');
      await clock.advance(4 * RETENTION_INTERVAL_MS);
    }
    expect([...new Set(log)]).toEqual(['starved default']);
    log.length = 0;
    await clock.advance(60_000);
    expect(log).toEqual([]);
    runner.hasRoom('default');
    await clock.advance(RETENTION_INTERVAL_MS);
    expect(log).toEqual(['fed default']);
    await runner.stop();
  });

  it('needs no file to be written where an event made room, or where only bytes were missing', async () => {
    const { clock, disk, log, newRunner, put, fill } = create({ maxSize: null });
    await put(sampleEvent(1));
    const runner = newRunner();
    runner.start();
    await clock.advance(0);
    void runner.makeRoom('default');
    await clock.advance(RETENTION_INTERVAL_MS);
    fill();
    await clock.advance(RETENTION_INTERVAL_MS);
    disk.at(ROOT).space = { totalBytes: 100_000, freeBytes: 50_000 };
    await clock.advance(RETENTION_INTERVAL_MS);
    expect(log.filter((line) => !line.includes('delet'))).toEqual(['starved default', 'fed default']);
    await runner.stop();
  });

  it('deletes a batch in a turn, lets others run, and goes on at once', async () => {
    const { clock, store, newRunner, put } = create({ maxSize: 0 });
    await put(...Array.from({ length: RETENTION_BATCH * 2 + 5 }, (_, index) => sampleEvent(index + 1)));
    const runner = newRunner();
    runner.start();
    for (let round = 0; round < 20 && store.rows.size > RETENTION_BATCH + 5; round += 1) await settle();
    expect(store.rows.size).toBe(RETENTION_BATCH + 5);
    await clock.advance(0);
    expect(store.rows.size).toBe(0);
    await runner.stop();
  });

  it('keeps an event that was protected after it was listed', async () => {
    const { clock, store, files, log, newRunner, put } = create({ maxSize: 0 });
    await put(sampleEvent(1));
    const get = store.get.bind(store);
    store.get = async (id) => {
      const row = await get(id);
      return row && { ...row, protected: true };
    };
    const runner = newRunner();
    runner.start();
    await clock.advance(0);
    expect(log).toEqual([]);
    expect(files.has(ROOT, sampleEvent(1))).toBe(true);
    await runner.stop();
  });

  it('keeps an event whose protection waits to be written, and deletes while nobody changes it', async () => {
    const exclusive: number[] = [];
    const { clock, store, log, newRunner, put } = create({ maxSize: 0 });
    await put(sampleEvent(1), sampleEvent(2));
    const runner = newRunner({
      newest: (row) => ({ ...row, protected: row.id === 1 }),
      exclusively: (id, work) => {
        exclusive.push(id);
        return work();
      },
    });
    runner.start();
    await clock.advance(0);
    expect(log).toEqual(['deleting 2', 'deleted 2 total-size']);
    expect([...store.rows.keys()]).toEqual([1]);
    expect(exclusive).toEqual([1, 2]);
    await runner.stop();
  });

  it('asks the recorder to end a section when only unfinished events fill the disk', async () => {
    const { clock, log, newRunner, put, fill } = create();
    await put(sampleEvent(1, { state: 'open' }), sampleEvent(2, { protected: true }));
    fill();
    const runner = newRunner();
    runner.start();
    await clock.advance(10_000);
    expect(log).toEqual(['starved default', 'starved default']);
    await runner.stop();
  });

  it('leaves a disk alone that is not there, half-finished deletions included', async () => {
    const { clock, store, log, state, newRunner, put } = create({ maxSize: 0 });
    await put(sampleEvent(1, { state: 'deleting' }), sampleEvent(2));
    state.isPresent = false;
    const runner = newRunner();
    runner.start();
    await clock.advance(0);
    expect([ids(store), log]).toEqual([[1, 2], []]);
    state.isPresent = true;
    await clock.advance(10_000);
    expect(log).toEqual(['deleted 1 unfinished', 'deleting 2', 'deleted 2 total-size']);
    await runner.stop();
  });

  it('leaves a deletion to whoever has it in hand, and tells of it once', async () => {
    const { clock, store, log, newRunner, put } = create();
    await put(sampleEvent(1, { state: 'deleting' }));
    const lock = new KeyedLock<number>();
    const release = await lock.acquire(1);
    const runner = newRunner({ exclusively: (id, work) => lock.run(id, work) });
    runner.start();
    await clock.advance(0);
    expect([ids(store), log]).toEqual([[1], []]);
    await store.delete(1);
    release();
    await clock.advance(RETENTION_INTERVAL_MS);
    expect(log).toEqual([]);
    await runner.stop();
  });

  it('waits with everything while the database is locked', async () => {
    const { clock, store, files, log, newRunner, put } = create({ maxSize: 0 });
    await put(sampleEvent(1), sampleEvent(2));
    store.failure = (call) => (call === 'put' ? busy : undefined);
    const runner = newRunner();
    runner.start();
    await clock.advance(0);
    expect(log).toEqual(['deleting 1', 'trouble DATABASE_BUSY']);
    expect(files.has(ROOT, sampleEvent(1))).toBe(true);
    store.failure = undefined;
    await clock.advance(10_000);
    expect(ids(store)).toEqual([]);
    await runner.stop();
  });

  it('deletes files before rows when the disk is too full for the row, and the rows when there is room', async () => {
    const { clock, store, disk, files, log, newRunner, put, fill } = create();
    await put(sampleEvent(1, { sizeBytes: 90 }), sampleEvent(2, { sizeBytes: 90 }), sampleEvent(3, { sizeBytes: 90 }));
    fill();
    store.failure = (call) => (call === 'put' || call === 'delete' ? failed : undefined);
    const runner = newRunner();
    runner.start();
    await clock.advance(0);
    expect([1, 2, 3].filter((id) => files.has(ROOT, sampleEvent(id)))).toEqual([3]);
    expect(ids(store)).toEqual([1, 2, 3]);
    disk.at(ROOT).space = { totalBytes: 100_000, freeBytes: 180 };
    await clock.advance(10_000);
    expect([1, 2, 3].filter((id) => files.has(ROOT, sampleEvent(id)))).toEqual([3]);
    store.failure = undefined;
    await clock.advance(10_000);
    expect(ids(store)).toEqual([3]);
    expect(log.filter((line) => line.startsWith('deleted'))).toEqual(['deleted 1 disk-floor', 'deleted 2 disk-floor']);
    await runner.stop();
  });

  it('goes on with the next event when the files of one cannot be removed', async () => {
    const { clock, store, files, log, newRunner, put } = create({ maxSize: 0 });
    await put(sampleEvent(1), sampleEvent(2));
    let calls = 0;
    files.failure = () => ((calls += 1) === 1 ? new Error('input/output error') : undefined);
    const runner = newRunner();
    runner.start();
    await clock.advance(0);
    expect([ids(store), log]).toEqual([[1], ['deleting 1', 'trouble DISK_FAILED', 'deleting 2', 'deleted 2 total-size']]);
    await clock.advance(10_000);
    expect(ids(store)).toEqual([]);
    await runner.stop();
  });

  it('survives a database that is away', async () => {
    const { clock, store, log, newRunner, put } = create({ maxSize: 0 });
    await put(sampleEvent(1));
    store.failure = busy;
    const runner = newRunner();
    runner.start();
    await clock.advance(2 * RETENTION_INTERVAL_MS);
    expect(log).toEqual(['trouble DATABASE_BUSY', 'trouble DATABASE_BUSY', 'trouble DATABASE_BUSY']);
    store.failure = undefined;
    await clock.advance(10_000);
    expect(ids(store)).toEqual([]);
    await runner.stop();
  });

  it('stops within two seconds although a disk hangs', async () => {
    const { clock, files, newRunner, put } = create({ maxSize: 0 });
    await put(sampleEvent(1));
    files.remove = () => new Promise(() => undefined);
    const runner = newRunner();
    runner.start();
    await clock.advance(0);
    const startMs = clock.monotonic();
    const stopping = runner.stop().then(() => clock.monotonic() - startMs);
    await clock.advance(5000);
    expect(await stopping).toBeLessThanOrEqual(2000);
  });
});

describe('a deletion that a crash cuts off', () => {
  const steps = ['before the row says deleting', 'after the row says deleting', 'after the files are gone', 'after the row is gone'];

  it.each(steps.map((name, step) => [name, step] as const))('%s is finished by the next start', async (_, step) => {
    const { clock, store, files, newRunner, put } = create({ maxSize: 1000 });
    await put(sampleEvent(1), sampleEvent(2));
    const crash = new Promise<never>(() => undefined);
    const original = { put: store.put.bind(store), remove: files.remove.bind(files), delete: store.delete.bind(store) };
    // A killed program does not see errors: its calls just never return.
    if (step === 0) store.put = () => crash;
    if (step === 1) files.remove = () => crash;
    if (step === 2) store.delete = () => crash;
    if (step === 3) store.delete = (id) => original.delete(id).then(() => crash);
    newRunner().start();
    await clock.advance(0);
    expect([store.rows.get(1)?.state, files.has(ROOT, sampleEvent(1))]).toEqual(
      [
        ['ready', true],
        ['deleting', true],
        ['deleting', false],
        [undefined, false],
      ][step],
    );
    Object.assign(store, { put: original.put, delete: original.delete });
    files.remove = original.remove;
    const next = newRunner();
    next.start();
    await clock.advance(0);
    expect(ids(store)).toEqual([2]);
    expect(files.has(ROOT, sampleEvent(1))).toBe(false);
    expect(files.has(ROOT, sampleEvent(2))).toBe(true);
    await next.stop();
  });

  it.each(['put', 'remove', 'delete'])('by an error in %s is finished by the next start', async (call) => {
    const { clock, store, files, newRunner, put } = create({ maxSize: 1000 });
    await put(sampleEvent(1), sampleEvent(2));
    const fail = (name: string): Error | undefined => (name === call ? busy : undefined);
    store.failure = fail;
    files.failure = fail;
    const first = newRunner();
    first.start();
    await clock.advance(0);
    await first.stop();
    store.failure = undefined;
    files.failure = undefined;
    const next = newRunner();
    next.start();
    await clock.advance(0);
    expect([ids(store), files.has(ROOT, sampleEvent(1))]).toEqual([[2], false]);
    await next.stop();
  });
});
