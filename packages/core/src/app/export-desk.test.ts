// The desk of exports in virtual time; what it writes is decided by each test.
import type { Change } from '@nightjar/client';
import { type MemoryExportFiles, sampleEvent, sampleExport, settle } from '@nightjar/testkit';
import { type FakeEnvironment, fakeEnvironment } from '../../test/fake-environment.ts';
import { recorderConfig } from '../../test/recorder-config.ts';
import { type EvidenceManifest, newManifest } from '../archive/evidence-manifest.ts';
import type { ExportsConfig } from '../config/config.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { AlertBoard } from '../events/alert-board.ts';
import type { EventRecord } from '../model/event.ts';
import { isoTime, wallMs } from '../model/time.ts';
import type { ChangePublisher } from '../ports/change-feed.ts';
import { ExportDesk } from './export-desk.ts';
import type { ExportRequest as Writing } from './export-recordings.ts';

const HOUR_MS = 3_600_000;
const SIZE = 1000;

/** A file being written: the test says how it goes on. */
interface Pending {
  readonly request: Writing;
  done(sizeBytes?: number): Promise<void>;
  fail(error: Error): Promise<void>;
}

class World {
  readonly env: FakeEnvironment;
  readonly changes: Change[] = [];
  readonly pending: Pending[] = [];
  readonly desk: ExportDesk;
  readonly alerts: AlertBoard;
  readonly files: MemoryExportFiles;
  roots: Readonly<Record<string, string>> = { default: '/events' };

  constructor(settings: Partial<ExportsConfig> = {}, env: FakeEnvironment = fakeEnvironment()) {
    this.env = env;
    this.files = env.exportFiles;
    let seq = 0;
    const feed: ChangePublisher = {
      publish: (body) => {
        const change: Change = { ...body, seq: ++seq, at: '' };
        this.changes.push(change);
        return change;
      },
    };
    this.alerts = new AlertBoard({ feed, clock: env.clock, log: env.log });
    this.desk = new ExportDesk({
      ...{ env, feed, alerts: this.alerts },
      lookup: {
        events: env.events,
        find: (id) => env.events.get(id),
        rootOf: (areaId) => this.roots[areaId],
        hasCamera: (id) => id === 'porch',
      },
      areas: {
        all: [{ area: { id: 'default', path: '/events', scheme: 'shallow', minFree: { bytes: 500_000 }, maxSize: null }, status: undefined }],
      },
      settings: { ...recorderConfig().exports, ...settings },
      writtenBy: { nightjar: '1.2.3', recorder: 'rec1' },
      nameOf: () => 'Front porch',
      write: (request) => this.#write(request),
    });
  }

  static async start(settings?: Partial<ExportsConfig>, env?: FakeEnvironment): Promise<World> {
    const world = new World(settings, env);
    for (const id of [1, 2, 3]) await world.env.events.put(sampleEvent(id));
    await world.env.events.put(sampleEvent(9, { cameraId: 'yard' }));
    await world.desk.start();
    return world;
  }

  /** The file that is being written. */
  get writing(): Pending {
    const [first] = this.pending.slice(-1);
    if (first === undefined) throw new Error('nothing is being written');
    return first;
  }

  get states(): readonly string[] {
    return this.changes.flatMap((change) =>
      change.type === 'export.changed' ? [`${change.data.id} ${change.data.state}`] : change.type === 'export.deleted' ? [`${change.data.id} gone`] : [],
    );
  }

  /** Makes one from beginning to end. */
  async make(event: number, sizeBytes?: number): Promise<number> {
    const { id } = await this.desk.create({ events: [event] }, 'ann');
    await settle();
    await this.writing.done(sizeBytes);
    return id;
  }

  #write(request: Writing): Promise<EvidenceManifest> {
    return new Promise((resolve, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason));
      const fail = async (error: Error): Promise<void> => {
        reject(error);
        await settle();
      };
      const done = async (sizeBytes = SIZE): Promise<void> => {
        try {
          await request.approve?.({ sizeBytes, eventIds: new Set(request.events.map(({ row }) => row.id)) });
          const [, id = ''] = /export-(\d+)\//.exec(request.out) ?? [];
          const name = request.out.split('/').at(-1) ?? '';
          const folder = this.files.folders.get(Number(id));
          folder?.set(name, new Uint8Array(Math.min(sizeBytes, SIZE)));
          folder?.set(`${name}.manifest.json`, new TextEncoder().encode('{}'));
          resolve(manifestOf(request, name, sizeBytes));
        } catch (error) {
          reject(error as Error);
        }
        await settle();
      };
      this.pending.push({ request, done, fail });
    });
  }
}

