// Operations on cameras and the configuration as somebody with an account sees them, over a recorder in memory.
import type { Camera } from '@nightjar/client';
import { fakeEnvironment } from '../../../test/fake-environment.ts';
import { passUntilDone } from '../../../test/pass-until-done.ts';
import { recorderConfig } from '../../../test/recorder-config.ts';
import { InProcessRecorder } from '../../app/in-process-recorder.ts';
import { RecorderApp } from '../../app/recorder-app.ts';
import { type Principal, ROLES } from '../../model/permission.ts';
import type { AccountDesk } from '../account-desk.ts';
import type { Operation } from '../operation.ts';
import { OPERATIONS } from '../registry.ts';
import { OperationRunner } from '../run-operation.ts';

const somebody = (role: keyof typeof ROLES, changes: Partial<Principal> = {}): Principal => ({
  name: role,
  permissions: ROLES[role],
  cameras: null,
  ...changes,
});
const admin = somebody('admin');
/** Sets cameras up, and has no business with the machine. */
const installer = somebody('admin', { name: 'installer', permissions: { ...ROLES.admin, system: 'none' } });
const operator = somebody('operator');

async function home() {
  const env = fakeEnvironment(undefined, { files: { '/etc/clip.mp4': 'x' } });
  const app = new RecorderApp({ config: recorderConfig(), env, version: '1.2.3' });
  const recorder = new InProcessRecorder(app, env);
  await app.start();
  const runner = new OperationRunner({ checksOutput: true });
  const accounts = new Proxy({} as AccountDesk, { get: () => () => undefined });
  const ask = async <T = Camera>(principal: Principal, id: string, input: Readonly<Record<string, unknown>> = {}): Promise<T> => {
    const found = OPERATIONS.find((operation: Operation) => operation.id === id)!;
    const asked = runner.run(found, {
      principal,
      input,
      recorder,
      accounts,
      peer: { address: '127.0.0.1' },
      isContinued: false,
      signal: new AbortController().signal,
    });
    return (await passUntilDone(env.clock, asked)) as T;
  };
  const stop = async (): Promise<void> => {
    const stopping = app.stop();
    await env.clock.advance(10_000);
    await stopping;
  };
  return { env, app, ask, stop };
}

const yard = { id: 'yard', source: 'rtsp://viewer:s3cret@192.0.2.11/yard', detect: { fps: 3 } };

