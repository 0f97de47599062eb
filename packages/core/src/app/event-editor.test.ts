// What people do to events, while they are recorded, closed, kept and deleted.
import type { Change } from '@nightjar/client';
import { sampleEvent, sampleVideoTrack, settle } from '@nightjar/testkit';
import { fakeEnvironment } from '../../test/fake-environment.ts';
import { recorderConfig } from '../../test/recorder-config.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import { InProcessRecorder } from './in-process-recorder.ts';
import { RecorderApp } from './recorder-app.ts';

const EDIT = { name: 'The post', notes: 'rang twice', tags: ['post'], protected: true } as const;

/** A recorder with events 1 to 3 that are kept, with files. */
async function run() {
  const env = fakeEnvironment();
  const app = new RecorderApp({ config: recorderConfig(), env, version: '1.2.3' });
  app.listensAt('http://127.0.0.1:8420');
  const put = async (event: EventRecord): Promise<void> => {
    await env.events.put(event);
    await env.files.writeAttachment('/events', event.directory, 'snapshot.jpg', Uint8Array.of(1));
  };
  for (const id of [1, 2, 3]) await put(sampleEvent(id));
  const changes: Change[] = [];
  const abort = new AbortController();
  const reading = (async () => {
    for await (const change of app.changes({ signal: abort.signal })) if (change.type.startsWith('event.')) changes.push(change);
  })();
  await app.start();
  await env.clock.advance(5000);
  const close = async (): Promise<void> => {
    const stopping = app.stop();
    await env.clock.advance(6000);
    await stopping;
    abort.abort();
    await reading;
  };
  const told = async (): Promise<readonly string[]> => {
    await settle();
    return changes.map(({ type, data }) => `${type} ${(data as { id: number }).id}`);
  };
  const openEvent = async (): Promise<number> => {
    env.analyzer.isMoving = true;
    await env.clock.advance(3000);
    return [...env.events.rows.values()].find(({ state }) => state === 'open')?.id ?? 0;
  };
  const closeEvent = async (): Promise<void> => {
    env.analyzer.isMoving = false;
    await env.clock.advance(30_000);
  };
  return { env, app, api: new InProcessRecorder(app, env), put, told, openEvent, closeEvent, close };
}