const manifestOf = ({ events, camera, now, writtenBy }: Writing, name: string, sizeBytes: number): EvidenceManifest => {
  const iso = (row: EventRecord | undefined, key: 'startMs' | 'endMs'): string => isoTime(row?.[key] ?? wallMs(0));
  const rows = events.map(({ row }) => row);
  return newManifest({
    writtenBy,
    writtenAt: isoTime(now),
    camera,
    from: iso(rows[0], 'startMs'),
    to: iso(rows.at(-1), 'endMs'),
    file: { name, sizeBytes, sha256: 'ab'.repeat(32), mediaOffset: 0, mediaSha256: '' },
    video: { codec: 'avc1', width: 1, height: 1, frames: 100, durationSeconds: 10 },
    sound: null,
    events: rows.map((row) => ({
      ...{ id: row.id, name: row.name, causes: row.causes, start: '', end: '', isOpen: false, source: '', from: '', to: '', seconds: 0 },
      ...{ fragments: 0, sha256: '' },
    })),
    gaps: [],
    attachments: [],
    fragments: [],
  });
};

describe('the desk of exports', () => {
  it('makes one after the other, and says so', async () => {
    const world = await World.start();
    const first = await world.desk.create({ events: [2, 1] }, 'ann');
    const second = await world.desk.create({ events: [3], name: 'Parcel' }, 'bob');
    expect(first).toMatchObject({
      id: 1,
      state: 'queued',
      events: [1, 2],
      cameraName: 'Front porch',
      createdBy: 'ann',
      name: 'Front porch, 2026-11-22T12:01:00Z',
    });
    await settle();
    expect(world.desk.get(first.id)).toMatchObject({ state: 'running', progress: 0 });
    expect(world.desk.get(second.id)).toMatchObject({ state: 'queued', name: 'Parcel' });
    expect(world.desk.figures).toMatchObject({ queued: 1, running: 1 });
    expect(world.writing.request).toMatchObject({ out: '/exports/export-1/porch-2026-11-22T12-01-00Z.mp4', writtenBy: { recorder: 'rec1' }, overwrite: true });
    await world.writing.done();
    expect(world.desk.get(first.id)).toMatchObject({ state: 'done', progress: 1, sizeBytes: SIZE, frames: 100, gaps: 0 });
    expect(world.env.exports.rows.get(1)).toMatchObject({ state: 'done' });
    await world.writing.done();
    expect(world.states).toEqual(['1 queued', '1 running', '2 queued', '1 done', '2 running', '2 done']);
    expect(world.desk.figures).toMatchObject({ queued: 0, running: 0, bytes: 2 * SIZE, ended: { done: 2, failed: 0 } });
    await world.desk.stop();
  });

  it('tells how far it is once a second, and never backwards', async () => {
    const world = await World.start();
    await world.desk.create({ events: [1] }, 'ann');
    await settle();
    const { request } = world.writing;
    world.changes.length = 0;
    const steps = (['planning', 'writing', 'hashing'] as const).flatMap((step) => Array.from({ length: 100 }, (_, index) => [step, index + 1] as const));
    for (const [step, done] of steps) {
      request.onProgress(step, done, 100);
      await world.env.clock.advance(20);
    }
    const told = world.changes.flatMap((change) => (change.type === 'export.changed' ? [change.data.progress] : []));
    expect(told.length).toBe(5);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(world.desk.get(1)).toMatchObject({ step: 'hashing', progress: 1 });
    await world.desk.stop();
  });

  it('refuses more than may wait', async () => {
    const world = await World.start({ maxQueued: 2 });
    for (const event of [1, 2, 3]) await world.desk.create({ events: [event] }, 'ann');
    await expect(world.desk.create({ events: [1] }, 'ann')).rejects.toMatchObject({ code: 'EXPORTS_FULL', message: '2 exports wait already' });
    await world.desk.stop();
  });

  it.each(['queued', 'running', 'done'])('removes one that is %s, with its files', async (state) => {
    const world = await World.start();
    if (state === 'queued') await world.desk.create({ events: [2] }, 'ann');
    const { id } = await world.desk.create({ events: [1] }, 'ann');
    await settle();
    if (state === 'done') await world.writing.done();
    expect(world.desk.get(id).state).toBe(state);
    await world.desk.delete(id);
    expect(() => world.desk.get(id)).toThrow(expect.objectContaining({ code: 'EXPORT_NOT_FOUND' }));
    expect(world.files.folders.has(id)).toBe(false);
    expect(world.env.exports.rows.has(id)).toBe(false);
    expect(world.states.slice(-2)).toEqual([`${id} ${state === 'done' ? 'done' : 'cancelled'}`, `${id} gone`]);
    // Whoever waits behind it has their turn.
    const next = await world.desk.create({ events: [3] }, 'ann');
    if (state === 'queued') await world.pending[0]?.done();
    await settle();
    expect(world.desk.get(next.id).state).toBe('running');
    await world.desk.stop();
  });

  it('keeps nothing of one that failed, but why', async () => {
    const world = await World.start();
    const { id } = await world.desk.create({ events: [1] }, 'ann');
    await settle();
    await world.writing.fail(new RecorderError('DISK_FULL', '/exports/export-1/porch.mp4 needs 12 MB, and 3 MB are free there'));
    expect(world.desk.get(id)).toMatchObject({ state: 'failed', error: { code: 'DISK_FULL', message: 'porch.mp4 needs 12 MB, and 3 MB are free there' } });
    expect(world.files.folders.size).toBe(0);
    await expect(async () => world.desk.video(id)).rejects.toMatchObject({ code: 'EXPORT_FAILED' });
    expect(world.env.log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'export 1 failed: porch.mp4 needs 12 MB, and 3 MB are free there',
    ]);
    await world.desk.stop();
  });

  it('fails where an event was deleted meanwhile, rather than leave it out', async () => {
    const world = await World.start();
    const events = await world.desk.create({ events: [1, 2] }, 'ann');
    const span = await world.desk.create({ camera: 'porch', from: '2026-11-22T12:00:00Z', to: '2026-11-22T13:00:00Z' }, 'ann');
    expect(span.events).toEqual([1, 2, 3]);
    await settle();
    await world.env.events.delete(1);
    await world.pending[0]?.request.approve?.({ sizeBytes: 1, eventIds: new Set([2]) }).catch((error: Error) => world.pending[0]?.fail(error));
    expect(world.desk.get(events.id).error).toEqual({ code: 'VIDEO_GONE', message: 'event 1 was deleted before it was written' });
    await world.writing.done();
    expect(world.desk.get(span.id).error).toEqual({ code: 'VIDEO_GONE', message: 'event 1 was deleted before it was written' });
    const gone = await world.desk.create({ events: [2] }, 'ann');
    await settle();
    await world.desk.delete(gone.id);
    await world.desk.stop();
  });

  it('refuses a file that can never fit, before it is written', async () => {
    const world = await World.start({ maxSize: 2_500_000_000 });
    const id = await world.make(1, 3e9);
    expect(world.desk.get(id)).toMatchObject({
      state: 'failed',
      error: { code: 'EXPORT_TOO_LARGE', message: 'the file takes 3.0 GB, and all exports together may take 2.5 GB' },
    });
    await world.desk.stop();
  });

  it('takes no room that retention would have to make by deleting events', async () => {
    const world = await World.start();
    world.files.disk = { totalBytes: 1e9, freeBytes: 1_500_000 };
    world.files.isAreaDisk = true;
    expect(world.desk.get(await world.make(1, 999_000)).state).toBe('done');
    const id = await world.make(1, 1_000_001);
    expect(world.desk.get(id).error).toEqual({
      code: 'DISK_FULL',
      message: 'the file takes 2 MB, and its disk has 1 MB beyond what storage area default keeps free',
    });
    world.files.isAreaDisk = false;
    expect(world.desk.get(await world.make(1, 1_000_001)).state).toBe('done');
    await world.desk.stop();
  });

  it('lets the oldest go for a new one, and each when its time is over', async () => {
    const world = await World.start({ maxSize: 2500, keepHours: 2 });
    for (const event of [1, 2, 3]) {
      await world.make(event);
      await world.env.clock.advance(HOUR_MS / 2);
    }
    expect(world.desk.list().exports.map(({ id }) => id)).toEqual([3, 2]);
    expect(world.states.filter((state) => state.endsWith('gone'))).toEqual(['1 gone']);
    await world.env.clock.advance(1.25 * HOUR_MS);
    expect(world.desk.list().exports.map(({ id }) => id)).toEqual([3]);
    world.desk.limit({ ...recorderConfig().exports, keepHours: 1 });
    await settle();
    expect(world.desk.list().exports).toEqual([]);
    expect([...world.files.folders.keys()]).toEqual([]);
    expect(world.env.exports.rows.size).toBe(0);
    await world.desk.stop();
    expect(world.env.clock.pendingTimers).toBe(0);
  });

  it('ends the job in hand when the recorder stops, and begins it anew at the next start', async () => {
    const world = await World.start();
    await world.make(1);
    await world.desk.create({ events: [2] }, 'ann');
    await world.desk.create({ events: [3] }, 'ann');
    await settle();
    world.files.folders.get(2)?.set('porch.mp4.1.part', new Uint8Array(5));
    await world.desk.stop();
    expect([...world.files.folders.keys()]).toEqual([1]);
    const again = await World.start({}, world.env);
    await settle();
    expect(again.desk.list().exports.map(({ id, state }) => `${id} ${state}`)).toEqual(['3 queued', '2 running', '1 done']);
    await again.writing.done();
    await again.writing.done();
    expect(again.desk.list().exports.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    await again.desk.stop();
  });

  it('tidies up what a crash left: files without a row, and rows without a file', async () => {
    const env = fakeEnvironment();
    const file = (name: string) => ({ name, sizeBytes: 1, sha256: 'ab', durationSeconds: 1, frames: 1, gaps: 0 });
    await env.exports.add(sampleExport({ state: 'done', finishedMs: env.clock.wall(), file: file('a.mp4') }));
    await env.exports.add(sampleExport({ state: 'done', finishedMs: env.clock.wall(), file: file('b.mp4') }));
    await env.exportFiles.prepare(1);
    env.exportFiles.folders.get(1)?.set('a.mp4', Uint8Array.of(1)).set('a.mp4.manifest.json', Uint8Array.of(1));
    await env.exportFiles.prepare(2);
    env.exportFiles.folders.get(2)?.set('b.mp4', Uint8Array.of(1));
    await env.exportFiles.prepare(77);
    const world = await World.start({}, env);
    await settle();
    expect(world.desk.list().exports.map(({ id }) => id)).toEqual([1]);
    expect([...env.exportFiles.folders.keys()]).toEqual([1]);
    expect(env.exportFiles.opened).toBe(0);
    expect([...env.exports.rows.keys()]).toEqual([1]);
    await world.desk.stop();
  });

  it('has no exports while the database is away, says so once, and takes them up when it is back', async () => {
    const env = fakeEnvironment();
    await env.exports.add(sampleExport());
    env.exports.failure = new RecorderError('DATABASE_FAILED', 'not now');
    const world = await World.start({}, env);
    expect(() => world.desk.list()).toThrow(expect.objectContaining({ code: 'DATABASE_BUSY' }));
    await expect(world.desk.create({ events: [1] }, 'ann')).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
    await env.clock.advance(20_000);
    expect(world.alerts.list().map(({ text }) => text)).toEqual(['there are no exports until the database can be read: not now']);
    env.exports.failure = undefined;
    await env.clock.advance(6000);
    expect(world.desk.get(1).state).toBe('running');
    expect(world.alerts.list()).toEqual([]);
    await world.desk.stop();
    expect(env.clock.pendingTimers).toBe(0);
  });

  it('writes down later what the database does not take now', async () => {
    const world = await World.start();
    const { id } = await world.desk.create({ events: [1] }, 'ann');
    await settle();
    world.env.exports.failure = new RecorderError('DATABASE_FAILED', 'not now');
    await world.writing.done();
    expect(world.desk.get(id).state).toBe('done');
    await expect(world.desk.delete(id)).rejects.toMatchObject({ code: 'DATABASE_FAILED' });
    expect(world.files.folders.has(id)).toBe(true);
    world.env.exports.failure = undefined;
    await world.env.clock.advance(60_000);
    expect(world.env.exports.rows.get(id)).toMatchObject({ state: 'done' });
    await world.desk.stop();
  });
});
