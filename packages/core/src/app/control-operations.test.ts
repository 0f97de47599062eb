// Operations of control and measurement, done with a whole recorder in memory; answers are compared with what is promised.
import { parseExposition } from '../../test/exposition.ts';
import { fakeEnvironment } from '../../test/fake-environment.ts';
import { recorderConfig } from '../../test/recorder-config.ts';
import type { AccountDesk } from '../api/account-desk.ts';
import type { Operation } from '../api/operation.ts';
import { movePtz, triggerCamera } from '../api/operations/control.ts';
import { getMetrics, listServers, listStorage } from '../api/operations/measurement.ts';
import { OperationRunner } from '../api/run-operation.ts';
import { type Principal, ROLES } from '../model/permission.ts';
import { InProcessRecorder } from './in-process-recorder.ts';
import { RecorderApp } from './recorder-app.ts';

const admin: Principal = { name: 'admin', permissions: ROLES.admin, cameras: null };

async function start() {
  const env = fakeEnvironment();
  const app = new RecorderApp({ config: recorderConfig(), env, version: '1.2.3' });
  app.listensAt('http://127.0.0.1:8420');
  await app.start();
  await env.clock.advance(5000);
  const runner = new OperationRunner({ checksOutput: true });
  const recorder = new InProcessRecorder(app, env);
  const run = (operation: Operation, input: Readonly<Record<string, unknown>> = {}, principal = admin) =>
    runner.run(operation, {
      principal,
      recorder,
      accounts: { refused: () => undefined } as unknown as AccountDesk,
      peer: { address: '192.0.2.1' },
      isContinued: false,
      signal: new AbortController().signal,
      input,
    });
  const stop = async (): Promise<void> => {
    const stopping = app.stop();
    await env.clock.advance(9000);
    await stopping;
  };
  return { env, app, recorder, run, stop };
}

describe('control and measurement', () => {
  it('answer as promised', async () => {
    const { env, run, stop } = await start();
    expect(await run(listServers)).toEqual([
      { id: 'rec1', name: 'Recorder', version: '1.2.3', api: 'http://127.0.0.1:8420', startedAt: '2026-01-01T00:00:00.000Z', status: 'ok' },
    ]);
    expect(await run(listStorage)).toMatchObject([{ id: 'default', path: '/events', usable: true, events: 0 }]);
    expect(parseExposition(String(await run(getMetrics))).size).toBeGreaterThan(30);
    const answer = run(triggerCamera, { id: 'porch', action: 'on', durationSeconds: 2 });
    await env.clock.advance(1500);
    expect(await answer).toEqual({ eventId: 1 });
    await expect(run(triggerCamera, { id: 'nobody', action: 'on' })).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    await expect(run(movePtz, { id: 'porch', action: 'home' })).rejects.toMatchObject({ code: 'CAMERA_CANNOT' });
    await expect(run(movePtz, { id: 'nobody', action: 'home' })).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    await stop();
  });

  it('are for those who may', async () => {
    const { run, stop } = await start();
    const viewer: Principal = { name: 'guest', permissions: ROLES.viewer, cameras: null };
    for (const operation of [listServers, listStorage, getMetrics]) await expect(run(operation, {}, viewer)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await stop();
  });

  it('keep what is forced on a camera while it is connected to anew with other settings', async () => {
    const { env, app, recorder, stop } = await start();
    const answer = recorder.trigger('porch', { action: 'on', durationSeconds: 60 }, 'pir');
    await env.clock.advance(1000);
    await answer;
    const [pipeline] = app.running.pipelines;
    const changing = app.running.set({ ...pipeline!.camera, connectTimeoutSeconds: 7 });
    await env.clock.advance(10_000);
    await changing;
    expect(app.camera('porch').state).toMatchObject({ forced: 'on', recording: true });
    await env.clock.advance(60_000);
    expect(app.camera('porch').state.forced).toBeUndefined();
    expect([...env.events.rows.values()].map(({ causes }) => causes[0])).toEqual([
      { kind: 'trigger', source: 'pir' },
      { kind: 'trigger', source: 'pir' },
    ]);
    const removing = app.running.remove('porch');
    await env.clock.advance(12_000);
    await removing;
    await expect(recorder.trigger('porch', { action: 'on' })).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    await stop();
  });
});
