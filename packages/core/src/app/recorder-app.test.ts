import type { Change } from '@nightjar/client';
import { sampleEvent, sampleVideoTrack } from '@nightjar/testkit';
import { cameraSettings, sourceOf } from '../../test/camera-settings.ts';
import { type CameraScripts, fakeEnvironment } from '../../test/fake-environment.ts';
import { recorderConfig } from '../../test/recorder-config.ts';
import type { Config } from '../config/config.ts';
import { RecorderApp } from './recorder-app.ts';

function make(changes: Partial<Config> = {}, scripts?: CameraScripts) {
  const env = fakeEnvironment(scripts);
  const app = new RecorderApp({ config: recorderConfig(changes), env, version: '1.2.3' });
  app.listensAt('http://127.0.0.1:8420');
  return { env, app };
}

/** Stops in virtual time and says how long that took. */
async function stop({ env, app }: ReturnType<typeof make>, limitMs = 12_000): Promise<number> {
  let isStopped = false;
  const stopping = app.stop().then(() => {
    isStopped = true;
  });
  let passedMs = 0;
  for (; passedMs < limitMs && !isStopped; passedMs += 100) await env.clock.advance(100);
  if (isStopped) await stopping;
  return isStopped ? passedMs : Number.POSITIVE_INFINITY;
}

