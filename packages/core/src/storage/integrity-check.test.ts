// A storage with every kind of damage: what a check reports, what a repair mends, what it refuses.
import { factsOfEvent, MemoryAreaDisk, MemoryEventStore, MemoryEventVideos, MemoryOpenJournal, sampleEvent } from '@nightjar/testkit';
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import { wallMs } from '../model/time.ts';
import type { AreaStatus } from './area.ts';
import type { CheckProgress, CheckStorageOptions } from './integrity-check.ts';
import { checkStorage } from './integrity-check.ts';

const ROOT = '/srv/events';
const areaOf = (id: string, path: string) => ({ id, path, scheme: 'shallow', minFree: { bytes: 0 }, maxSize: null }) as const;
const usable = (id: string, path: string): AreaStatus => ({
  area: areaOf(id, path),
  usable: true,
  identity: `disk-of-${id}`,
  space: { totalBytes: 1, freeBytes: 1 },
});

const create = () => {
  const store = new MemoryEventStore();
  const disk = new MemoryAreaDisk();
  const videos = new MemoryEventVideos(disk);
  const journal = new MemoryOpenJournal();
  const areas = [usable('default', ROOT)];
  disk.at(ROOT).identity = 'disk-of-default';
  const put = async (event: EventRecord): Promise<void> => {
    await store.put(event);
    videos.put(ROOT, event);
  };
  const check = (options: Partial<CheckStorageOptions> = {}) => checkStorage({ areas, store, files: videos, disk, journal, repair: false, ...options });
  const summary = async (options: Partial<CheckStorageOptions> = {}): Promise<readonly string[]> =>
    (await check(options)).problems.map(({ kind, eventId, outcome }) => `${kind} ${eventId ?? '-'} ${outcome}`);
  return { store, disk, videos, journal, areas, put, check, summary };
};

type Storage = ReturnType<typeof create>;

/** Each kind of damage to event 1 of ten healthy ones, with what a repair leaves of its row. */
const damages: readonly (readonly [string, (storage: Storage) => Promise<void>, Partial<EventRecord> | undefined])[] = [
  ['row-without-file', async ({ videos }) => videos.remove(ROOT, 'porch/1'), undefined],
  ['file-without-row', async ({ store }) => store.delete(1), { recovered: true, state: 'ready' }],
  ['facts-differ', async ({ store }) => store.put(sampleEvent(1, { sizeBytes: 3 })), { sizeBytes: 1000 }],
  ['facts-differ', async ({ store }) => store.put(sampleEvent(1, { frames: 3 })), { frames: 150 }],
  ['facts-differ', async ({ store }) => store.put({ ...sampleEvent(1), endMs: wallMs(sampleEvent(1).startMs + 8_000) }), { endMs: sampleEvent(1).endMs }],
  [
    'video-damaged',
    async ({ videos }) => videos.put(ROOT, sampleEvent(1), { facts: factsOfEvent(sampleEvent(1), { frames: 9 }), isDamaged: true }),
    { frames: 9, recovered: true },
  ],
  ['left-open', async ({ store }) => store.put(sampleEvent(1, { state: 'open', frames: 0 })), { state: 'ready', frames: 150, recovered: true }],
  ['left-open', async ({ store }) => store.put(sampleEvent(1, { state: 'closed' })), { state: 'ready', recovered: true }],
  ['half-deleted', async ({ store }) => store.put(sampleEvent(1, { state: 'deleting' })), undefined],
  [
    'file-misplaced',
    async ({ store }) => store.put(sampleEvent(1, { directory: 'porch/2026-11-22/1', scheme: 'medium' })),
    { directory: 'porch/1', scheme: 'shallow' },
  ],
];

