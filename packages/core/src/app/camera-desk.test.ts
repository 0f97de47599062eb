// Cameras of the file and of the database: who wins, what is kept, what survives a restart, and what a broken row does.
import { cameraSettings, sourceOf } from '../../test/camera-settings.ts';
import { type FakeEnvironment, fakeEnvironment } from '../../test/fake-environment.ts';
import { runApp } from '../../test/running-app.ts';
import { RecorderError } from '../errors/recorder-error.ts';

const porch = cameraSettings({ function: 'record' });
const yard = { id: 'yard', source: 'rtsp://viewer:s3cret@192.0.2.11/main', function: 'record' };
const storedSource = (env: FakeEnvironment, id: string): unknown =>
  (env.storedCameras.rows.get(id)?.settings as { readonly source?: unknown } | undefined)?.source;

const run = (env: FakeEnvironment = fakeEnvironment(), cameras = [porch]) => runApp(env, cameras);

describe('cameras of the database', () => {
  it('are there again after a restart, with passwords that nobody sees', async () => {
    const first = await run();
    await first.done(first.app.cameraDesk.create(yard));
    await first.env.clock.advance(2000);
    await first.stop();
    expect(storedSource(first.env, 'yard')).toBe(yard.source);
    const { app, changes, stop } = await run(first.env);
    await first.env.clock.advance(2000);
    expect(app.cameras().map(({ id, provisioned, state }) => `${id} ${provisioned} ${state.status}`)).toEqual(['porch true online', 'yard false online']);
    expect(JSON.stringify([app.cameras(), changes])).not.toContain('s3cret');
    await stop();
    expect(first.env.log.print()).not.toContain('s3cret');
    // Those of the file are noted, without what the file or the environment keeps secret.
    expect(first.env.storedCameras.rows.get('porch')).toMatchObject({ provisioned: true, settings: { source: 'rtsp://viewer:***@192.0.2.10/main' } });
  });

  it('keep a password that is masked or not mentioned, and give it to no other host', async () => {
    const { env, app, done, stop } = await run();
    await done(app.cameraDesk.create(yard));
    await done(app.cameraDesk.update('yard', { name: 'Yard' }));
    expect(storedSource(env, 'yard')).toBe(yard.source);
    await done(app.cameraDesk.update('yard', { source: 'rtsp://viewer:***@192.0.2.11/other', detect: { source: 'rtsp://viewer:***@192.0.2.11/sub' } }));
    expect(env.storedCameras.rows.get('yard')?.settings).toMatchObject({
      source: 'rtsp://viewer:s3cret@192.0.2.11/other',
      detect: { source: 'rtsp://viewer:s3cret@192.0.2.11/sub' },
    });
    await expect(done(app.cameraDesk.update('yard', { source: 'rtsp://viewer:***@198.51.100.7/main' }))).rejects.toMatchObject({
      code: 'CAMERA_INVALID',
      details: [{ path: 'source', message: expect.stringContaining('write the password itself') }],
    });
    // What is shown may be sent back as it is.
    const { settings } = app.camera('yard');
    await done(app.cameraDesk.update('yard', settings!));
    expect(storedSource(env, 'yard')).toBe('rtsp://viewer:s3cret@192.0.2.11/other');
    await expect(done(app.cameraDesk.update('yard', { id: 'other' }))).rejects.toMatchObject({ code: 'CAMERA_INVALID' });
    await stop();
  });

  it('are shown with what is wrong when their row is not valid any more, and can be mended or removed', async () => {
    const env = fakeEnvironment();
    const odd: readonly (readonly [string, unknown])[] = [
      ['attic', { id: 'attic', name: 'Attic', source: 'rtsp://viewer:s3cret@192.0.2.12/main', area: 'gone' }],
      ['cellar', null],
      ['Not An Id', { source: 'synthetic:' }],
    ];
    for (const [id, settings] of odd) await env.storedCameras.put({ id, settings, provisioned: false });
    const { app, changes, done, stop } = await run(env);
    await env.clock.advance(1000);
    expect(app.cameras().map(({ id, state }) => `${id} ${state.status}`)).toEqual(['porch online', 'attic offline', 'cellar offline']);
    expect(app.camera('attic')).toMatchObject({ name: 'Attic', state: { problem: expect.stringContaining('area: got "gone"') } });
    expect(app.camera('cellar').state.problem).toContain('source: the key is missing');
    expect(app.health()).toMatchObject({
      status: 'degraded',
      cameras: { total: 3 },
      problems: [{ id: 'camera-invalid-attic' }, { id: 'camera-invalid-cellar' }],
    });
    env.log.expectLine('an id that none can have', 'error');
    await done(app.cameraDesk.update('attic', { area: null }));
    await done(app.cameraDesk.remove('cellar'));
    await env.clock.advance(2000);
    expect(app.cameras().map(({ id, state }) => `${id} ${state.status}`)).toEqual(['porch online', 'attic online']);
    expect(app.health().problems).toEqual([]);
    expect(changes.filter(({ type }) => type === 'camera.removed')).toMatchObject([{ data: { id: 'cellar' } }]);
    await stop();
    expect(env.log.print()).not.toContain('s3cret');
    expect(JSON.stringify(changes)).not.toContain('s3cret');
  });

  it('give way to the file where both have the same, and come back when the file has it no more', async () => {
    const env = fakeEnvironment();
    await env.storedCameras.put({ id: 'porch', settings: { ...yard, id: 'porch', name: 'Added' }, provisioned: false });
    const { app, changes, done, stop } = await run(env);
    expect(app.camera('porch')).toMatchObject({ name: 'Front porch', provisioned: true });
    expect(app.health().problems).toMatchObject([{ id: 'camera-twice-porch', level: 'warning' }]);
    await expect(app.cameraDesk.remove('porch')).rejects.toMatchObject({ code: 'CAMERA_PROVISIONED' });
    expect(await done(app.cameraDesk.takeFile([]))).toEqual({ started: [], stopped: [], restarted: ['porch'], updated: [] });
    expect(app.camera('porch')).toMatchObject({ name: 'Added', provisioned: false });
    expect(app.health().problems).toEqual([]);
    expect(changes.map(({ type }) => type)).not.toContain('camera.removed');
    expect(env.storedCameras.rows.get('porch')).toMatchObject({ provisioned: false, settings: { name: 'Added' } });
    await stop();
  });

  it('are read as soon as the database can be, while those of the file are recorded', async () => {
    const env = fakeEnvironment();
    await env.storedCameras.put({ id: 'yard', settings: yard, provisioned: false });
    env.storedCameras.failure = new RecorderError('DATABASE_BUSY', 'locked');
    const { app, done, stop } = await run(env);
    await env.clock.advance(3000);
    expect(app.cameras().map(({ id, state }) => `${id} ${state.recording}`)).toEqual(['porch true']);
    expect(app.health().problems).toMatchObject([{ id: 'cameras-unread' }]);
    // Whoever adds a camera now could write over one that is there.
    await expect(done(app.cameraDesk.create(yard))).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
    env.storedCameras.failure = undefined;
    await env.clock.advance(6000);
    expect(app.cameras().map(({ id, state }) => `${id} ${state.recording}`)).toEqual(['porch true', 'yard true']);
    expect(app.health().problems).toEqual([]);
    await stop();
    expect(env.clock.pendingTimers).toBe(0);
  });

  it('are not changed where the database does not take it', async () => {
    const { env, app, done, stop } = await run();
    await done(app.cameraDesk.create(yard));
    env.storedCameras.failure = new RecorderError('DATABASE_FAILED', 'full');
    await expect(done(app.cameraDesk.update('yard', { name: 'New' }))).rejects.toMatchObject({ code: 'DATABASE_FAILED' });
    await expect(done(app.cameraDesk.remove('yard'))).rejects.toMatchObject({ code: 'DATABASE_FAILED' });
    expect(app.camera('yard')).toMatchObject({ name: 'yard', state: { status: 'online' } });
    await stop();
  });

  it('are decided on one after the other', async () => {
    const { app, done, stop } = await run();
    const created = await done(
      Promise.allSettled([app.cameraDesk.create(yard), app.cameraDesk.create({ ...yard, name: 'Second' }), app.cameraDesk.remove('yard')]),
    );
    expect(created.map((each) => (each.status === 'rejected' ? (each.reason as RecorderError).code : 'done'))).toEqual(['done', 'CAMERA_EXISTS', 'done']);
    expect(app.cameras().map(({ id }) => id)).toEqual(['porch']);
    await stop();
  });
});

