import { sampleEvent, sampleVideoTrack } from '@nightjar/testkit';
import { cameraSettings } from '../../test/camera-settings.ts';
import { fakeEnvironment } from '../../test/fake-environment.ts';
import { packetAt } from '../../test/packets.ts';
import { AlertBoard } from '../events/alert-board.ts';
import { ChangeFeed } from '../events/change-feed.ts';
import { wallMs } from '../model/time.ts';
import type { PictureRequest } from '../ports/picture-maker.ts';
import { AreaWatch } from './area-watch.ts';
import { EventDesk } from './event-desk.ts';

const AREAS = ['ssd', 'nas'].map((id) => ({ id, path: `/${id}`, scheme: 'shallow', minFree: { bytes: 0 }, maxSize: null }) as const);
const START = wallMs(Date.UTC(2026, 0, 1));

async function open() {
  const env = fakeEnvironment();
  const feed = new ChangeFeed(env.clock);
  const published: string[] = [];
  const recording = {
    publish: (body: Parameters<ChangeFeed['publish']>[0]) => {
      published.push(`${body.type} ${'id' in body.data ? body.data.id : ''}`);
      return feed.publish(body);
    },
  };
  const alerts = new AlertBoard({ feed, clock: env.clock, log: env.log });
  const areas = new AreaWatch(AREAS, env, alerts);
  const desk = new EventDesk({ env, serverId: 'rec1', areas, feed: recording, alerts });
  await desk.start(new AbortController().signal);
  return { env, alerts, areas, desk, published };
}