describe('a storage check', () => {
  it('finds nothing in a healthy storage, and says what it looked at', async () => {
    const { put, check } = create();
    for (let id = 1; id <= 3; id += 1) await put(sampleEvent(id));
    await put(sampleEvent(4, { sizeBytes: 1000 }));
    const progress: CheckProgress[] = [];
    expect(await check({ onProgress: (step) => progress.push(step) })).toEqual({ problems: [], directories: 4, rows: 4, isPartial: false });
    expect(progress.at(-1)).toEqual({ areaId: 'default', phase: 'rows', done: 4, total: 4 });
  });

  it.each(damages)('finds %s, mends it when asked, and then finds nothing', async (kind, damage, expected) => {
    const storage = create();
    for (let id = 1; id <= 10; id += 1) await storage.put(sampleEvent(id));
    await damage(storage);
    const before = structuredClone([...storage.store.rows]);
    expect(await storage.summary()).toEqual([`${kind} 1 found`]);
    expect([...storage.store.rows]).toEqual(before);
    expect(await storage.summary({ repair: true })).toEqual([`${kind} 1 mended`]);
    if (expected) expect(await storage.store.get(1)).toMatchObject(expected);
    else expect(await storage.store.get(1)).toBeUndefined();
    expect(await storage.summary()).toEqual([]);
  });

  it('describes a problem and its remedy in words', async () => {
    const { store, put, check } = create();
    await put(sampleEvent(1));
    await store.put(sampleEvent(1, { frames: 3 }));
    expect((await check()).problems).toEqual([
      {
        kind: 'facts-differ',
        areaId: 'default',
        eventId: 1,
        path: '/srv/events/porch/1/1-video.mp4',
        what: 'the video has 150 frames, the row says 3',
        remedy: 'correct the row',
        outcome: 'found',
      },
    ]);
  });

  it('takes a size with or without pictures as right', async () => {
    const { store, put, summary } = create();
    await put(sampleEvent(1));
    await store.put(sampleEvent(1, { sizeBytes: 1010 }));
    expect(await summary()).toEqual([]);
  });

  it('rebuilds every row of a lost database, at the place where the video is', async () => {
    const { store, put, videos, summary } = create();
    for (let id = 1; id <= 3; id += 1) await put(sampleEvent(id));
    videos.put(ROOT, sampleEvent(4, { directory: 'porch/2026-11-22/4' }), { facts: factsOfEvent(sampleEvent(4, { state: 'open' })) });
    store.rows.clear();
    expect(await summary({ repair: true })).toHaveLength(4);
    expect(await store.get(1)).toEqual(sampleEvent(1, { recovered: true }));
    expect(await store.get(4)).toEqual(sampleEvent(4, { recovered: true, scheme: 'medium', directory: 'porch/2026-11-22/4' }));
    expect(await store.reserveIds(1)).toBe(5);
  });

  it('deletes no rows when more than half of an area’s events are missing, unless it is forced', async () => {
    const { store, videos, put, check, summary } = create();
    for (let id = 1; id <= 4; id += 1) await put(sampleEvent(id));
    for (const id of [1, 2, 3]) await videos.remove(ROOT, `porch/${id}`);
    const { problems } = await check({ repair: true });
    expect(problems.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
    expect(problems[0]?.reason).toMatch(/3 of 4 events/);
    expect(store.rows.size).toBe(4);
    videos.put(ROOT, sampleEvent(3));
    expect(await summary({ repair: true })).toEqual(['row-without-file 2 mended', 'row-without-file 1 mended']);
    await videos.remove(ROOT, 'porch/3');
    await videos.remove(ROOT, 'porch/4');
    await summary({ repair: true, force: true });
    expect(store.rows.size).toBe(0);
  });

  it('deletes no rows when the disk is taken away meanwhile', async () => {
    const { store, disk, put, check } = create();
    for (let id = 1; id <= 4; id += 1) await put(sampleEvent(id));
    const onProgress = ({ phase, done }: CheckProgress): void => void (phase === 'rows' && done === 3 && disk.swap(ROOT));
    expect((await check({ repair: true, onProgress })).problems).toMatchObject([
      { eventId: 1, outcome: 'refused', reason: 'the disk was taken away during the check' },
    ]);
    expect(store.rows.size).toBe(4);
  });

  it('touches nothing of a disk that is not there', async () => {
    const { store, put, summary } = create();
    await put(sampleEvent(1));
    const gone: AreaStatus = { area: areaOf('default', ROOT), usable: false, problem: new RecorderError('AREA_MISSING', 'its identity file is missing') };
    expect(await summary({ repair: true, force: true, areas: [gone] })).toEqual(['area-missing - left']);
    expect(store.rows.size).toBe(1);
  });

  it('says that rows lie in areas nobody configured', async () => {
    const { store, check } = create();
    await store.put(sampleEvent(1, { areaId: 'old' }));
    expect((await check({ repair: true })).problems).toMatchObject([
      { kind: 'area-unknown', what: expect.stringMatching(/configuration: 1$/), outcome: 'left' },
    ]);
  });

  it('follows an event that was moved to another area, and leaves a number used twice alone', async () => {
    const { store, disk, videos, areas, put, summary } = create();
    const both = [...areas, usable('big', '/mnt/big')];
    await put(sampleEvent(1));
    videos.put('/mnt/big', sampleEvent(1));
    expect(await summary({ areas: both, repair: true })).toEqual(['file-misplaced 1 left']);
    disk.swap(ROOT);
    expect(await summary({ areas: [...both].reverse(), repair: true })).toEqual(['file-misplaced 1 mended']);
    expect((await store.get(1))?.areaId).toBe('big');
  });

  it('takes no symbolic link for a video, and leaves what it finds there alone', async () => {
    const { put, disk, store, summary } = create();
    for (let id = 1; id <= 3; id += 1) await put(sampleEvent(id));
    disk.linked.add('porch/1/1-video.mp4');
    for (const repair of [false, true, true]) expect(await summary({ repair })).toEqual(['video-replaced 1 left']);
    expect(await store.get(1)).toEqual(sampleEvent(1));
  });

  it('leaves alone what a running recorder has open', async () => {
    const { store, videos, journal, put, summary } = create();
    const isServerLive = (id: string): boolean => id === 'rec1';
    for (let id = 1; id <= 3; id += 1) await put(sampleEvent(id));
    await put(sampleEvent(4, { state: 'open', frames: 0 }));
    await store.put(sampleEvent(5, { state: 'open' }));
    videos.put(ROOT, sampleEvent(6, { state: 'open' }));
    await journal.add(ROOT, sampleEvent(6, { state: 'open' }));
    expect(await summary({ repair: true, isServerLive })).toEqual([]);
    expect(await summary({ isServerLive: () => false })).toEqual(['left-open 4 found', 'file-without-row 6 found', 'row-without-file 5 found']);
  });

  it('removes parts that were never finished, and only names those it cannot place', async () => {
    const { disk, videos, put, summary } = create();
    await put(sampleEvent(1));
    disk.at(ROOT).files.set('porch/1/1-video.mp4.part', 5);
    disk.at(ROOT).files.set('attic/notes.part', 5);
    const repaired: string[] = [];
    videos.repair = async (path) => {
      repaired.push(path);
      disk.at(ROOT).files.delete('porch/1/1-video.mp4.part');
      return undefined;
    };
    expect(await summary()).toEqual(['leftover-part 1 found', 'leftover-part - left']);
    expect(await summary({ repair: true })).toEqual(['leftover-part 1 mended', 'leftover-part - left']);
    expect(repaired).toEqual(['/srv/events/porch/1/1-video.mp4']);
    expect(await summary()).toEqual(['leftover-part - left']);
  });

  it('keeps videos it knows nothing about, and says so', async () => {
    const { store, disk, videos, summary } = create();
    const { identity: _, ...anonymous } = factsOfEvent(sampleEvent(1));
    videos.put(ROOT, sampleEvent(1), { facts: anonymous });
    videos.put(ROOT, sampleEvent(2), { facts: factsOfEvent(sampleEvent(7)) });
    videos.put(ROOT, sampleEvent(3), { facts: undefined });
    expect(await summary({ repair: true })).toEqual(['file-without-row 1 left', 'file-without-row 2 left', 'file-without-row 3 failed']);
    expect(store.rows.size).toBe(0);
    expect(disk.at(ROOT).files.size).toBe(6);
  });

  it('says how to be rid of an event in which nothing plays, and that is a way', async () => {
    const { store, videos, put, check, summary } = create();
    for (let id = 1; id <= 3; id += 1) await put(sampleEvent(id));
    videos.put(ROOT, sampleEvent(1), { facts: undefined });
    const [problem] = (await check({ repair: true })).problems;
    expect(problem).toMatchObject({ kind: 'video-damaged', outcome: 'failed', reason: expect.stringContaining('remove its directory by hand') });
    videos.remove(ROOT, 'porch/1');
    expect(await summary({ repair: true })).toEqual(['row-without-file 1 mended']);
    expect([...store.rows.keys()].sort()).toEqual([2, 3]);
  });

  it('goes on after something that cannot be mended', async () => {
    const { store, put, check } = create();
    for (let id = 1; id <= 3; id += 1) await put(sampleEvent(id));
    await store.put(sampleEvent(1, { frames: 1 }));
    await store.put(sampleEvent(2, { frames: 1 }));
    const write = store.put.bind(store);
    store.put = (event) => (event.id === 1 ? Promise.reject(new RecorderError('DATABASE_BUSY', 'locked')) : write(event));
    expect((await check({ repair: true })).problems).toMatchObject([{ outcome: 'failed', reason: 'locked' }, { outcome: 'mended' }]);
  });

  it('stops when it is told to, and never judges a part of the rows', async () => {
    const { store, videos, put, check } = create();
    for (let id = 1; id <= 4; id += 1) await put(sampleEvent(id));
    await videos.remove(ROOT, 'porch/4');
    const abort = new AbortController();
    const report = await check({ repair: true, signal: abort.signal, onProgress: ({ phase }) => void (phase === 'rows' && abort.abort()) });
    expect(report).toMatchObject({ isPartial: true, rows: 1, problems: [{ outcome: 'refused' }] });
    expect(store.rows.size).toBe(4);
  });

  it('walks through more rows than fit one page', async () => {
    const { put, check } = create();
    for (let id = 1; id <= 1203; id += 1) await put(sampleEvent(id));
    expect(await check()).toMatchObject({ problems: [], rows: 1203, directories: 1203 });
  });
});