describe('operations on cameras', () => {
  it('add, change and remove one, and give its settings to those who may change them', async () => {
    const { env, ask, stop } = await home();
    const added = await ask(installer, 'createCamera', yard);
    expect(added).toMatchObject({ id: 'yard', function: 'modect', provisioned: false, state: { status: 'connecting' } });
    expect(added.settings).toMatchObject({ source: 'rtsp://viewer:***@192.0.2.11/yard', detect: { fps: 3, mode: 'continuous' } });
    const changed = await ask(installer, 'updateCamera', { id: 'yard', name: 'Yard', detect: { fps: 4 }, zones: [{ id: 'door' }] });
    expect(changed).toMatchObject({ name: 'Yard', zones: ['door'], settings: { detect: { fps: 4 } } });
    expect(await ask(operator, 'getCamera', { id: 'yard' })).not.toHaveProperty('settings');
    const seen = await ask<Camera[]>(operator, 'listCameras');
    expect(seen.map(({ id, provisioned, settings }) => [id, provisioned, settings])).toEqual([
      ['porch', true, undefined],
      ['yard', false, undefined],
    ]);
    expect(await ask(installer, 'deleteCamera', { id: 'yard' })).toBeUndefined();
    await expect(ask(admin, 'getCamera', { id: 'yard' })).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    expect(env.log.print()).not.toContain('s3cret');
    await stop();
  });

  it('tell all mistakes at once', async () => {
    const { ask, stop } = await home();
    const wrong = ask(installer, 'createCamera', { id: 'Yard', sauce: 1, preRollSeconds: 'five', zones: [{ kind: 'actve' }] });
    await expect(wrong).rejects.toMatchObject({
      code: 'CAMERA_INVALID',
      details: expect.arrayContaining([
        expect.objectContaining({ path: 'source', message: expect.stringContaining('the key is missing') }),
        expect.objectContaining({ path: 'sauce', message: expect.stringContaining('did you mean "source"?') }),
        expect.objectContaining({ path: 'id' }),
        expect.objectContaining({ path: 'preRollSeconds', message: 'got "five", expected a number from 0 to 300' }),
        expect.objectContaining({ path: 'zones[0].kind', message: expect.stringContaining('did you mean "active"?') }),
        expect.objectContaining({ path: 'zones[0].id' }),
      ]),
    });
    await stop();
  });

  it.each<[string, Principal, string, Record<string, unknown>]>([
    ['an operator', operator, 'createCamera', yard],
    ['an operator', operator, 'updateCamera', { id: 'porch', name: 'x' }],
    ['an operator', operator, 'deleteCamera', { id: 'porch' }],
    ['an operator', operator, 'probeCamera', { source: yard.source }],
    ['an operator', operator, 'reloadConfig', {}],
    ['an operator', operator, 'setConfig', { name: 'log.level', value: 'debug' }],
    ['somebody with one camera', { ...admin, cameras: ['porch'] }, 'createCamera', yard],
    ['somebody with another camera', { ...admin, cameras: ['yard'] }, 'updateCamera', { id: 'porch', name: 'x' }],
    ['somebody who sets up cameras only', installer, 'createCamera', { ...yard, source: 'file:clip.mp4' }],
    ['somebody who sets up cameras only', installer, 'createCamera', { ...yard, detect: { source: 'V4L2:/dev/video0' } }],
    ['somebody who sets up cameras only', installer, 'updateCamera', { id: 'porch', source: 'file:/etc/passwd' }],
    ['somebody who sets up cameras only', installer, 'probeCamera', { source: 'file:/etc/passwd' }],
    ['somebody who sets up cameras only', installer, 'listConfig', {}],
  ])('are not for %s: %#', async (_, principal, id, input) => {
    const { app, ask, stop } = await home();
    await expect(ask(principal, id, input)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(app.cameras().map(({ id: camera }) => camera)).toEqual(['porch']);
    await stop();
  });

  it('open files of the recorder for whoever administers it', async () => {
    const { ask, stop } = await home();
    expect(await ask(admin, 'createCamera', { ...yard, source: 'file:clip.mp4' })).toMatchObject({ settings: { source: 'file:/etc/clip.mp4' } });
    await stop();
  });

  it('leave cameras of the file alone', async () => {
    const { ask, stop } = await home();
    await expect(ask(admin, 'updateCamera', { id: 'porch', name: 'x' })).rejects.toMatchObject({ code: 'CAMERA_PROVISIONED' });
    await expect(ask(admin, 'deleteCamera', { id: 'porch' })).rejects.toMatchObject({ code: 'CAMERA_PROVISIONED' });
    await expect(ask(admin, 'createCamera', { ...yard, id: 'porch' })).rejects.toMatchObject({ code: 'CAMERA_EXISTS' });
    await stop();
  });

  it('describe every setting a camera has', () => {
    const { input } = OPERATIONS.find(({ id }) => id === 'createCamera')!;
    const { properties } = input as unknown as { readonly properties: Readonly<Record<string, { readonly description: string }>> };
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(['id', 'source', 'detect', 'zones', 'function', 'preRollSeconds']));
    expect(properties['function']?.description).toMatch(/Expected: one of none, .*Default: "modect"\.$/);
  });
});

describe('a probe', () => {
  it('says what a source is, in the time that was asked for', async () => {
    const { env, ask, stop } = await home();
    expect(await ask(installer, 'probeCamera', { source: 'rtsp://u:s3cret@192.0.2.11/main', seconds: 3 })).toMatchObject({
      width: 640,
      fps: 10,
      gopSeconds: 1,
    });
    expect(env.sources[0]!.live).toBe(1);
    await expect(ask(installer, 'probeCamera', { source: 'rtps://192.0.2.11/' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(ask(installer, 'probeCamera', { source: 'rtsp://u:***@192.0.2.11/' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(ask(installer, 'probeCamera', { source: 'rtsp://192.0.2.11/', seconds: 3600 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await stop();
  });
});