describe('RecorderApp', () => {
  it('runs its cameras and stops with every event ready', async () => {
    const yard = cameraSettings({ id: 'yard', name: 'Yard', function: 'record', source: sourceOf('rtsp://192.0.2.11/yard') });
    const recorder = make({ cameras: [cameraSettings(), yard] }, { main: [{}], yard: [{ width: 1280, height: 720 }] });
    await recorder.app.start();
    await recorder.env.clock.advance(10_000);
    expect(recorder.app.cameras().map(({ id, state }) => `${id} ${state.status} ${state.width} ${state.recording}`)).toEqual([
      'porch online 640 false',
      'yard online 1280 true',
    ]);
    expect(recorder.app.camera('yard')).toMatchObject({ name: 'Yard', state: { fps: 10, gopSeconds: 1 } });
    expect(recorder.app.health()).toMatchObject({ status: 'ok', version: '1.2.3', uptimeSeconds: 10, cameras: { total: 2, online: 2 }, problems: [] });
    expect(recorder.app.server()).toMatchObject({ id: 'rec1', api: 'http://127.0.0.1:8420' });
    expect(await stop(recorder)).toBeLessThan(3000);
    expect([...recorder.env.events.rows.values()].map(({ cameraId, state, frames }) => `${cameraId} ${state} ${frames}`)).toEqual(['yard ready 101']);
    expect(recorder.env.clock.pendingTimers).toBe(0);
    expect(recorder.env.analyzer.isClosed).toBe(true);
  });

  it('tells of cameras, motion, events and figures', async () => {
    const recorder = make();
    const changes: Change[] = [];
    const abort = new AbortController();
    const reading = (async () => {
      for await (const change of recorder.app.changes({ signal: abort.signal })) changes.push(change);
    })();
    await recorder.app.start();
    await recorder.env.clock.advance(10_000);
    recorder.env.analyzer.isMoving = true;
    await recorder.env.clock.advance(2000);
    recorder.env.analyzer.isMoving = false;
    await recorder.env.clock.advance(30_000);
    await stop(recorder);
    abort.abort();
    await reading;
    const kinds = new Set(changes.map(({ type }) => type));
    for (const type of ['camera.changed', 'motion.changed', 'event.opened', 'event.updated', 'event.closed', 'event.ready', 'server.stats'] as const)
      expect(kinds).toContain(type);
    expect(changes.map(({ seq }) => seq)).toEqual(changes.map((_, index) => (changes[0]?.seq ?? 0) + index));
    expect(JSON.stringify(changes)).not.toContain('s3cret');
    expect(recorder.env.log.print()).not.toContain('s3cret');
  });

  it('is failing while no camera delivers, and says why', async () => {
    const recorder = make({}, { main: [{ refuse: 'CAPTURE_CONNECT_FAILED' }] });
    await recorder.app.start();
    await recorder.env.clock.advance(1500);
    expect(recorder.app.health()).toMatchObject({ status: 'failing', cameras: { total: 1, online: 0 }, problems: [{ id: 'camera-lost-porch' }] });
    await stop(recorder);
  });

  it('stops within 10 s, whatever hangs', async () => {
    const recorder = make({ cameras: [cameraSettings({ function: 'record' })] });
    await recorder.app.start();
    await recorder.env.clock.advance(5000);
    recorder.env.events.put = () => new Promise(() => undefined);
    recorder.env.files.faults.appendMs = 3_600_000;
    recorder.env.analyzer.close = () => new Promise(() => undefined);
    await recorder.env.clock.advance(5000);
    expect(await stop(recorder)).toBeLessThanOrEqual(10_000);
    recorder.env.log.expectLine('stopping took too long', 'error');
  });

  it('stops with a database that refuses everything, and the markers stay', async () => {
    const recorder = make({ cameras: [cameraSettings({ function: 'record' })] });
    await recorder.app.start();
    recorder.env.events.put = () => Promise.reject(new Error('gone'));
    await recorder.env.clock.advance(5000);
    expect(recorder.app.health()).toMatchObject({ status: 'degraded', problems: [{ id: 'database' }] });
    expect(await stop(recorder)).toBeLessThanOrEqual(10_000);
    expect(recorder.env.journal.markers.size).toBe(1);
  });

  it('finishes what the run before left, with its picture, before anybody hears that it is ready', async () => {
    const recorder = make();
    const { env, app } = recorder;
    const left = sampleEvent(5, { state: 'open', hasSnapshot: false, endMs: sampleEvent(5).startMs });
    const file = await env.files.create('/events', left, { video: sampleVideoTrack() });
    await file.append([{ track: 'video', data: Uint8Array.of(0, 0, 0, 1, 0x65), ptsUs: 0, dtsUs: 0, durationUs: 2_000_000, isKey: true }]);
    await file.abandon();
    await env.journal.add('/events', left);
    await app.start();
    await env.clock.advance(1000);
    expect(env.events.rows.get(5)).toMatchObject({
      state: 'ready',
      recovered: true,
      frames: 1,
      endMs: left.startMs + 2000,
      videoCodec: 'avc1.64001f',
      hasSnapshot: true,
    });
    expect(env.journal.markers.size).toBe(0);
    await stop(recorder);
  });

  it('gives new events numbers beyond those on disk when the database was lost', async () => {
    const recorder = make({ cameras: [cameraSettings({ function: 'record' })] });
    const [area] = recorderConfig({}).storage.areas;
    recorder.env.disk.at(area!.path).files.set('porch/2025-12-24/70/70-video.mp4', 100);
    recorder.env.disk.at(area!.path).identity = 'disk-1';
    await recorder.app.start();
    await recorder.env.clock.advance(3000);
    await stop(recorder);
    expect([...recorder.env.events.rows.keys()]).toEqual([71]);
    expect(recorder.env.log.lines.map(({ message }) => message).join()).toContain('the disk holds videos: 1');
  });

  it('says that there is no such camera', () => {
    expect(() => make().app.camera('nobody')).toThrow(expect.objectContaining({ code: 'CAMERA_NOT_FOUND' }));
  });

  it('is failing while a disk is full of what may not be deleted, until there is room', async () => {
    const recorder = make({
      storage: { areas: [{ id: 'default', path: '/events', scheme: 'shallow', minFree: { bytes: 1000 }, maxSize: null }], syncIntervalMs: 5000 },
    });
    recorder.env.disk.at('/events').space = { totalBytes: 1_000_000, freeBytes: 10 };
    await recorder.app.start();
    await recorder.env.clock.advance(120_000);
    expect(recorder.app.health()).toMatchObject({ status: 'failing', problems: [{ id: 'disk-full-default' }] });
    recorder.env.disk.at('/events').space = { totalBytes: 1_000_000, freeBytes: 100_000 };
    await recorder.env.clock.advance(120_000);
    expect(recorder.app.health().status).toBe('ok');
    await stop(recorder);
  });
});
