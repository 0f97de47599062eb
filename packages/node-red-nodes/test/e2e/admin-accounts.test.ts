// Accounts of Node-RED's editor: who may see a site's cameras, and who may try a site, which connects to wherever it is told.
import { createRequire } from 'node:module';
import { NodeRedHarness } from '@nightjar/testkit/node-red';
import { packedPalette, removePackedPalette } from '../../../../test/packages/packed-palette.ts';
import { PaletteWorld } from '../palette-world.ts';

const TIMEOUT_MS = 120_000;
const SOON_MS = 2000;
const PASSWORD = 'of-the-editor';
const DEPLOYMENTS = 10;
const require = createRequire(import.meta.url);
const { hashSync } = createRequire(require.resolve('node-red'))('bcryptjs') as { hashSync(text: string, rounds: number): string };

const user = (username: string, permissions: string | readonly string[]): object => ({ username, password: hashSync(PASSWORD, 4), permissions });
const adminAuth = {
  type: 'credentials',
  users: [user('owner', '*'), user('reader', 'read'), user('other', ['flows.read'])],
  // Whoever is not logged in may deploy here, so that the harness can.
  default: { permissions: ['flows.read', 'flows.write', 'status.read', 'debug.read'] },
};

describe('a Node-RED with accounts', () => {
  let world: PaletteWorld;
  let palette = '';
  let red: NodeRedHarness;
  beforeAll(async () => {
    world = await PaletteWorld.start();
    palette = await packedPalette();
    red = await NodeRedHarness.start({ version: 5, palette, settings: { adminAuth } });
    await red.deploy(flows());
    await red.shows('one', /^green dot/);
  }, TIMEOUT_MS);
  afterAll(async () => {
    await red?.[Symbol.asyncDispose]();
    removePackedPalette(palette);
    await world.stop();
  });

  const flows = (name = ''): readonly object[] => {
    const node = { type: 'nightjar-motion-in', site: 'site', nodeVersion: 1, name, x: 1, y: 1, wires: [[]] };
    const tabs = ['a', 'b'].map((id) => ({ id, type: 'tab', label: id }));
    return [...tabs, { ...world.siteNode(), credentials: world.siteCredentials()['site'] }, { ...node, id: 'one', z: 'a' }, { ...node, id: 'two', z: 'b' }];
  };
  const login = async (username: string): Promise<Readonly<Record<string, string>>> => {
    const body = JSON.stringify({ client_id: 'node-red-admin', grant_type: 'password', scope: '', username, password: PASSWORD });
    const answer = await red.request('/auth/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return { authorization: `Bearer ${((await answer.json()) as { access_token: string }).access_token}` };
  };
  const asks = async (headers: Readonly<Record<string, string>>): Promise<readonly number[]> => {
    const cameras = await red.request('/nightjar/site/cameras', { headers });
    const body = JSON.stringify({ id: 'site', broker: world.brokerUrl, base: world.base });
    const trial = await red.request('/nightjar/test', { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body });
    for (const text of [await cameras.text(), await trial.text()]) {
      for (const secret of Object.values(world.siteCredentials()['site'] ?? {})) if (secret.length > 8) expect(text).not.toContain(secret);
    }
    return [cameras.status, trial.status];
  };

  it('whoever is not logged in, or may do other things, sees and tries nothing', async () => {
    expect(await asks({})).toEqual([401, 401]);
    expect(await asks(await login('other'))).toEqual([401, 401]);
  });

  it('whoever reads sees cameras, and tries no site', async () => {
    expect(await asks(await login('reader'))).toEqual([200, 401]);
  });

  it('the owner does both', async () => {
    expect(await asks(await login('owner'))).toEqual([200, 200]);
  });

  it(
    `${DEPLOYMENTS} deployments at once end with every node connected, and Node-RED stops in the middle of the next ones`,
    async () => {
      const headers = { 'content-type': 'application/json', 'Node-RED-API-Version': 'v2' };
      const deploy = (name: string, type: string): Promise<Response> =>
        red.request('/flows', { method: 'POST', headers: { ...headers, 'Node-RED-Deployment-Type': type }, body: JSON.stringify({ flows: flows(name) }) });
      const types = ['full', 'nodes', 'flows'];
      const many = (round: string): readonly Promise<Response>[] =>
        Array.from({ length: DEPLOYMENTS }, (_, at) => deploy(`${round} ${at}`, types[at % types.length] ?? 'full'));
      const answers = await Promise.all(many('first'));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      await red.deploy(flows('last'));
      for (const id of ['one', 'two']) await red.shows(id, /^green dot/);
      expect(red.log.filter((line) => /uncaught|unhandled|timed out/i.test(line))).toEqual([]);
      for (const answer of many('second')) answer.catch(() => undefined);
      const began = performance.now();
      expect(await red.stop()).toBe(0);
      expect(performance.now() - began).toBeLessThan(SOON_MS * 2);
    },
    TIMEOUT_MS,
  );
});
