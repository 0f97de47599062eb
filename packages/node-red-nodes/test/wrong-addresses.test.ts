// Something else than a broker at the address of the broker, and something else than a recorder at that of the recorder.
import { createHash } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

type Speaker = (socket: Socket) => void;

const SPEAKERS: Readonly<Record<string, Speaker>> = {
  http: (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'),
  ssh: (socket) => void socket.write('SSH-2.0-OpenSSH_9.2p1\r\n'),
  // As a broker does that speaks TLS there, or that does not.
  hangsUp: (socket) => void socket.end(),
  // Resets it, as one that still has something to read.
  resets: (socket) => void socket.resetAndDestroy(),
  noise: (socket) => void socket.write(Buffer.alloc(5000, 0xff)),
};

describe('at a wrong address', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  const ports = new Map<string, number>();
  const ends: (() => void)[] = [];
  beforeAll(async () => {
    world = await PaletteWorld.start();
    for (const [name, speak] of Object.entries(SPEAKERS)) {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket.on('error', () => undefined));
        socket.once('data', () => speak(socket));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      ports.set(name, (server.address() as AddressInfo).port);
      ends.push(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
      });
    }
    const web = createHttpServer((_request, response) => response.writeHead(404).end());
    web.on('upgrade', ({ url, headers }, socket) => {
      socket.on('error', () => undefined);
      // The server itself ends those alone that speak HTTP.
      ends.push(() => socket.destroy());
      if (url !== '/chat') return void socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
      const accept = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    ports.set('web', (web.address() as AddressInfo).port);
    ends.push(() => {
      web.closeAllConnections();
      web.close();
    });
  });
  afterAll(async () => {
    for (const end of ends) end();
    await world.stop();
  });

  const NO_MQTT = 'what answers at this address speaks no MQTT; check host and port in the site';
  const NO_TLS = 'the broker closed the connection before it spoke TLS; if it speaks none there, use mqtt:// or another port';
  const brokers: readonly [string, string, string, string][] = [
    ['mqtt', 'http', '', NO_MQTT],
    ['mqtt', 'ssh', '', NO_MQTT],
    ['mqtt', 'noise', '', NO_MQTT],
    ['mqtt', 'hangsUp', '', 'the broker closed the connection'],
    ['mqtts', 'hangsUp', '', NO_TLS],
    ['mqtts', 'resets', '', NO_TLS],
    ['mqtts', 'http', '', 'the broker does not speak TLS there; use mqtt:// or another port'],
    ['wss', 'hangsUp', '', NO_TLS],
    ['ws', 'ssh', '', NO_MQTT],
    ['ws', 'web', '/mqtt', 'a web server answers at this address (404), but no MQTT over WebSocket; check port and path in the site'],
    ['ws', 'web', '/chat', 'what answers at this address speaks WebSocket, but no MQTT over it; check port and path in the site'],
  ];
  it.each(brokers)('%s://…%s%s is told of, at once and in the test of the connection', async (scheme, name, path, why) => {
    const broker = `${scheme}://127.0.0.1:${ports.get(name)}${path}`;
    await bench.load([world.siteNode({ broker }), { id: 'node', type: 'nightjar-trigger', camera: 'porch' }], world.siteCredentials());
    await bench.shows('node', 'red ring disconnected');
    expect(await bench.fails('node', {})).toBe(`not connected: ${why}`);
    expect(await bench.post('/nightjar/test', { broker, base: world.base, apiUrl: world.api })).toMatchObject({ broker: { ok: false, problem: why } });
  });

  it('a client id in the address throws nobody out', async () => {
    const broker = `${world.brokerUrl}/?clientId=same`;
    const second = { ...world.siteNode({ broker }), id: 'second' };
    const nodes = ['site', 'second'].map((site) => ({ id: `of-${site}`, type: 'nightjar-trigger', camera: 'porch', site }));
    await bench.load([world.siteNode({ broker }), second, ...nodes], { ...world.siteCredentials(), second: world.siteCredentials()['site'] });
    for (const id of ['of-site', 'of-second', 'of-site']) expect(await bench.send(id, {})).toMatchObject({ camera: 'porch' });
    expect(bench.node('site').warn.args).toEqual([]);
  });

  it.each(['ssh', 'noise'])('%s as the recorder is told of', async (name) => {
    const apiUrl = `http://127.0.0.1:${ports.get(name)}`;
    await bench.load([world.siteNode({ apiUrl }), { id: 'node', type: 'nightjar-snapshot', camera: 'porch' }], world.siteCredentials());
    expect(await bench.fails('node', {})).toContain(`the recorder at ${apiUrl} cannot be reached (it does not speak HTTP there)`);
    await bench.shows('node', 'red dot unreachable');
  });
});
