import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeRecorderApi, type FakeClock, sampleEvent, sampleVideoTrack } from '@nightjar/testkit';
import { fakeEnvironment } from '../../test/fake-environment.ts';
import { passUntilDone } from '../../test/pass-until-done.ts';
import { recorderConfig } from '../../test/recorder-config.ts';
import { FsExportFiles } from '../adapters/fs/fs-export-files.ts';
import type { EventRecord } from '../model/event.ts';
import { wallMs } from '../model/time.ts';
import type { EventFiles } from '../ports/event-files.ts';
import type { Environment } from './environment.ts';
import { InProcessRecorder } from './in-process-recorder.ts';
import { openAccountDesk } from './open-accounts.ts';
import { RecorderApp } from './recorder-app.ts';

const FRAME_MS = 100;
const FRAMES = 100;

/** A video as long as a sample event. */
async function recordVideo(files: EventFiles, event: EventRecord): Promise<void> {
  const file = await files.create('/events', event, { video: sampleVideoTrack() });
  const timeUs = (frame: number): number => frame * FRAME_MS * 1000;
  await file.append(
    Array.from({ length: FRAMES }, (_, frame) => ({
      track: 'video' as const,
      data: Uint8Array.of(0, 0, 0, 2, frame % 10 === 0 ? 0x65 : 0x41, frame),
      ptsUs: timeUs(frame),
      dtsUs: timeUs(frame),
      durationUs: timeUs(1),
      isKey: frame % 10 === 0,
    })),
  );
  await file.finish(event);
}

const passUntil = <T>(work: Promise<T>, clock: FakeClock): Promise<T> => passUntilDone(clock, work, { stepMs: FRAME_MS, mostMs: 60_000 });

async function run(changes: Partial<Environment> = {}) {
  const env = fakeEnvironment();
  const app = new RecorderApp({ config: recorderConfig(), env: { ...env, ...changes }, version: '1.2.3' });
  app.listensAt('http://127.0.0.1:8420');
  for (const id of [1, 2, 3]) {
    const event = sampleEvent(id);
    await env.events.put(event);
    await env.files.writeAttachment('/events', event.directory, 'snapshot.jpg', await env.pictures.renderFromFile('x', 0, {}, new AbortController().signal));
  }
  await app.start();
  await env.clock.advance(2000);
  const close = async (): Promise<void> => {
    const stopping = app.stop();
    await env.clock.advance(5000);
    await stopping;
  };
  const accounts = openAccountDesk(env);
  return { env, app, api: new InProcessRecorder(app, env, (request) => accounts.ownMediaToken(request)), close };
}

describeRecorderApi('InProcessRecorder', async () => {
  // What is exported goes to a real disk.
  const folder = mkdtempSync(join(tmpdir(), 'nightjar-exports-'));
  const { env, app, api, close } = await run({ exportFiles: new FsExportFiles(folder) });
  for (const id of [1, 2, 3]) await recordVideo(env.files, sampleEvent(id));
  const foreignEventId = 4;
  await env.events.put(sampleEvent(foreignEventId, { cameraId: 'yard', startMs: wallMs(Date.UTC(2026, 0, 1)), endMs: wallMs(Date.UTC(2026, 0, 1, 1)) }));
  return {
    api,
    cameraId: 'porch',
    eventId: 2,
    foreignEventId,
    publish: (change) => app.feed.publish(change),
    sendVideo: (frames) => env.clock.advance(frames * FRAME_MS),
    passTime: (work) => passUntil(work, env.clock),
    close: async () => {
      await close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe('InProcessRecorder', () => {
  it('knows an event the database has not got yet', async () => {
    const { env, app, api, close } = await run();
    env.events.failure = new Error('locked');
    app.desk.save(sampleEvent(9, { state: 'closed' }));
    expect(await api.event(9)).toMatchObject({ id: 9, state: 'closed', cameraName: 'Front porch', has: { clip: false } });
    env.events.failure = undefined;
    await close();
  });

  it('does not show what is being deleted', async () => {
    const { env, api, close } = await run();
    await env.events.put(sampleEvent(2, { state: 'deleting' }));
    await expect(api.event(2)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
    await expect(api.eventSnapshot(2)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
    expect((await api.events()).events.map(({ id }) => id)).toEqual([3, 1]);
    await close();
  });

  it('gives no more than it should at once, between two times', async () => {
    const { env, api, close } = await run();
    for (let id = 10; id < 1200; id++) await env.events.put(sampleEvent(id, { startMs: wallMs(Date.UTC(2026, 0, 1) + id * 1000) }));
    expect((await api.events()).events).toHaveLength(100);
    expect((await api.events({ limit: 99_999 })).events).toHaveLength(1000);
    expect((await api.events({ limit: 0 })).events).toHaveLength(1);
    const between = await api.events({ from: '2026-11-22T12:02:30.000Z', to: '2026-11-22T12:04:00.000Z' });
    expect(between.events.map(({ id }) => id)).toEqual([3]);
    await close();
  });

  it('makes a picture smaller where it is wanted so, and says when there is none', async () => {
    const { env, api, close } = await run();
    await api.eventSnapshot(1);
    expect(env.pictures.calls.some(({ kind }) => kind === 'shrink')).toBe(false);
    await api.eventSnapshot(1, { width: 320 });
    expect(env.pictures.calls.at(-1)).toEqual({ kind: 'shrink', maxWidth: 320, maxBytes: 32 * 1024 * 1024 });
    await env.events.put(sampleEvent(8));
    await expect(api.eventSnapshot(8)).rejects.toMatchObject({ code: 'PICTURE_NOT_FOUND', message: 'event 8 has no picture' });
    await env.events.put(sampleEvent(9, { areaId: 'gone' }));
    await expect(api.eventSnapshot(9)).rejects.toMatchObject({ code: 'AREA_MISSING' });
    await close();
  });
});
