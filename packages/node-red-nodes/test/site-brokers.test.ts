// nightjar-site at other brokers and doors: MQTT 3.1.1 alone, TLS that is trusted, the end as the broker sees it, and bursts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import mqtt, { type MqttClient } from 'mqtt';
import { TEST_BROKERS, type TestBroker } from '../../mqtt-bridge/test/test-brokers.ts';
import { TestAuthority } from '../../mqtt-bridge/test/test-certificates.ts';
import { FlowBench, until } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

const BASE = 'house/nightjar';
const MOTION = `${BASE}/camera/porch/motion`;

describe.each(TEST_BROKERS)('a site at the broker $name', ({ name, start }) => {
  if (start === undefined) {
    it.skip(name, () => undefined);
    return;
  }
  const bench = new FlowBench();
  let broker: TestBroker;
  let publisher: MqttClient;
  beforeAll(async () => {
    broker = await start();
    const { url, ...login } = broker.recorder;
    publisher = await mqtt.connectAsync(url, { ...login, protocolVersion: 4 });
  });
  afterAll(async () => {
    await publisher.endAsync(true);
    await broker.stop();
  });
  const load = async (): Promise<void> => {
    const { url, username, password } = broker.reader;
    const site = { id: 'site', type: 'nightjar-site', nodeVersion: 1, broker: url, base: BASE, protocol: 'auto' };
    await bench.load([site, { id: 'node', type: 'nightjar-motion-in' }], { site: { user: username, password } });
    await bench.shows('node', 'green dot connected');
  };

  it('finds the version of MQTT that it speaks, and hears everything of a burst in order', async () => {
    await load();
    // Mosquitto drops what a subscriber is more than 1000 messages behind.
    const most = name === 'mosquitto' ? 900 : 10_000;
    for (let at = 0; at < most; at++) publisher.publish(MOTION, at % 2 === 0 ? 'ON' : 'OFF', { qos: 1 });
    const messages = await bench.receives('node', most);
    expect(messages).toHaveLength(most);
    expect(messages.every(({ payload }, at) => payload === (at % 2 === 0))).toBe(true);
    expect(bench.errors()).toEqual([]);
  });
});

describe('a site with TLS', () => {
  const bench = new FlowBench('network/05-tls');
  let world: PaletteWorld;
  beforeAll(async () => {
    world = await PaletteWorld.start();
  });
  afterAll(() => world.stop());

  it('trusts the certificate that its TLS configuration trusts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightjar-tls-'));
    const authority = new TestAuthority(folder, 'house');
    const { cert, key } = authority.issue({ name: 'broker', names: 'DNS:localhost,IP:127.0.0.1' });
    const { hostname, port } = new URL(world.brokerUrl);
    let closed = 0;
    const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, (socket) => {
      const inner = connect(Number(port), hostname);
      socket.on('error', () => inner.destroy()).pipe(inner);
      socket.on('close', () => void closed++);
      inner.on('error', () => socket.destroy()).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const broker = `mqtts://localhost:${(server.address() as { readonly port: number }).port}`;
    const tls = { id: 'tls', type: 'tls-config', wires: [], ca: authority.ca, cert: '', key: '', verifyservercert: true };
    try {
      const nodes = [tls, world.siteNode({ broker, tls: 'tls' }), { id: 'node', type: 'nightjar-trigger', camera: 'porch' }];
      await bench.load(nodes, world.siteCredentials());
      await bench.shows('node', 'green dot connected');
      expect(await bench.send('node', {})).toMatchObject({ camera: 'porch' });
      // The broker sees that the last node went.
      await bench.deploy([tls, world.siteNode({ broker, tls: 'tls' })], 'nodes');
      await until(
        () => closed === 1,
        () => 'the end of the connection at the broker',
      );
    } finally {
      await bench.unload();
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a site whose client id somebody else has as well', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  beforeAll(async () => {
    world = await PaletteWorld.start();
  });
  afterAll(() => world.stop());

  it('says so, and comes back less and less often', async () => {
    const credentials = world.siteCredentials();
    await bench.load([world.siteNode(), { id: 'node', type: 'nightjar-trigger', camera: 'porch' }], credentials);
    await bench.shows('node', 'green dot connected');
    const options = { username: credentials['site']?.['user'] ?? '', password: credentials['site']?.['password'] ?? '', protocolVersion: 5 as const };
    const witness = await mqtt.connectAsync(world.brokerUrl, options);
    await witness.subscribeAsync(`${world.base}/camera/porch/cmd/trigger`);
    const asked = new Promise<string>((resolve) => {
      witness.once('message', (_topic, _payload, { properties }) => resolve(properties?.responseTopic ?? ''));
    });
    await bench.send('node', {});
    await witness.endAsync();
    const clientId = (await asked).split('/').at(-2) ?? '';
    const timesMs: number[] = [];
    let rival: MqttClient | undefined;
    const take = (): void => {
      rival = mqtt.connect(world.brokerUrl, { ...options, clientId, reconnectPeriod: 0 });
      rival.on('error', () => undefined);
      rival.on('close', () => {
        timesMs.push(performance.now());
        if (timesMs.length < 3) take();
      });
    };
    take();
    await until(
      () => timesMs.length === 3,
      () => `three turns; there were ${timesMs.length}`,
    );
    // After a half, one and two seconds, less a quarter.
    const [first = 0, , third = 0] = timesMs;
    expect(third - first).toBeGreaterThan(2200);
    expect(bench.node('site').warn.args.map(([text]) => text)).toContainEqual(expect.stringMatching(/^another client with the same id took over/));
  });
});
