// Switches of cameras: in force at once and without a break, kept over a restart, and what they make of events.
import { cameraSettings } from '../../test/camera-settings.ts';
import { type FakeEnvironment, fakeEnvironment } from '../../test/fake-environment.ts';
import { runApp } from '../../test/running-app.ts';
import type { CameraFunction } from '../model/camera.ts';
import type { EventRecord } from '../model/event.ts';

async function run({ env = fakeEnvironment(), function: kind = 'modect' }: { readonly env?: FakeEnvironment; readonly function?: CameraFunction } = {}) {
  const running = await runApp(env, [cameraSettings({ function: kind })]);
  await env.clock.advance(2000);
  const visit = async (): Promise<void> => {
    env.analyzer.isMoving = true;
    await env.clock.advance(3000);
    env.analyzer.isMoving = false;
    await env.clock.advance(8000);
  };
  const events = () => [...env.events.rows.values()];
  const connections = (): number => env.sources[0]?.requests.length ?? 0;
  return { ...running, visit, events, connections };
}

describe('the switches of a camera that runs', () => {
  it('stop and begin to look for motion without letting the camera go', async () => {
    const { env, app, done, stop, visit, events, connections } = await run();
    expect(app.camera('porch').state).toMatchObject({ analysisFps: expect.any(Number), latencyMs: 0 });
    await done(app.cameraDesk.setCameraControls('porch', { detection: false }));
    expect(env.analyzer.live).toBe(0);
    for (const figure of ['analysisFps', 'latencyMs']) expect(app.camera('porch').state).not.toHaveProperty(figure);
    await visit();
    expect(events()).toEqual([]);
    await done(app.cameraDesk.setCameraControls('porch', { detection: true }));
    await env.clock.advance(1000);
    await visit();
    expect(events()).toHaveLength(1);
    expect(connections()).toBe(1);
    expect(app.camera('porch')).toMatchObject({ function: 'modect', controls: { detection: true } });
    await stop();
  });

  it('tell of motion although nothing is to be recorded', async () => {
    const { app, changes, done, stop, visit, events } = await run();
    await done(app.cameraDesk.setCameraControls('porch', { record: false }));
    await visit();
    expect(events()).toEqual([]);
    expect(changes.flatMap((change) => (change.type === 'motion.changed' ? [change.data.motion] : []))).toEqual([true, false]);
    await stop();
  });

  it('say what is kept of motion that goes on, and neither end nor repeat it', async () => {
    const { env, app, changes, done, stop, events } = await run();
    await done(app.cameraDesk.setCameraControls('porch', { record: false }));
    env.analyzer.isMoving = true;
    await env.clock.advance(20_000);
    for (const controls of [{ record: true }, { recordMode: 'continuous' }, { recordMode: 'motion' }] as const) {
      await done(app.cameraDesk.setCameraControls('porch', controls));
      await env.clock.advance(3000);
    }
    env.analyzer.isMoving = false;
    await env.clock.advance(8000);
    expect(changes.flatMap((change) => (change.type === 'motion.changed' ? [change.data.motion] : []))).toEqual([true, false]);
    expect(events()).toMatchObject([
      { state: 'ready', causes: [{ kind: 'motion', zones: ['all'] }, { kind: 'continuous' }], hasAlarmPicture: true, maxScore: 40 },
    ]);
    const [{ startMs, endMs, alarmFrames, frames }] = events() as [EventRecord];
    expect(endMs - startMs).toBeGreaterThan(15_000);
    expect(alarmFrames).toBeLessThanOrEqual(frames);
    await stop();
  });

  it('begin no event of motion that is looked for anew with the same change', async () => {
    const { env, app, done, stop, events } = await run();
    await done(app.cameraDesk.setCameraControls('porch', { record: false }));
    env.analyzer.isMoving = true;
    await env.clock.advance(3000);
    await done(app.cameraDesk.setCameraControls('porch', { record: true, sensitivity: 70 }));
    expect(events()).toEqual([]);
    await env.clock.advance(3000);
    env.analyzer.isMoving = false;
    await env.clock.advance(8000);
    expect(events()).toHaveLength(1);
    await stop();
  });

  it('turn recording on motion into recording always and back, in one connection and without a hole', async () => {
    const { env, app, done, stop, events, connections } = await run();
    await done(app.cameraDesk.setCameraControls('porch', { recordMode: 'continuous' }));
    await env.clock.advance(5000);
    expect(events()).toMatchObject([{ state: 'open', causes: [{ kind: 'continuous' }] }]);
    await done(app.cameraDesk.setCameraControls('porch', { recordMode: 'motion' }));
    await env.clock.advance(5000);
    expect(events()).toMatchObject([{ state: 'ready' }]);
    expect(connections()).toBe(1);
    expect(await env.gaps.list('porch', 0, Number.MAX_SAFE_INTEGER)).toEqual([]);
    await stop();
  });

  it('let the camera go for privacy, and take it back', async () => {
    const { env, app, done, stop, visit, events, connections } = await run();
    await done(app.cameraDesk.setCameraControls('porch', { privacy: true }));
    await env.clock.advance(3000);
    expect(app.camera('porch')).toMatchObject({ controls: { privacy: true, enabled: true }, state: { status: 'offline', recording: false } });
    await visit();
    expect(events()).toEqual([]);
    await done(app.cameraDesk.setCameraControls('porch', { privacy: false }));
    await env.clock.advance(3000);
    expect(app.camera('porch').state.status).toBe('online');
    expect(connections()).toBe(2);
    await stop();
  });

  it('show a picture that says why a camera is let go, with nothing of it behind, and end what is watched with that word', async () => {
    const { env, app, done, stop } = await run();
    const said: unknown[] = [];
    const watching = app.live('porch').watch({ onWaiting: (status, problem) => said.push([status, problem]) });
    await watching.next();
    await done(app.pictures('porch').snapshot());
    const words = async (): Promise<unknown> => {
      env.painter.calls.length = 0;
      expect(await done(app.pictures('porch').snapshot())).toMatchObject({ stale: true });
      return env.painter.calls;
    };
    const drawn = (line: string) => [expect.objectContaining({ kind: 'draw', notice: { title: 'Front porch', lines: [line] }, hasBackground: false })];
    await done(app.cameraDesk.setCameraControls('porch', { privacy: true }));
    expect(said.at(-1)).toEqual(['offline', 'private: no picture is taken or shown']);
    const left: unknown[] = [];
    for await (const packet of watching) left.push(packet);
    expect(() => app.live('porch')).toThrow(expect.objectContaining({ code: 'CAMERA_CANNOT', message: expect.stringContaining('private: no picture') }));
    expect(await words()).toEqual(drawn('private: no picture is taken or shown'));
    expect(app.camera('porch').state).not.toHaveProperty('problem');
    await done(app.cameraDesk.setCameraControls('porch', { privacy: false, enabled: false }));
    expect(await words()).toEqual(drawn('switched off'));
    expect(app.camera('porch').state).not.toHaveProperty('problem');
    await stop();
  });

  it('decide whether an event is worth an alarm, and never whether it is recorded', async () => {
    const { app, changes, done, stop, visit, events } = await run();
    await visit();
    await done(app.setControls({ armed: false }));
    await visit();
    await done(app.setControls({ armed: true }));
    await done(app.cameraDesk.setCameraControls('porch', { armed: false }));
    await visit();
    expect(events().map(({ armed, state }) => [armed, state])).toEqual([
      [true, 'ready'],
      [false, 'ready'],
      [false, 'ready'],
    ]);
    expect(changes.flatMap((change) => (change.type === 'event.opened' ? [change.data.armed] : []))).toEqual([true, false, false]);
    expect(changes.filter(({ type }) => type === 'controls.changed').map(({ data }) => data)).toEqual([{ armed: false }, { armed: true }]);
    await stop();
  });

  it('leave an event worth an alarm when another begins in it that is worth none', async () => {
    const { env, app, done, stop, events } = await run();
    env.analyzer.isMoving = true;
    await env.clock.advance(3000);
    expect(events()).toMatchObject([{ armed: true, state: 'open' }]);
    await done(app.setControls({ armed: false }));
    await done(app.triggers.signal({ cameraId: 'porch', action: 'pulse', source: 'button', durationMs: 1000 }));
    await stop();
    expect(events()).toMatchObject([{ armed: true, state: 'ready', causes: [{ kind: 'motion' }, { kind: 'trigger' }] }]);
  });

  it('make a continuous section worth what the first alarm in it is worth', async () => {
    const { app, done, stop, visit, events } = await run({ function: 'mocord' });
    expect(events()).toMatchObject([{ armed: true }]);
    await done(app.setControls({ armed: false }));
    await visit();
    expect(events()).toMatchObject([{ armed: false, state: 'open' }]);
    await stop();
    expect(events()).toMatchObject([{ armed: false, state: 'ready' }]);
  });

  it('are in force before the camera is connected to after a restart', async () => {
    const first = await run();
    await first.done(first.app.cameraDesk.setCameraControls('porch', { privacy: true, armed: false, sensitivity: 33 }));
    await first.done(first.app.setControls({ armed: false }));
    await first.stop();
    const opened = first.connections();
    const { app, connections, stop } = await run({ env: first.env });
    expect(connections()).toBe(opened);
    expect(app.camera('porch')).toMatchObject({ controls: { privacy: true, armed: false, sensitivity: 33 }, armed: false });
    expect(app.cameraDesk.controls).toEqual({ armed: false });
    await stop();
  });

  it('stand off while motion is suspended, and a restart ends that', async () => {
    const first = await run();
    await first.done(first.app.cameraDesk.suspendDetection('porch', true));
    expect(first.app.camera('porch').controls.detection).toBe(false);
    // What is switched meanwhile is kept without it.
    await first.done(first.app.cameraDesk.setCameraControls('porch', { sensitivity: 40 }));
    await first.visit();
    expect(first.events()).toEqual([]);
    await first.done(first.app.cameraDesk.setCameraControls('porch', { detection: true }));
    expect(first.app.camera('porch').controls.detection).toBe(true);
    await first.done(first.app.cameraDesk.suspendDetection('porch', true));
    await first.stop();
    const { app, stop } = await run({ env: first.env });
    expect(app.camera('porch').controls).toMatchObject({ detection: true, sensitivity: 40 });
    await stop();
  });

  it('are refused where they cannot be, and then nothing is switched', async () => {
    const { app, done, stop } = await run();
    const before = app.camera('porch').controls;
    await expect(done(app.cameraDesk.setCameraControls('nobody', { armed: false }))).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    await expect(app.cameraDesk.setCameraControls('porch', { sensitivity: 101 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(app.cameraDesk.setCameraControls('porch', { record: true, recordMode: 'off' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(app.camera('porch').controls).toEqual(before);
    await stop();
  });
});
