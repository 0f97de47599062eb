// What a killed recorder leaves, and what the next start makes of it.
import { factsOfEvent, MemoryAreaDisk, MemoryEventStore, MemoryEventVideos, MemoryOpenJournal, RecordingLogger, sampleEvent } from '@nightjar/testkit';
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import { wallMs } from '../model/time.ts';
import type { AreaStatus } from './area.ts';
import { recoverAtStartup } from './startup-recovery.ts';

const ROOT = '/srv/events';
const busy = new RecorderError('DATABASE_BUSY', 'locked');
const area = { id: 'default', path: ROOT, scheme: 'shallow', minFree: { bytes: 0 }, maxSize: null } as const;
const usable: AreaStatus = { area, usable: true, identity: 'x', space: { totalBytes: 1, freeBytes: 1 } };

/** An open event as its first row and marker have it: nothing recorded yet. */
const opened = (id: number, changes: Partial<EventRecord> = {}): EventRecord => {
  const event = sampleEvent(id, { state: 'open', frames: 0, sizeBytes: 0, ...changes });
  return { ...event, endMs: event.startMs };
};

const create = () => {
  const store = new MemoryEventStore();
  const journal = new MemoryOpenJournal();
  const videos = new MemoryEventVideos(new MemoryAreaDisk());
  const logger = new RecordingLogger();
  const start = (areas: readonly AreaStatus[] = [usable]) => recoverAtStartup({ serverId: 'rec1', areas, store, files: videos, journal, logger });
  /** What is on the disk of an event after 4 s of 60 frames. */
  const record = (event: EventRecord): void =>
    videos.put(ROOT, event, { facts: factsOfEvent(event, { frames: 60, durationMs: 4000, sizeBytes: 700 }), isDamaged: true });
  const recovered = (event: EventRecord): EventRecord => ({
    ...event,
    state: event.hasSnapshot ? 'ready' : 'closed',
    recovered: true,
    frames: 60,
    sizeBytes: 700,
    endMs: wallMs(event.startMs + 4000),
  });
  return { store, journal, videos, logger, start, record, recovered };
};

