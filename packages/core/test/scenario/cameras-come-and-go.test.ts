// Cameras that are added, changed and removed while the recorder runs, in virtual time.
import type { Change } from '@nightjar/client';
import { type RunScript, samplesOf } from '@nightjar/testkit';
import { InProcessRecorder } from '../../src/app/in-process-recorder.ts';
import { RecorderApp } from '../../src/app/recorder-app.ts';
import type { CameraSettings } from '../../src/model/camera.ts';
import { cameraSettings, sourceOf } from '../camera-settings.ts';
import { type CameraScripts, type FakeEnvironment, fakeEnvironment } from '../fake-environment.ts';
import { recorderConfig } from '../recorder-config.ts';
import { numbersFrom } from './scenario.ts';

interface Home {
  readonly env: FakeEnvironment;
  readonly app: RecorderApp;
  readonly changes: Change[];
  /** Waits for a change of cameras, however long that takes in virtual time, at most 20 s. @returns Milliseconds it took. */
  during(change: Promise<void>): Promise<number>;
  /** Numbers of the frames a camera sent that are in its files, and how many files there are. */
  recorded(part: string): { readonly frames: readonly number[]; readonly files: number };
  stop(): Promise<void>;
}

const porch = cameraSettings({ function: 'record', source: sourceOf('rtsp://192.0.2.10/main') });
const yard = cameraSettings({ id: 'yard', name: 'Yard', function: 'record', source: sourceOf('rtsp://192.0.2.11/yard') });

async function home(cameras: readonly CameraSettings[], scripts: CameraScripts = { main: [{}], yard: [{}] }): Promise<Home> {
  const env = fakeEnvironment(scripts);
  const app = new RecorderApp({ config: recorderConfig({ cameras }), env, version: '1.2.3' });
  app.listensAt('http://127.0.0.1:8420');
  const changes: Change[] = [];
  const reading = new AbortController();
  void (async () => {
    for await (const change of app.changes({ signal: reading.signal })) changes.push(change);
  })();
  await app.start();
  const during = async (change: Promise<void>): Promise<number> => {
    let isDone = false;
    const done = change.then(() => {
      isDone = true;
    });
    let passedMs = 0;
    for (; passedMs < 20_000 && !isDone; passedMs += 100) await env.clock.advance(100);
    if (!isDone) throw new Error('the change took longer than 20 s');
    await done;
    return passedMs;
  };
  return {
    env,
    app,
    changes,
    during,
    recorded: (part) => {
      const index = Object.keys(scripts).indexOf(part);
      const sent = (env.sources[index]?.sent ?? []).filter(({ track }) => track === 'video');
      const numbers = new Map(sent.map(({ data }, number) => [data, number]));
      const files = [...env.events.rows.values()]
        .sort((a, b) => a.startMs - b.startMs)
        .flatMap(({ id, directory }) => env.files.videos.get(`/events/${directory}/${id}-video.mp4`) ?? [])
        .filter((file) => samplesOf(file).some(({ data }) => numbers.has(data)));
      return {
        frames: files.flatMap((file) => samplesOf(file).flatMap(({ track, data }) => (track === 'video' ? [numbers.get(data) ?? -1] : []))),
        files: files.length,
      };
    },
    stop: async () => {
      await during(app.stop());
      reading.abort();
    },
  };
}

const gapsOf = ({ env }: Home, id: string) => env.gaps.list(id, 0, Number.MAX_SAFE_INTEGER);
const told = ({ changes }: Home, id: string): readonly string[] =>
  changes.flatMap((change) => {
    if (change.type === 'camera.changed' && change.data.id === id) return [`changed ${change.data.state.status}`];
    return change.type === 'camera.removed' && change.data.id === id ? ['removed'] : [];
  });

