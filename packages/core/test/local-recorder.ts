// A real recorder in this process: ffmpeg, disk and database, in a folder of its own, without HTTP.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InProcessRecorder } from '../src/app/in-process-recorder.ts';
import { openLocalEnvironment } from '../src/app/local-environment.ts';
import { RecorderApp } from '../src/app/recorder-app.ts';
import type { CameraSettings } from '../src/model/camera.ts';
import type { Logger } from '../src/ports/logger.ts';
import { recorderConfig } from './recorder-config.ts';

/** A recorder that runs. */
export interface LocalRecorder extends AsyncDisposable {
  readonly app: RecorderApp;
  readonly api: InProcessRecorder;
  stop(): Promise<void>;
}

/** Starts one. */
export async function startLocalRecorder(cameras: readonly CameraSettings[], log: Logger): Promise<LocalRecorder> {
  const folder = await mkdtemp(join(tmpdir(), 'nightjar-local-'));
  const config = recorderConfig({
    database: { engine: 'sqlite', file: join(folder, 'nightjar.db') },
    storage: { areas: [{ id: 'default', path: join(folder, 'events'), scheme: 'shallow', minFree: { bytes: 0 }, maxSize: null }], syncIntervalMs: 5000 },
    cameras,
  });
  const env = await openLocalEnvironment(config, log, new AbortController().signal);
  const app = new RecorderApp({ config, env, version: '1.2.3' });
  app.listensAt('http://127.0.0.1:0');
  await app.start();
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= app
      .stop()
      .then(() => env.close())
      .then(() => rm(folder, { recursive: true, force: true }));
    return stopping;
  };
  return { app, api: new InProcessRecorder(app, env), stop, [Symbol.asyncDispose]: stop };
}