describe('cameras of the file', () => {
  it('follow a file that changed: new, gone, connected to anew, or only taken over', async () => {
    const attic = cameraSettings({ id: 'attic', source: sourceOf('rtsp://192.0.2.12/main') });
    const shed = cameraSettings({ id: 'shed', source: sourceOf('rtsp://192.0.2.13/main') });
    const { env, app, done, stop } = await run(undefined, [porch, attic, shed]);
    const changes = await done(
      app.cameraDesk.takeFile([
        { ...porch, name: 'Door' },
        { ...attic, audio: false },
        cameraSettings({ id: 'roof', source: sourceOf('rtsp://192.0.2.14/main') }),
      ]),
    );
    expect(changes).toEqual({ started: ['roof'], stopped: ['shed'], restarted: ['attic'], updated: ['porch'] });
    expect(app.cameras().map(({ id, name }) => `${id} ${name}`)).toEqual(['porch Door', 'attic Front porch', 'roof Front porch']);
    expect([...env.storedCameras.rows.keys()]).toEqual(['porch', 'attic', 'roof']);
    expect(
      await done(
        app.cameraDesk.takeFile([
          { ...porch, name: 'Door' },
          { ...attic, audio: false },
        ]),
      ),
    ).toMatchObject({ stopped: ['roof'], restarted: [] });
    await stop();
  });
});
