// Connecting to a camera anew because somebody asks: once, without losing who watches, and with an honest gap.
import { cameraSettings } from '../../test/camera-settings.ts';
import { fakeEnvironment } from '../../test/fake-environment.ts';
import { passUntilDone } from '../../test/pass-until-done.ts';
import { recorderConfig } from '../../test/recorder-config.ts';
import { RecorderApp } from './recorder-app.ts';

async function run() {
  const env = fakeEnvironment({ main: [{ connectMs: 1000 }] });
  const app = new RecorderApp({ config: recorderConfig({ cameras: [cameraSettings({ function: 'record' })] }), env, version: '1.2.3' });
  await app.start();
  await env.clock.advance(3000);
  /** Waits in virtual time. */
  const done = <T>(job: Promise<T>): Promise<T> => passUntilDone(env.clock, job, { stepMs: 50, mostMs: 10_000 });
  const connections = (): number => env.sources[0]?.requests.length ?? 0;
  return { env, app, done, connections, stop: () => done(app.stop()) };
}

describe('a camera that is to be connected to anew', () => {
  it('is let go and taken back, with a gap that says so, and whoever watches stays', async () => {
    const { env, app, done, connections, stop } = await run();
    const watching = app.live('porch').watch();
    expect((await watching.next()).done).toBe(false);
    await done(app.reconnect('porch'));
    await env.clock.advance(3000);
    expect([connections(), env.sources[0]?.live]).toEqual([2, 1]);
    expect(app.camera('porch').state).toMatchObject({ status: 'online', recording: true });
    expect((await watching.next()).done).toBe(false);
    expect(await env.gaps.list('porch', 0, Number.MAX_SAFE_INTEGER)).toMatchObject([{ reason: 'settings-changed' }]);
    env.log.expectLine('somebody asked for it: connecting anew', 'info');
    await watching.return();
    await stop();
  });

  it('is connected to once, however often that is asked within five seconds', async () => {
    const { env, app, done, connections, stop } = await run();
    await done(Promise.all([app.reconnect('porch'), app.reconnect('porch'), app.reconnect('porch')]));
    await env.clock.advance(4000);
    await done(app.reconnect('porch'));
    expect(connections()).toBe(2);
    await env.clock.advance(1500);
    await done(app.reconnect('porch'));
    await env.clock.advance(1000);
    expect(connections()).toBe(3);
    await stop();
  });

  it('stays let go where it was switched off meanwhile, and is refused where it is switched off', async () => {
    const { env, app, done, connections, stop } = await run();
    await done(Promise.all([app.cameraDesk.setCameraControls('porch', { privacy: true }), app.reconnect('porch')]));
    await env.clock.advance(2000);
    expect(env.sources[0]?.live).toBe(0);
    const before = connections();
    await expect(app.reconnect('porch')).rejects.toMatchObject({ code: 'CAMERA_CANNOT', message: expect.stringContaining('private') });
    await expect(app.reconnect('nobody')).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    expect(connections()).toBe(before);
    await stop();
  });
});
