import type { Picture } from '@nightjar/client';
import { cameraSettings } from '../../test/camera-settings.ts';
import { fakeEnvironment } from '../../test/fake-environment.ts';
import { recorderConfig } from '../../test/recorder-config.ts';
import { InProcessRecorder } from './in-process-recorder.ts';
import { RecorderApp } from './recorder-app.ts';

async function run() {
  const env = fakeEnvironment();
  const app = new RecorderApp({ config: recorderConfig(), env, version: '1.2.3' });
  app.listensAt('http://127.0.0.1:8420');
  await app.start();
  await env.clock.advance(3000);
  const close = async (): Promise<void> => {
    const stopping = app.stop();
    await env.clock.advance(5000);
    await stopping;
  };
  return { env, app, api: new InProcessRecorder(app, env), close };
}

function watch(reading: AsyncIterable<Picture>) {
  const seen: Picture[] = [];
  const state = { isOver: false };
  void (async () => {
    for await (const picture of reading) seen.push(picture);
    state.isOver = true;
  })();
  return { seen, state };
}

describe('pictures of a running recorder', () => {
  it('are newest key frames, and say by a code that there is no such camera', async () => {
    const { api, close } = await run();
    expect(await api.snapshot('porch', { width: 320 })).toMatchObject({ stale: false });
    await expect(api.snapshot('no-such-camera')).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    const reading = api.pictures('no-such-camera')[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    await close();
  });

  it('go on while the settings of their camera change, and end when it is removed', async () => {
    const { env, app, api, close } = await run();
    const { seen, state } = watch(api.pictures('porch'));
    await env.clock.advance(2000);
    expect(seen.length).toBeGreaterThan(5);
    const changing = app.running.set(cameraSettings({ stallTimeoutSeconds: 20 }));
    await env.clock.advance(8000);
    await changing;
    const before = seen.length;
    await env.clock.advance(2000);
    expect(seen.length).toBeGreaterThan(before + 5);
    expect(env.pictureDecoders.running.filter(({ request }) => !request.keysOnly)).toHaveLength(1);
    const removing = app.running.remove('porch');
    await env.clock.advance(5000);
    await removing;
    expect(state.isOver).toBe(true);
    expect(env.pictureDecoders.running).toHaveLength(0);
    await close();
  });

  it('end when nobody reads any more, when the signal aborts, and when the recorder stops', async () => {
    const { env, api, close } = await run();
    const abort = new AbortController();
    const [aborted, stopped] = [watch(api.pictures('porch', { signal: abort.signal })), watch(api.pictures('porch', { maxFps: 1 }))];
    // Taken and never read: that costs nothing.
    api.pictures('porch', { width: 320 });
    for await (const picture of api.pictures('porch')) {
      expect(picture.stale).toBe(false);
      break;
    }
    expect(env.pictureDecoders.opened.filter(({ request }) => request.maxWidth === 320)).toHaveLength(0);
    abort.abort();
    await env.clock.advance(1000);
    expect([aborted.state.isOver, stopped.state.isOver]).toEqual([true, false]);
    await close();
    expect(stopped.state.isOver).toBe(true);
    expect(env.clock.pendingTimers).toBe(0);
    expect(env.pictureDecoders.running).toHaveLength(0);
  });

  it('cost nothing while nobody asks', async () => {
    const { env, close } = await run();
    await env.clock.advance(60_000);
    expect(env.pictureDecoders.opened).toHaveLength(0);
    expect(env.painter.calls).toHaveLength(0);
    await close();
  });
});