describe('cameras of a recorder that runs', () => {
  it('are added, and record beside the others without disturbing them', async () => {
    const it = await home([porch]);
    await it.env.clock.advance(10_000);
    await it.during(it.app.running.set(yard));
    await it.env.clock.advance(10_000);
    expect(it.app.cameras().map(({ id, state }) => `${id} ${state.status}`)).toEqual(['porch online', 'yard online']);
    expect(it.app.health().cameras).toEqual({ total: 2, online: 2 });
    expect(told(it, 'yard').at(-1)).toBe('changed online');
    await it.stop();
    expect(it.recorded('main')).toEqual({ frames: numbersFrom(0, it.env.sources[0]!.sent.length - 1), files: 1 });
    expect(it.recorded('yard')).toEqual({ frames: numbersFrom(0, it.env.sources[1]!.sent.length - 1), files: 1 });
    // Nothing is missing of a camera from before it was there.
    expect(await gapsOf(it, 'yard')).toEqual([]);
  });

  it('lose nothing but the reconnection when they are replaced, and the ledger says why', async () => {
    const it = await home([porch], { main: [{}, { connectMs: 1500 }] });
    await it.env.clock.advance(10_000);
    await it.during(it.app.running.set({ ...porch, audio: false }));
    await it.env.clock.advance(10_000);
    await it.stop();
    const sent = it.env.sources[0]!.sent.length;
    expect(it.recorded('main')).toEqual({ frames: numbersFrom(0, sent - 1), files: 2 });
    const [first, second] = [...it.env.events.rows.values()];
    expect([first!.state, second!.state]).toEqual(['ready', 'ready']);
    expect(await gapsOf(it, 'porch')).toEqual([{ cameraId: 'porch', fromMs: first!.endMs, toMs: second!.startMs, reason: 'settings-changed', lostFrames: 0 }]);
    expect(second!.startMs - first!.endMs).toBeLessThan(2000);
  });

  it('go on with one gap for one reason when they are replaced while they are away', async () => {
    const lost: RunScript = { steps: [{ kind: 'play', seconds: 5 }, { kind: 'drop' }] };
    const it = await home([porch], { main: [lost, { refuse: 'CAPTURE_CONNECT_FAILED' }, { refuse: 'CAPTURE_CONNECT_FAILED' }], yard: [{}] });
    await it.env.clock.advance(30_000);
    expect(it.app.health().problems).toMatchObject([{ id: 'camera-lost-porch' }]);
    await it.during(it.app.running.set({ ...porch, source: yard.source }));
    await it.env.clock.advance(10_000);
    expect(it.app.health().problems).toEqual([]);
    await it.stop();
    const [first, second, ...others] = [...it.env.events.rows.values()];
    expect(others).toEqual([]);
    expect(await gapsOf(it, 'porch')).toMatchObject([{ fromMs: first!.endMs, toMs: second!.startMs, reason: 'camera-offline' }]);
  });

  it('stop missing what is not to be recorded any more', async () => {
    const it = await home([porch], { main: [{ refuse: 'CAPTURE_CONNECT_FAILED' }] });
    await it.env.clock.advance(20_000);
    const before = it.env.clock.wall();
    await it.during(it.app.running.set({ ...porch, function: 'monitor' }));
    await it.stop();
    const gaps = await gapsOf(it, 'porch');
    expect(gaps.every(({ toMs }) => toMs <= before + 1000)).toBe(true);
  });

  it('are removed with their event closed, their alerts over, and their events kept', async () => {
    const it = await home([porch, yard]);
    await it.env.clock.advance(10_000);
    it.app.alerts.raise({ id: 'recording-yard', level: 'error', text: 'the disk', cameraId: 'yard' });
    const removal = it.app.running.removal('yard')!;
    await it.during(it.app.running.remove('yard'));
    expect(removal.aborted).toBe(true);
    expect(it.app.cameras().map(({ id }) => id)).toEqual(['porch']);
    expect(() => it.app.camera('yard')).toThrow(expect.objectContaining({ code: 'CAMERA_NOT_FOUND' }));
    expect(it.app.health().problems).toEqual([]);
    // Whoever mirrors cameras hears the last of its events before it is gone, and nothing of it afterwards.
    const end = it.changes.findIndex(({ type }) => type === 'camera.removed');
    expect(it.changes.slice(0, end).some((change) => change.type === 'event.ready' && change.data.cameraId === 'yard')).toBe(true);
    await it.env.clock.advance(30_000);
    expect(JSON.stringify(it.changes.slice(end + 1))).not.toContain('yard');
    expect([...it.env.events.rows.values()].find(({ cameraId }) => cameraId === 'yard')).toMatchObject({ state: 'ready', frames: 101 });
    expect(it.env.sources[1]!.live).toBe(0);
    await it.stop();
  });

  it('take names, lengths and zones over without touching the stream or what is recorded', async () => {
    const it = await home([{ ...porch, function: 'mocord' }]);
    await it.env.clock.advance(10_000);
    const zones = [{ id: 'door', kind: 'active', sensitivity: 80, overloadFrames: 0, extendAlarmFrames: 0 }] as const;
    await it.during(
      it.app.running.set({ ...porch, function: 'mocord', name: 'Door', zones, sectionLengthSeconds: 15, eventPrefix: 'Clip ', preRollSeconds: 1 }),
    );
    expect(it.app.running.pipeline('porch')?.camera).toMatchObject({ name: 'Door', zones });
    expect(it.app.camera('porch').state).toMatchObject({ status: 'online', recording: true, reconnects: 0 });
    expect(it.env.analyzer.sessions.at(-1)?.request.zones).toEqual(zones);
    expect(it.env.analyzer.live).toBe(1);
    await it.env.clock.advance(10_000);
    await it.stop();
    expect(it.env.sources[0]!.requests).toHaveLength(1);
    const names = [...it.env.events.rows.values()].map(({ name }) => name);
    expect(names).toEqual(['Event-1', 'Clip 2']);
    expect(it.recorded('main').frames).toEqual(numbersFrom(0, it.env.sources[0]!.sent.length - 1));
    expect(await gapsOf(it, 'porch')).toEqual([]);
  });

  it('keep their viewers while they are replaced, and end them when they are removed', async () => {
    const it = await home([porch, yard]);
    const api = new InProcessRecorder(it.app, it.env);
    await it.env.clock.advance(3000);
    let seen = 0;
    let hasEnded = false;
    void (async () => {
      for await (const packet of api.live('yard')) seen += packet.track === 'video' ? 1 : 0;
      hasEnded = true;
    })();
    await it.env.clock.advance(1000);
    const before = seen;
    await it.during(it.app.running.set({ ...yard, audio: false }));
    await it.env.clock.advance(3000);
    expect(seen).toBeGreaterThan(before + 20);
    expect(hasEnded).toBe(false);
    await it.during(it.app.running.remove('yard'));
    await it.env.clock.advance(100);
    expect(hasEnded).toBe(true);
    await it.stop();
  });

  it('do not wait for one that hangs', async () => {
    const it = await home([porch, yard]);
    await it.env.clock.advance(5000);
    it.env.files.faults.appendMs = 3_600_000;
    const removing = it.app.running.remove('porch');
    expect(await it.during(it.app.running.set({ ...yard, audio: false }))).toBeLessThan(1000);
    expect(await it.during(removing)).toBeLessThan(12_000);
    expect(it.app.cameras().map(({ id }) => id)).toEqual(['yard']);
    await it.stop();
  });

  it('come back with the same id while the one before is still closing', async () => {
    const it = await home([porch]);
    await it.env.clock.advance(5000);
    const removing = it.app.running.remove('porch');
    const adding = it.app.running.set({ ...porch, name: 'Again' });
    await it.during(Promise.all([removing, adding]).then(() => undefined));
    await it.env.clock.advance(5000);
    expect(it.app.running.pipeline('porch')?.camera.name).toBe('Again');
    expect(it.app.camera('porch').state.status).toBe('online');
    await it.stop();
  });

  it('end up as they were wanted last, however quickly that changed', async () => {
    const it = await home([porch, yard]);
    await it.env.clock.advance(5000);
    const all = [1, 2, 3, 4].map((fps) => it.app.running.set({ ...porch, connectTimeoutSeconds: fps + 10 }));
    all.push(it.app.running.remove('yard'), it.app.running.set({ ...yard, name: 'B' }), it.app.running.remove('yard'));
    await it.during(Promise.all(all).then(() => undefined));
    await it.env.clock.advance(3000);
    expect(it.app.cameras().map(({ id }) => id)).toEqual(['porch']);
    expect(it.app.running.pipeline('porch')!.camera.connectTimeoutSeconds).toBe(14);
    // One reconnection for four changes that came at once.
    expect(it.env.sources[0]!.requests).toHaveLength(2);
    await it.stop();
    expect(it.env.clock.pendingTimers).toBe(0);
  });
});