describe('changing an event', () => {
  it('names, notes, tags and protects it, in the database, the answer and the feed', async () => {
    const { env, api, told, close } = await run();
    expect(await api.updateEvent(2, EDIT)).toMatchObject({ id: 2, state: 'ready', ...EDIT });
    expect(env.events.rows.get(2)).toEqual({ ...sampleEvent(2), ...EDIT });
    expect(await api.event(2)).toMatchObject(EDIT);
    expect(await told()).toEqual(['event.updated 2']);
    expect(await api.updateEvent(2, { tags: [] })).toMatchObject({ ...EDIT, tags: [] });
    await close();
  });

  it('changes nothing where nothing is to be changed, and nothing but what may be', async () => {
    const { env, api, told, close } = await run();
    expect(await api.updateEvent(1, {})).toMatchObject({ id: 1 });
    await api.updateEvent(1, { state: 'open', cameraId: 'yard' } as object);
    expect(env.events.rows.get(1)).toEqual(sampleEvent(1));
    expect(await told()).toEqual([]);
    await expect(api.updateEvent(1, { name: '' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(api.updateEvent(99, EDIT)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
    await close();
  });

  it('lasts while the event is recorded and when it is closed, in its row and in its file', async () => {
    const { env, api, openEvent, closeEvent, close } = await run();
    const id = await openEvent();
    expect(await api.updateEvent(id, EDIT)).toMatchObject({ id, state: 'open', ...EDIT });
    await env.clock.advance(6000);
    expect(env.events.rows.get(id)).toMatchObject({ state: 'open', ...EDIT });
    await api.updateEvent(id, { notes: 'three times' });
    await closeEvent();
    const row = env.events.rows.get(id);
    expect(row).toMatchObject({ state: 'ready', ...EDIT, notes: 'three times' });
    expect((await env.files.inspect(`/events/${row?.directory}/${id}-video.mp4`)).identity).toMatchObject({ ...EDIT, notes: 'three times' });
    await close();
  });

  it('waits with the row while the database is away, and is told at once', async () => {
    const { env, api, openEvent, close } = await run();
    const id = await openEvent();
    env.events.failure = (call) => (call === 'put' ? new RecorderError('DATABASE_BUSY', 'locked') : undefined);
    await api.updateEvent(id, EDIT);
    expect(await api.event(id)).toMatchObject(EDIT);
    expect((await api.events()).events.find((event) => event.id === id)).toMatchObject(EDIT);
    await expect(api.updateEvent(1, EDIT)).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
    env.events.failure = undefined;
    await env.clock.advance(5000);
    expect(env.events.rows.get(id)).toMatchObject(EDIT);
    await close();
  });

  it('makes one change after the other, so that none is lost', async () => {
    const { env, api, close } = await run();
    await Promise.all([api.updateEvent(1, { name: 'A' }), api.updateEvent(1, { notes: 'B' }), api.updateEvent(1, { tags: ['C'] })]);
    expect(env.events.rows.get(1)).toMatchObject({ name: 'A', notes: 'B', tags: ['C'] });
    await close();
  });

  it('lasts when an event that was cut off gets its picture at last', async () => {
    const { env, app, api, close } = await run();
    let goOn: () => void = () => undefined;
    const drawn = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const renderFromFile = env.pictures.renderFromFile.bind(env.pictures);
    env.pictures.renderFromFile = async (...asked) => {
      await drawn;
      return renderFromFile(...asked);
    };
    const id = 50;
    const event = sampleEvent(id, { state: 'open', hasSnapshot: false });
    const file = await env.files.create('/events', event, { video: sampleVideoTrack() });
    await file.append([{ track: 'video', data: Uint8Array.of(0, 0, 0, 1, 0x65), ptsUs: 0, dtsUs: 0, durationUs: 1_000_000, isKey: true }]);
    await file.abandon();
    await env.events.put(event);
    env.disk.at('/events').identity = 'another';
    await app.areas.check();
    env.disk.at('/events').identity = undefined;
    const identity = env.areas.areas.get('default')?.identity;
    if (identity !== undefined) env.disk.at('/events').identity = identity;
    await app.areas.check();
    await settle();
    expect(await api.event(id)).toMatchObject({ state: 'closed', recovered: true });
    await api.updateEvent(id, EDIT);
    goOn();
    await env.clock.advance(1000);
    expect(env.events.rows.get(id)).toMatchObject({ state: 'ready', recovered: true, hasSnapshot: true, ...EDIT });
    await close();
  });

  it('does not wait for a disk that hangs', async () => {
    const { env, app, api, close } = await run();
    let goOn: () => void = () => undefined;
    const repair = app.editor.exclusively(
      1,
      () =>
        new Promise<void>((resolve) => {
          goOn = resolve;
        }),
    );
    const refused = expect(api.updateEvent(1, EDIT)).rejects.toMatchObject({ code: 'NOT_READY' });
    await env.clock.advance(5001);
    await refused;
    goOn();
    await repair;
    expect(await api.updateEvent(1, EDIT)).toMatchObject(EDIT);
    await close();
  });
});

describe('deleting an event', () => {
  it('takes its row, its files and its place in the list, and tells once', async () => {
    const { env, api, told, close } = await run();
    await api.deleteEvent(2);
    expect(env.events.rows.has(2)).toBe(false);
    expect(await env.files.readAttachment('/events', sampleEvent(2).directory, 'snapshot.jpg')).toBeUndefined();
    expect((await api.events()).events.map(({ id }) => id)).toEqual([3, 1]);
    await env.clock.advance(10_000);
    expect(await told()).toEqual(['event.deleted 2']);
    await expect(api.deleteEvent(2)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
    await close();
  });

  it('is refused while it is protected, and while it is recorded', async () => {
    const { env, api, openEvent, closeEvent, close } = await run();
    await api.updateEvent(1, { protected: true });
    await expect(api.deleteEvent(1)).rejects.toMatchObject({ code: 'EVENT_PROTECTED' });
    const id = await openEvent();
    await expect(api.deleteEvent(id)).rejects.toMatchObject({ code: 'EVENT_OPEN' });
    await closeEvent();
    await api.updateEvent(1, { protected: false });
    await Promise.all([api.deleteEvent(1), api.deleteEvent(id)]);
    expect([...env.events.rows.keys()].sort()).toEqual([2, 3]);
    await close();
  });

  it('is seen at once and finished later where the disk is away', async () => {
    const { env, api, told, close } = await run();
    const disk = env.disk.swap('/events');
    await api.deleteEvent(3);
    await expect(api.event(3)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
    expect((await api.events()).events.map(({ id }) => id)).toEqual([2, 1]);
    expect(env.events.rows.get(3)).toMatchObject({ state: 'deleting' });
    expect(env.log.print()).toContain('event 3 is deleted, its files go later');
    env.disk.swap('/events', disk);
    await env.clock.advance(10_000);
    expect(env.events.rows.has(3)).toBe(false);
    expect(await told()).toEqual(['event.deleted 3']);
    await close();
  });

  it('changes nothing where the database refuses', async () => {
    const { env, api, told, close } = await run();
    env.events.failure = (call) => (call === 'put' ? new RecorderError('DATABASE_BUSY', 'locked') : undefined);
    await expect(api.deleteEvent(3)).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
    env.events.failure = undefined;
    expect(await api.event(3)).toMatchObject({ id: 3 });
    expect(await env.files.readAttachment('/events', sampleEvent(3).directory, 'snapshot.jpg')).toBeDefined();
    expect(await told()).toEqual([]);
    await close();
  });
});
