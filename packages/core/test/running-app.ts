// A whole recorder in virtual time, with what it told on its feed.
import type { Change } from '@nightjar/client';
import { RecorderApp } from '../src/app/recorder-app.ts';
import type { CameraSettings } from '../src/model/camera.ts';
import type { FakeEnvironment } from './fake-environment.ts';
import { passUntilDone } from './pass-until-done.ts';
import { recorderConfig } from './recorder-config.ts';

/** Starts a recorder with these cameras in its file. */
export async function runApp(env: FakeEnvironment, cameras: readonly CameraSettings[]) {
  const app = new RecorderApp({ config: recorderConfig({ cameras }), env, version: '1.2.3' });
  const changes: Change[] = [];
  const reading = new AbortController();
  void (async () => {
    for await (const change of app.changes({ signal: reading.signal })) changes.push(change);
  })();
  await app.start();
  /** Waits in virtual time. */
  const done = <T>(job: Promise<T>): Promise<T> => passUntilDone(env.clock, job);
  const stop = async (): Promise<void> => {
    await done(app.stop());
    reading.abort();
  };
  return { env, app, changes, done, stop };
}