describe('EventDesk', () => {
  it('gives events ids one after the other, in the area a camera is configured for or the one with most room', async () => {
    const { env, desk } = await open();
    env.disk.at('/ssd').space = { totalBytes: 1e6, freeBytes: 9e5 };
    expect(await desk.place(cameraSettings(), START)).toEqual({ id: 1, root: '/ssd', areaId: 'ssd', scheme: 'shallow', directory: 'porch/1' });
    expect(await desk.place(cameraSettings({ area: 'nas' }), START)).toMatchObject({ id: 2, root: '/nas' });
    await desk.stop();
    expect(env.clock.pendingTimers).toBe(0);
  });

  it('never places an event where footage lies that the database does not know', async () => {
    const { env, desk } = await open();
    env.disk.at('/ssd').identity = 'disk-of-ssd';
    env.disk.at('/ssd').files.set('porch/1/1-video.mp4', 100);
    env.disk.at('/ssd').files.set('porch/2/snapshot.jpg', 100);
    expect(await desk.place(cameraSettings({ area: 'ssd' }), START)).toMatchObject({ id: 3, directory: 'porch/3' });
    await desk.stop();
  });

  it('has no place while no disk is there', async () => {
    const { env, desk, alerts } = await open();
    env.disk.failure = new Error('unplugged');
    expect(await desk.place(cameraSettings(), START)).toBeUndefined();
    expect(alerts.list().map(({ id }) => id)).toEqual(['area-ssd', 'area-nas']);
    await desk.stop();
  });

  it('waits for ids, and gives up after 30 s with a word about it', async () => {
    const { env, desk, alerts } = await open();
    env.events.failure = new Error('locked');
    for (let taken = 0; taken < 64; taken++) await desk.place(cameraSettings(), START);
    const late = desk.place(cameraSettings(), START);
    await env.clock.advance(30_000);
    expect(await late).toBeUndefined();
    expect(alerts.list()).toMatchObject([{ id: 'database', text: 'the database gives no event ids: events cannot be stored' }]);
    const waiting = desk.place(cameraSettings(), START);
    await env.clock.advance(5000);
    env.events.failure = undefined;
    await env.clock.advance(5000);
    expect(await waiting).toMatchObject({ id: 65 });
    expect(alerts.list()).toEqual([]);
    await desk.stop();
  });

  it('notes an event before it begins and forgets the note when it is ready', async () => {
    const { env, desk } = await open();
    const row = sampleEvent(1, { state: 'open', areaId: 'ssd' });
    await desk.opened(row, '/ssd', () => undefined);
    expect([...env.journal.markers.keys()]).toEqual(['/ssd 1']);
    expect(desk.isLive(1)).toBe(true);
    desk.save({ ...row, state: 'closed' });
    await env.clock.advance(100);
    expect([env.events.rows.get(1)?.state, env.journal.markers.size]).toEqual(['closed', 1]);
    desk.save({ ...row, state: 'ready' });
    desk.released(1);
    await env.clock.advance(100);
    expect([env.events.rows.get(1)?.state, env.journal.markers.size, desk.isLive(1)]).toEqual(['ready', 0, false]);
    await desk.stop();
  });

  it('goes on without markers', async () => {
    const { env, desk } = await open();
    env.journal.failure = new Error('read-only');
    await desk.opened(sampleEvent(1, { areaId: 'ssd' }), '/ssd', () => undefined);
    desk.save(sampleEvent(1, { areaId: 'ssd' }));
    await env.clock.advance(100);
    expect(env.events.rows.has(1)).toBe(true);
    env.log.expectLine('event 1 has no marker', 'warn');
    env.log.expectLine('the marker of event 1 stays', 'warn');
    await desk.stop();
  });

  it('removes every trace of an event that holds nothing', async () => {
    const { env, desk, published } = await open();
    const row = sampleEvent(1, { state: 'open', areaId: 'ssd' });
    await desk.opened(row, '/ssd', () => undefined);
    await env.files.create('/ssd', row, { video: sampleVideoTrack() });
    await env.clock.advance(100);
    desk.discard(row, '/ssd', true);
    await env.clock.advance(100);
    expect([env.events.rows.size, env.journal.markers.size, env.files.videos.size, published]).toEqual([0, 0, 0, ['event.deleted 1']]);
    env.files.remove = () => Promise.reject(new Error('busy'));
    desk.discard(row, '/ssd', true);
    await env.clock.advance(100);
    env.log.expectLine('event 1 could not be removed', 'warn');
    await desk.stop();
  });

  it('finds the newest row, written or not', async () => {
    const { env, desk } = await open();
    await env.events.put(sampleEvent(1));
    env.events.failure = (call) => (call === 'put' ? new Error('locked') : undefined);
    desk.save(sampleEvent(1, { notes: 'newer' }));
    expect((await desk.find(1))?.notes).toBe('newer');
    desk.forget(1);
    expect((await desk.find(1))?.notes).toBe('');
    expect(await desk.find(2)).toBeUndefined();
    env.events.failure = undefined;
    await desk.stop();
  });

  it('publishes events with the name of their camera, and none that are being deleted', async () => {
    const { desk, published } = await open();
    desk.nameCamera(cameraSettings());
    expect([desk.nameOf('porch'), desk.nameOf('gone')]).toEqual(['Front porch', 'gone']);
    desk.publish('event.updated', sampleEvent(1));
    desk.publish('event.updated', sampleEvent(2, { state: 'deleting' }));
    expect(published).toEqual(['event.updated 1']);
    await desk.stop();
  });

  it('notes gaps', async () => {
    const { env, desk } = await open();
    const gap = { cameraId: 'porch', fromMs: START, toMs: wallMs(START + 2500), reason: 'camera-offline', lostFrames: 0 } as const;
    desk.gap(gap);
    await env.clock.advance(1000);
    expect(await env.gaps.list('porch', 0, 9e15)).toEqual([gap]);
    env.log.expectLine('nothing was recorded for 2.5 s (camera-offline)', 'warn');
    await desk.stop();
  });

  it('makes pictures one after the other, from the best frame but not the very last', async () => {
    const { env, desk } = await open();
    const row = sampleEvent(1, { areaId: 'ssd' });
    const picture = (atMs: number) => desk.snapshot(cameraSettings(), { row, root: '/ssd', snapshotAtMs: wallMs(atMs) });
    expect(await Promise.all([picture(row.startMs + 3000), picture(row.endMs), picture(row.startMs - 5000)])).toEqual([true, true, true]);
    expect(env.pictures.calls).toMatchObject([{ offsetSeconds: 3, path: '/ssd/porch/1/1-video.mp4' }, { offsetSeconds: 9 }, { offsetSeconds: 0 }]);
    expect([...env.files.attachments.keys()]).toEqual(['/ssd/porch/1/snapshot.jpg']);
    const packets = [packetAt({ ms: 0, isKey: true, bytes: 1 })];
    const job = { row, root: '/ssd', info: { video: sampleVideoTrack() }, packets, atMs: row.startMs };
    expect(await desk.alarmPicture(cameraSettings({ exif: true }), job)).toBe(true);
    expect(env.pictures.calls.at(-1)).toMatchObject({ kind: 'render', request: { packets, exifTime: row.startMs } });
    expect(await env.files.readAttachment('/ssd', row.directory, 'alarm.jpg')).toBeDefined();
    await desk.stop();
  });

  it('has pictures of key frames made where they are analysed, and of a process of their own where that fails', async () => {
    const { env, desk } = await open();
    const key = { video: sampleVideoTrack(), packets: [packetAt({ ms: 0, isKey: true })] };
    let isFailing = false;
    const asked: unknown[] = [];
    const fromAnalysis = async (request: PictureRequest): Promise<Uint8Array> => {
      asked.push(request);
      if (isFailing) throw new Error('closed');
      return Uint8Array.of(8);
    };
    const job = { row: sampleEvent(1, { areaId: 'ssd' }), root: '/ssd', fromAnalysis };
    const alarm = { ...job, info: { video: key.video }, packets: key.packets, atMs: START };
    const made = async (): Promise<unknown[]> => {
      await desk.alarmPicture(cameraSettings({ exif: true }), alarm);
      await desk.snapshot(cameraSettings(), { ...job, snapshotAtMs: START, key });
      return Promise.all(['alarm.jpg', 'snapshot.jpg'].map((name) => env.files.readAttachment('/ssd', job.row.directory, name)));
    };
    expect(await made()).toEqual([Uint8Array.of(8), Uint8Array.of(8)]);
    expect([asked, env.pictures.calls]).toEqual([[{ ...key, exifTime: START }, key], []]);
    isFailing = true;
    await made();
    expect(env.pictures.calls.map(({ kind }) => kind)).toEqual(['render', 'render']);
    await desk.stop();
  });

  it('makes the snapshot of the very packet where it is at hand, of the file where that fails, and not twice where alarm.jpg shows it', async () => {
    const { env, desk } = await open();
    const key = { video: sampleVideoTrack(), packets: [packetAt({ ms: 0, isKey: true, bytes: 7 })] };
    const job = { row: sampleEvent(1, { areaId: 'ssd' }), root: '/ssd', snapshotAtMs: START, key };
    expect(await desk.snapshot(cameraSettings({ exif: true }), job)).toBe(true);
    expect(env.pictures.calls).toMatchObject([{ kind: 'render', request: { packets: key.packets, exifTime: START } }]);
    await env.files.writeAttachment('/ssd', job.row.directory, 'alarm.jpg', Uint8Array.of(9));
    expect(await desk.snapshot(cameraSettings(), { ...job, isAlarmPicture: true })).toBe(true);
    expect(await env.files.readAttachment('/ssd', job.row.directory, 'snapshot.jpg')).toEqual(Uint8Array.of(9));
    env.pictures.isFailing = true;
    await desk.snapshot(cameraSettings(), job);
    expect(env.pictures.calls.slice(1).map(({ kind }) => kind)).toEqual(['render', 'file']);
    env.log.expectLine('event 1 has no snapshot.jpg', 'warn');
    await desk.stop();
  });

  it('does without a picture that fails, and says whether its disk is there at all', async () => {
    const { env, desk } = await open();
    const job = { row: sampleEvent(1, { areaId: 'ssd' }), root: '/ssd', snapshotAtMs: START };
    env.pictures.isFailing = true;
    expect(await desk.snapshot(cameraSettings(), job)).toBe(false);
    env.log.expectLine('event 1 has no snapshot.jpg', 'warn');
    env.disk.failure = new Error('unplugged');
    expect(await desk.snapshot(cameraSettings(), job)).toBeUndefined();
    await desk.stop();
  });
});
