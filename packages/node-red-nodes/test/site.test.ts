// nightjar-site: its connection over time, what it says about mistakes, and that it leaves nothing behind.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { TestAuthority } from '../../mqtt-bridge/test/test-certificates.ts';
import { FlowBench, until } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

describe('nightjar-site', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  beforeAll(async () => {
    world = await PaletteWorld.start();
  });
  afterAll(() => world.stop());

  const load = (site: object = {}, credentials = {}): Promise<void> =>
    bench.load(
      [world.siteNode(site as Record<string, unknown>), { id: 'node', type: 'nightjar-trigger', camera: 'porch' }],
      world.siteCredentials(credentials),
    );

  it('says that the password is wrong, and never what it is', async () => {
    await load({}, { password: 'not-the-pass-word' });
    await bench.shows('node', 'red ring login refused');
    expect(await bench.fails('node', {})).toBe('not connected: the broker refused the user name or password; check them in the site');
    const said = JSON.stringify([bench.node('site').warn.args, bench.node('node').status.args, await bench.get('/nightjar/site/cameras')]);
    expect(said).toContain('refused the user name or password');
    expect(said).not.toContain('not-the-pass-word');
  });

  const MISTAKES: readonly [object, string][] = [
    [{ broker: 'http://localhost' }, 'the address of the broker begins with mqtt://, mqtts://, ws:// or wss://, not with http://'],
    [{ broker: 'mqtt://u:p@localhost' }, 'write user and password of the broker into their own fields, not into its address'],
    [{ broker: 'mqtt://' }, 'the address of the broker'],
    [{ base: 'a/#' }, 'the base topic is one or more levels without + and #, not "a/#"'],
    [{ tls: 'gone' }, 'the TLS configuration of the site is not there; choose another one, or deploy it first'],
  ];
  it.each(MISTAKES)('tells of the mistake in %j at the nodes that use the site', async (site, problem) => {
    await load(site);
    await bench.shows('node', 'red ring check the site');
    expect(await bench.fails('node', {})).toContain(problem);
  });

  it('nodes say that no site is chosen', async () => {
    await bench.load([{ id: 'node', type: 'nightjar-trigger', site: '', camera: 'porch' }], {});
    await bench.shows('node', 'red ring choose a site');
    expect(await bench.fails('node', {})).toBe('no site is chosen; open the node and choose or add one');
  });

  it('connects again after the broker was killed, and sends nothing late', async () => {
    await load();
    await bench.shows('node', 'green dot connected');
    const events = (await world.recorder.events()).events.length;
    const pid = world.brokerPid;
    process.kill(pid as number, 'SIGKILL');
    await bench.shows('node', 'red ring disconnected');
    expect(await bench.fails('node', {})).toMatch(/^not connected: /);
    await bench.shows('node', /^(green dot connected|red dot failed)$/);
    expect((await world.recorder.events()).events).toHaveLength(events);
    await until(
      () => bench.received('catch').length >= 1,
      () => 'an error',
    );
    // The recorder comes back as well.
    for (let isThere = false; !isThere; ) {
      const { servers } = (await bench.get('/nightjar/site/cameras')) as { readonly servers: readonly { readonly isOnline: boolean }[] };
      isThere = servers.some(({ isOnline }) => isOnline);
    }
    expect(await bench.send('node', {})).toMatchObject({ camera: 'porch' });
    await bench.shows('node', 'green dot connected');
    expect(bench.node('site').log.args.filter(([text]) => text === 'connected to the broker again')).toHaveLength(1);
  });

  it('leaves within a second where the broker accepts and never answers', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await load({ broker: `mqtt://127.0.0.1:${(server.address() as { readonly port: number }).port}` });
    await bench.shows('node', 'yellow ring connecting');
    await until(
      () => sockets.length > 0,
      () => 'a connection',
    );
    const begun = performance.now();
    await bench.unload();
    expect(performance.now() - begun).toBeLessThan(1000);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('hangs up on a broker that does not take what was sent to it once the last node is removed, and waits for it no more', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const { hostname, port } = new URL(world.brokerUrl);
    let isDeaf = false;
    let unheard = 0;
    let open = 0;
    const server = createServer((socket) => {
      const inner = connect(Number(port), hostname);
      open += 1;
      socket.on('close', () => {
        open -= 1;
        inner.destroy();
      });
      socket
        .on('error', () => undefined)
        .on('data', (bytes) => {
          if (isDeaf) unheard += bytes.length;
          else inner.write(bytes);
        });
      inner.on('error', () => socket.destroy()).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const site = world.siteNode({ broker: `mqtt://127.0.0.1:${(server.address() as { readonly port: number }).port}` });
    await bench.load([site, { id: 'node', type: 'nightjar-trigger', camera: 'porch' }], world.siteCredentials());
    await bench.shows('node', 'green dot connected');
    isDeaf = true;
    bench.node('node').receive({});
    await until(
      () => unheard > 0,
      () => 'a command',
    );
    await bench.deploy([site], 'nodes');
    try {
      await until(
        () => open === 0,
        () => 'the end of the connection',
      );
      expect(timers()).toBeLessThanOrEqual(before);
    } finally {
      server.close();
    }
  });

  it('says that the certificate of the broker is not trusted, and where to trust it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightjar-tls-'));
    const authority = new TestAuthority(folder, 'house');
    const { cert, key } = authority.issue({ name: 'broker', names: 'DNS:localhost,IP:127.0.0.1' });
    const files = { cert: readFileSync(cert), key: readFileSync(key) };
    const { hostname, port } = new URL(world.brokerUrl);
    const server = createTlsServer(files, (socket) => {
      const inner = connect(Number(port), hostname);
      socket.on('error', () => inner.destroy()).pipe(inner);
      inner.on('error', () => socket.destroy()).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const broker = `mqtts://127.0.0.1:${(server.address() as { readonly port: number }).port}`;
    try {
      await load({ broker });
      await bench.shows('node', 'red ring disconnected');
      expect(await bench.fails('node', {})).toMatch(/^not connected: the broker’s certificate .*TLS configuration of the site$/);
    } finally {
      await bench.unload();
      server.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('the last node that is removed ends the connection, a new one makes it again', async () => {
    await load();
    await bench.shows('node', 'green dot connected');
    const status = async (): Promise<unknown> => ((await bench.get('/nightjar/site/cameras')) as { readonly status: unknown }).status;
    await bench.deploy([world.siteNode()], 'nodes');
    for (let now = await status(); now !== 'idle'; now = await status());
    await bench.deploy([world.siteNode(), { id: 'again', type: 'nightjar-trigger', camera: 'porch' }], 'nodes');
    await bench.shows('again', 'green dot connected');
    expect(await bench.send('again', {})).toMatchObject({ camera: 'porch' });
  });

  it('two sites have a connection each', async () => {
    const second = { ...world.siteNode({ base: 'elsewhere' }), id: 'second' };
    const nodes = ['site', 'second'].map((site) => ({ id: `of-${site}`, type: 'nightjar-trigger', camera: 'porch', site }));
    await bench.load([world.siteNode(), second, ...nodes], { ...world.siteCredentials(), second: world.siteCredentials()['site'] });
    await bench.shows('of-site', 'green dot connected');
    await bench.shows('of-second', 'green dot connected');
    expect(await bench.send('of-site', {})).toMatchObject({ camera: 'porch' });
    expect(await bench.fails('of-second', {})).toBe(
      'there is no camera "porch"; no recorder is on this broker under the base topic elsewhere, or this user may not read there',
    );
  });

  it('20 rounds of loading and unloading leave no socket and no timer behind', async () => {
    const count = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap' || kind === 'Timeout').length;
    const round = async (): Promise<void> => {
      await load();
      await bench.shows('node', 'green dot connected');
      await bench.unload();
    };
    await round();
    await until(
      () => count() >= 0,
      () => 'a count',
    );
    const before = count();
    for (let at = 0; at < 20; at++) await round();
    await until(
      () => count() <= before + 1,
      () => `${count()} sockets and timers, as few as ${before}`,
    );
  });
});