describe('recovery at start', () => {
  it('closes a cut-off event as recovered, with what its file holds, and forgets its marker', async () => {
    const { store, journal, logger, start, record, recovered } = create();
    const event = opened(1);
    await store.put(event);
    await journal.add(ROOT, event);
    record(event);
    expect(await start()).toEqual({ recovered: [recovered(event)], removed: [], unsaved: [], failed: [] });
    expect(await store.get(1)).toEqual(recovered(event));
    expect(journal.markers.size).toBe(0);
    expect(logger.find(/closed as recovered/, 'warn')).toHaveLength(1);
    expect(await start()).toEqual({ recovered: [], removed: [], unsaved: [], failed: [] });
  });

  it('leaves an event without a picture closed, with its marker, so that it is found again until it has one', async () => {
    const { store, journal, start, record, recovered } = create();
    const event = opened(1, { hasSnapshot: false });
    await journal.add(ROOT, event);
    record(event);
    for (let round = 0; round < 2; round += 1) expect((await start()).recovered).toEqual([recovered(event)]);
    expect(await store.get(1)).toMatchObject({ state: 'closed', recovered: true, frames: 60 });
    expect(journal.markers.size).toBe(1);
  });

  it('leaves events alone that are being recorded, and those of areas it was not asked about', async () => {
    const { store, journal, videos, logger, record } = create();
    for (const event of [opened(1), opened(2, { areaId: 'other' })]) {
      await store.put(event);
      await journal.add(ROOT, event);
      record(event);
    }
    await journal.remove(ROOT, 2);
    const options = { serverId: 'rec1', areas: [usable], store, files: videos, journal, logger };
    expect(await recoverAtStartup({ ...options, isLive: (id) => id === 1 })).toEqual({ recovered: [], removed: [], unsaved: [], failed: [] });
    expect([store.rows.get(1)?.state, store.rows.get(2)?.state]).toEqual(['open', 'open']);
  });

  it('finds an event whose row was never written by its marker, and one without a marker by its row', async () => {
    const { store, journal, start, record, recovered } = create();
    const [marked, rowed] = [opened(1), { ...opened(2), state: 'closed' as const }];
    await journal.add(ROOT, marked);
    await store.put(rowed);
    record(marked);
    record(rowed);
    expect((await start()).recovered).toEqual([recovered(marked), recovered(rowed)]);
  });

  it('keeps what a person edited and takes the newest scores', async () => {
    const { store, journal, start, record } = create();
    await store.put({ ...opened(1), name: 'Fox', notes: 'again', tags: ['fox'], protected: true, maxScore: 0 });
    const newer = sampleEvent(1, { state: 'open', maxScore: 77 });
    await journal.add(ROOT, newer);
    record(newer);
    await start();
    expect(await store.get(1)).toMatchObject({ name: 'Fox', notes: 'again', tags: ['fox'], protected: true, maxScore: 77, state: 'ready' });
  });

  it('removes an event of which nothing plays, and says so', async () => {
    const { store, journal, videos, logger, start } = create();
    const [empty, never] = [opened(1), opened(2)];
    await store.put(empty);
    await journal.add(ROOT, empty);
    await journal.add(ROOT, never);
    videos.put(ROOT, empty, { facts: undefined });
    expect((await start()).removed.map(({ id }) => id)).toEqual([1, 2]);
    expect([store.rows.size, journal.markers.size, videos.has(ROOT, empty)]).toEqual([0, 0, false]);
    expect(logger.find(/removed/, 'warn')).toHaveLength(2);
  });

  it('only forgets the marker of an event that was ready or is being deleted', async () => {
    const { store, journal, start } = create();
    await store.put(sampleEvent(1));
    await store.put(sampleEvent(2, { state: 'deleting' }));
    for (const id of [1, 2]) await journal.add(ROOT, opened(id));
    expect(await start()).toEqual({ recovered: [], removed: [], unsaved: [], failed: [] });
    expect([await store.get(1), journal.markers.size]).toEqual([sampleEvent(1), 0]);
    expect(store.rows.get(2)?.state).toBe('deleting');
  });

  it('leaves events of another server alone', async () => {
    const { store, journal, start } = create();
    const other = opened(1, { serverId: 'rec2' });
    await store.put(other);
    await journal.add(ROOT, other);
    expect(await start()).toEqual({ recovered: [], removed: [], unsaved: [], failed: [] });
    expect([await store.get(1), journal.markers.size]).toEqual([other, 1]);
  });

  it('repairs files while the database is away, and hands over rows to be written later', async () => {
    const { store, journal, logger, start, record, recovered } = create();
    const event = opened(1);
    await journal.add(ROOT, event);
    record(event);
    store.failure = busy;
    expect(await start()).toEqual({ recovered: [], removed: [], unsaved: [recovered(event)], failed: [] });
    expect(journal.markers.size).toBe(1);
    expect(logger.find(/could not be looked for/, 'error')).toHaveLength(1);
    store.failure = undefined;
    expect((await start()).recovered).toEqual([recovered(event)]);
  });

  it('leaves rows of a disk that is not there for a later start', async () => {
    const { store, start } = create();
    await store.put(opened(1));
    const { failed } = await start([{ area, usable: false, problem: new RecorderError('AREA_MISSING', 'gone') }]);
    expect(failed).toMatchObject([{ eventId: 1, error: { code: 'AREA_MISSING' } }]);
    expect(await store.get(1)).toEqual(opened(1));
  });

  it('recovers the others when one cannot be repaired', async () => {
    const { journal, videos, start, record } = create();
    for (const id of [1, 2]) {
      await journal.add(ROOT, opened(id));
      record(opened(id));
    }
    const repair = videos.repair.bind(videos);
    videos.repair = (path) => (path.includes('/1/') ? Promise.reject(new Error('input/output error')) : repair(path));
    const { recovered, failed } = await start();
    expect([recovered.map(({ id }) => id), failed.map(({ eventId, error }) => [eventId, error.code])]).toEqual([[2], [[1, 'DISK_FAILED']]]);
    expect([...journal.markers.keys()]).toEqual([`${ROOT} 1`]);
  });

  it('uses the row of a marker that cannot be read, and gives up a marker nobody knows', async () => {
    const { store, journal, logger, start, record, recovered } = create();
    await store.put(opened(1));
    record(opened(1));
    for (const id of [1, 2]) journal.markers.set(`${ROOT} ${id}`, undefined);
    expect((await start()).recovered).toEqual([recovered(opened(1))]);
    expect(journal.markers.size).toBe(0);
    expect(logger.find(/marker of an event cannot be read/, 'warn')).toHaveLength(1);
  });

  it.each(['put', 'journal'])('is finished by the next start when it is killed in %s', async (step) => {
    const { store, journal, start, record, recovered } = create();
    await store.put(opened(1));
    await journal.add(ROOT, opened(1));
    record(opened(1));
    const hang = new Promise<never>(() => undefined);
    const [put, remove] = [store.put.bind(store), journal.remove.bind(journal)];
    if (step === 'put') store.put = () => hang;
    else journal.remove = () => hang;
    void start();
    await new Promise((resolve) => setImmediate(resolve));
    Object.assign(store, { put });
    Object.assign(journal, { remove });
    await start();
    expect([await store.get(1), journal.markers.size]).toEqual([recovered(opened(1)), 0]);
  });

  it('reads no row of finished events', async () => {
    const { store, start } = create();
    for (let id = 1; id <= 50; id += 1) await store.put(sampleEvent(id));
    await start();
    expect(store.calls).toMatchObject({ get: 0, list: 1, put: 50 });
  });
});
