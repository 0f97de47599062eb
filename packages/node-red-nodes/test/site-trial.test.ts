// “Test connection” of a site’s dialog, with a real broker and a real API.
import { createServer, type Socket } from 'node:net';
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

describe('trying settings of a site', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  beforeAll(async () => {
    world = await PaletteWorld.start();
  });
  afterAll(() => world.stop());

  const settings = (changes: object = {}): object => {
    const { broker, base } = world.siteNode() as unknown as Record<string, string>;
    return { broker, base, protocol: 'auto', apiUrl: '', ...world.siteCredentials()['site'], ...changes };
  };
  beforeEach(() => bench.load([world.siteNode()], world.siteCredentials()));

  it('tells who is there', async () => {
    expect(await bench.post('/nightjar/test', settings())).toEqual({
      broker: { ok: true },
      servers: [{ id: 'rec1', name: 'Recorder 1', isOnline: true, api: world.api }],
      cameras: 2,
      api: { ok: true },
    });
  });

  it('uses what is saved in place of what the editor does not know', async () => {
    const unchanged = { id: 'site', password: '__PWRD__', token: undefined };
    expect(await bench.post('/nightjar/test', settings(unchanged))).toMatchObject({ broker: { ok: true }, cameras: 2, api: { ok: true } });
  });

  it('says what is wrong with the broker, and tries the API all the same', async () => {
    expect(await bench.post('/nightjar/test', settings({ password: 'wrong', apiUrl: world.api }))).toEqual({
      broker: { ok: false, problem: 'the broker refused the user name or password; check them in the site' },
      servers: [],
      cameras: 0,
      api: { ok: true },
    });
  });

  it('does not send people to the address of the API where it is the broker that does not answer', async () => {
    expect(await bench.post('/nightjar/test', settings({ broker: 'mqtt://127.0.0.1:9' }))).toMatchObject({
      broker: { ok: false, problem: expect.stringContaining('no broker listens') },
      api: { ok: false, problem: 'not tried: recorders say their address at the broker' },
    });
  });

  it('says what is wrong with the token', async () => {
    expect(await bench.post('/nightjar/test', settings({ token: 'wrong' }))).toMatchObject({
      broker: { ok: true },
      api: { ok: false, problem: expect.stringContaining('does not know the token of the site') },
    });
  });

  it('says that no recorder is below the base topic', async () => {
    expect(await bench.post('/nightjar/test', settings({ base: 'elsewhere' }))).toMatchObject({
      broker: { ok: true, problem: 'no recorder is on this broker under the base topic elsewhere, or this user may not read there' },
      api: { ok: false },
    });
  });

  it('says what is expected of a setting', async () => {
    expect(await bench.post('/nightjar/test', settings({ broker: 'http://x' }), 400)).toEqual({
      problem: 'the address of the broker begins with mqtt://, mqtts://, ws:// or wss://, not with http://',
    });
  });

  it('ends within 5 s where something accepts and never answers', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { readonly port: number };
    const begun = performance.now();
    const hung = { broker: `mqtt://127.0.0.1:${port}`, apiUrl: `http://127.0.0.1:${port}` };
    expect(await bench.post('/nightjar/test', settings(hung))).toMatchObject({
      broker: { ok: false, problem: 'the broker did not answer within 3 s' },
      api: { ok: false, problem: expect.stringContaining('it did not answer within 1.5 s') },
    });
    expect(performance.now() - begun).toBeLessThan(5000);
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});
