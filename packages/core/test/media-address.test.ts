// Addresses that the recorder makes for others: a token of its own opens one camera over HTTP, for some minutes, until it is ended.
import { FakeRecorder } from '@nightjar/testkit';
import { InProcessRecorder } from '../src/app/in-process-recorder.ts';
import { openAccountDesk } from '../src/app/open-accounts.ts';
import { RecorderApp } from '../src/app/recorder-app.ts';
import { ROLES } from '../src/model/permission.ts';
import { cameraSettings } from './camera-settings.ts';
import { fakeEnvironment } from './fake-environment.ts';
import { httpRecorder } from './http-recorder.ts';
import { recorderConfig } from './recorder-config.ts';

const ADMIN = { name: 'admin', permissions: ROLES.admin, cameras: null };
const PEER = { address: '192.0.2.7' };

async function home() {
  const env = fakeEnvironment();
  const accounts = openAccountDesk(env);
  const cameras = [cameraSettings(), cameraSettings({ id: 'yard' })];
  const app = new RecorderApp({ config: recorderConfig({ cameras }), env, version: '1.2.3' });
  await app.start();
  await env.clock.advance(2000);
  const api = new InProcessRecorder(app, env, (request) => accounts.ownMediaToken(request));
  const server = await httpRecorder({ accounts, recorder: new FakeRecorder({ cameras: ['porch', 'yard'] }) });
  const status = async (path: string, token: string): Promise<number> => (await server.ask(`${path}?token=${token}`)).status;
  const close = async (): Promise<void> => {
    await server.close();
    await accounts.close();
    const stopping = app.stop();
    await env.clock.advance(10_000);
    await stopping;
  };
  return { env, accounts, api, status, close };
}

describe('a media token of the recorder itself', () => {
  it('opens what it was made for, of its camera, and nothing else', async () => {
    const { env, api, status, close } = await home();
    const { token, expiresAt } = await api.mediaToken({ cameraId: 'porch', operations: ['getSnapshot'], expiresInSeconds: 60 });
    expect(Date.parse(expiresAt) - env.clock.wall()).toBe(60_000);
    expect(await status('/cameras/porch/snapshot.jpg', token)).toBe(200);
    expect(await status('/cameras/yard/snapshot.jpg', token)).toBe(403);
    expect(await status('/cameras/porch/live.mjpeg', token)).toBe(403);
    env.clock.jumpWall(61_000);
    expect(await status('/cameras/porch/snapshot.jpg', token)).toBe(401);
    await close();
  });

  it('may look and change nothing, and is for operations that take such a token', async () => {
    const { api, close } = await home();
    for (const operation of ['updateCamera', 'triggerCamera', 'listCameras', 'nothing'])
      await expect(api.mediaToken({ cameraId: 'porch', operations: [operation] })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await close();
  });

  it('ends with its login, which stands in the list, is shared, and is gone when the recorder stops', async () => {
    const { env, accounts, api, status, close } = await home();
    const make = () => api.mediaToken({ cameraId: 'porch', operations: ['getSnapshot'] });
    const [first] = await Promise.all([make(), make()]);
    const listed = await accounts.tokens(ADMIN);
    expect(listed).toMatchObject([{ kind: 'api', name: 'recorder', role: 'viewer', createdBy: 'recorder' }]);
    await accounts.revoke(ADMIN, { id: listed[0]?.id ?? '' }, PEER);
    expect(await status('/cameras/porch/snapshot.jpg', first.token)).toBe(401);
    expect(await status('/cameras/porch/snapshot.jpg', (await make()).token)).toBe(200);
    env.clock.jumpWall(23.5 * 3_600_000);
    await make();
    expect(await accounts.tokens(ADMIN)).toHaveLength(2);
    await close();
    expect(await env.accounts.tokens.list()).toHaveLength(1);
  });
});
