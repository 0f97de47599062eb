// The front door: what it answers by itself, and that everything else comes in whole behind it.
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { RecordingLogger, waitUntil } from '@nightjar/testkit';
import { type HttpRecorder, httpRecorder } from '../../../test/http-recorder.ts';
import { httpSettings } from '../../../test/http-settings.ts';
import type { Translation } from './front-door.ts';
import { startHttpServer } from './http-server.ts';
import { isFreePort } from './is-free-port.ts';

/** Sends bytes as they are and gives what comes back until the connection ends. */
const raw = (url: string, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (part) => (text += part));
    socket.on('end', () => resolve(text)).on('error', reject);
    socket.write(bytes);
  });

describe('the HTTP server', () => {
  let server: HttpRecorder;
  beforeEach(async () => {
    server = await httpRecorder();
  });
  afterEach(() => server.close());

  it('tells anybody how the recorder is, and nothing else', async () => {
    const response = await server.ask('/health?full=1');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(response.headers.has('server') || response.headers.has('x-powered-by')).toBe(false);
    const head = await server.ask('/health', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('tells whoever is logged in the whole', async () => {
    const response = await server.ask('/health', { who: 'viewer' });
    expect(await response.json()).toMatchObject({ status: 'ok', version: '1.2.3', cameras: { total: 2 }, problems: [] });
  });

  it('guards what it says itself exactly as what comes from behind', async () => {
    const [plain, behind] = [await server.ask('/health'), await server.ask('/health', { who: 'viewer' })];
    const own = (response: Response): Record<string, string> => {
      const { date: _, 'content-length': __, ...rest } = Object.fromEntries(response.headers);
      return Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('x-ratelimit')));
    };
    expect(own(behind)).toMatchObject(own(plain));
  });

  it.each([
    ['GET', '/', 404, 'ROUTE_NOT_FOUND'],
    ['GET', '/api/v1/nothing', 404, 'ROUTE_NOT_FOUND'],
    ['GET', '/api/v1/health/', 404, 'ROUTE_NOT_FOUND'],
    ['POST', '/api/v1/health', 405, 'METHOD_NOT_ALLOWED'],
    ['DELETE', '/nothing', 404, 'ROUTE_NOT_FOUND'],
    ['OPTIONS', '/api/v1/cameras', 405, 'METHOD_NOT_ALLOWED'],
    ['TRACE', '/api/v1/health', 405, 'METHOD_NOT_ALLOWED'],
    ['PROPFIND', '/api/v1/health', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/api/v1/health/../../etc/passwd', 400, 'ADDRESS_INVALID'],
    ['GET', '/api/v1/cameras/%2e%2e%2f%2e%2e%2fetc%2fpasswd', 400, 'ADDRESS_INVALID'],
    ['GET', '/api/v1/cameras/..%5c..%5cboot.ini', 400, 'ADDRESS_INVALID'],
    ['GET', '/api/v1/cameras/a%00b', 400, 'ADDRESS_INVALID'],
    ['GET', '/api/v1/cameras/%E0%A4%A', 400, 'ADDRESS_INVALID'],
    ['GET', 'http://elsewhere.example/api/v1/health', 400, 'ADDRESS_INVALID'],
    ['OPTIONS', '*', 400, 'ADDRESS_INVALID'],
  ])('refuses %s %s', async (method, path, status, code) => {
    const answer = await raw(server.url, `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(`{"error":{"code":"${code}"`);
    if (status === 405) expect(answer).toMatch(path.endsWith('/cameras') ? /^allow: GET, HEAD, POST\r$/im : /^allow: GET, HEAD\r$/im);
  });

  it('refuses an address that is longer than anybody needs', async () => {
    const response = await server.ask(`/cameras/${'a'.repeat(5000)}`);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'ADDRESS_INVALID' } }]);
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['no Host', 'GET /api/v1/health HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    ['two lengths', 'POST /api/v1/reload HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc', 400],
    ['a header with a line break in it', 'GET /api/v1/health HTTP/1.1\r\nhost: a\r\nx: a\nb\r\n\r\n', 400],
  ])('refuses %s', async (_what, bytes, status) => {
    const answer = await raw(server.url, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain('{"error":{"code":"REQUEST_MALFORMED"');
  });

  it('passes over a protocol that is offered and not spoken here', async () => {
    const answer = await raw(server.url, 'GET /api/v1/health HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: h2c\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('breaks an answer off where what follows is no HTTP, and writes nothing into it', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => undefined);
    let text = '';
    socket.setEncoding('latin1').on('data', (part) => {
      if (text === '') socket.write('nonsense\r\n\r\n');
      text += part;
    });
    socket.write('GET /api/v1/cameras/porch/live.mjpeg HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer viewer\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
  });

  it('closes on CONNECT', async () => {
    expect(await raw(server.url, 'CONNECT a.example:443 HTTP/1.1\r\nhost: a.example\r\n\r\n')).toBe('');
  });

  it('closes at once, also with a client that keeps its connection', async () => {
    await (await server.ask('/cameras', { who: 'viewer' })).text();
    const startMs = performance.now();
    await server.close();
    expect(performance.now() - startMs).toBeLessThan(1900);
    expect(await isFreePort('127.0.0.1', Number(new URL(server.url).port))).toBe(true);
    server = await httpRecorder();
  });

  it.each([true, false])('closes in time though somebody begins a WebSocket meanwhile (API loaded: %s)', async (isLoaded) => {
    const other = await httpRecorder();
    if (isLoaded) await (await other.ask('/cameras', { who: 'viewer' })).text();
    const socket = connect(Number(new URL(other.url).port), '127.0.0.1').on('error', () => undefined);
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.resume().write('GET /api/v1/changes HTTP/1.1\r\nhost: localhost\r\n');
    await new Promise((resolve) => socket.once('connect', resolve));
    const startMs = performance.now();
    const closed = other.close();
    const key = 'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    setImmediate(() => socket.write(`connection: upgrade\r\nupgrade: websocket\r\n${key}authorization: Bearer viewer\r\n\r\n`));
    await Promise.all([closed, gone]);
    expect(performance.now() - startMs).toBeLessThan(1900);
  });

  it('says that its port is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(httpRecorder({ settings: { port } })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: `cannot listen on 127.0.0.1:${port}: something else listens there already`,
    });
  });

  it('believes a Host header only where it names the recorder, once names are listed', async () => {
    const strict = await httpRecorder({ settings: { names: ['nvr.example'] } });
    const ask = (host: string): Promise<string> => raw(strict.url, `GET /api/v1/health HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    expect(await ask('rebound.example')).toMatch(/^HTTP\/1\.1 421 [\s\S]*HOST_NOT_ALLOWED/);
    expect(await ask('nvr.example:443')).toMatch(/^HTTP\/1\.1 200 /);
    await strict.close();
  });
});

describe('connections', () => {
  it('are bounded, and 500 idle ones keep nobody out', async () => {
    const server = await httpRecorder({ settings: { maxConnections: 1024 } });
    const port = Number(new URL(server.url).port);
    const idle = Array.from({ length: 500 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    // Half of them were used once and are kept by their clients.
    for (const socket of idle.slice(0, 250)) socket.resume().write('GET /api/v1/health HTTP/1.1\r\nhost: a\r\n\r\n');
    expect((await server.ask('/health')).status).toBe(200);
    expect((await server.ask('/cameras', { who: 'viewer' })).status).toBe(200);
    for (const socket of idle) socket.destroy();
    await server.close();
  });

  it('are given up where one address takes nearly all of them', async () => {
    const server = await httpRecorder({ settings: { maxConnections: 16 } });
    const port = Number(new URL(server.url).port);
    const sockets = Array.from({ length: 20 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    let closed = 0;
    for (const socket of sockets) socket.resume().once('close', () => (closed += 1));
    await waitUntil(() => closed >= 8);
    expect(closed).toBe(8);
    for (const socket of sockets) socket.destroy();
    await server.close();
  });
});

describe('what is behind the front door', () => {
  const log = new RecordingLogger();
  const settings = httpSettings();
  const slow = (): { load: () => Promise<Translation>; loads: () => number; finish: () => void } => {
    let loads = 0;
    let resolve: () => void = () => undefined;
    const promise = new Promise<void>((done) => (resolve = done));
    const translation: Translation = {
      request: (request, response) => void response.end(`late ${request.url}`),
      upgrade: (_request, socket) => void socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
      close: async () => undefined,
    };
    const load = (): Promise<Translation> => {
      loads += 1;
      return promise.then(() => translation);
    };
    return { load, loads: () => loads, finish: () => resolve() };
  };

  it('is loaded once, by the first that needs it, and misses nothing that came meanwhile', async () => {
    const { load, loads, finish } = slow();
    const server = await startHttpServer({ settings, log, health: () => ({ status: 'ok' }), load });
    expect(await (await fetch(`${server.url}/api/v1/health`)).json()).toEqual({ status: 'ok' });
    expect(loads()).toBe(0);
    const early = [1, 2, 3].map(async (n) => (await fetch(`${server.url}/${n}`, { method: 'POST', body: 'x'.repeat(1000) })).text());
    const upgraded = new Promise<number | undefined>((resolve, reject) => {
      const asked = httpRequest(`${server.url}/socket`, { headers: { connection: 'upgrade', upgrade: 'websocket' } });
      asked.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.statusCode);
      });
      asked.on('error', reject).end();
    });
    await waitUntil(() => loads() > 0);
    finish();
    expect(await Promise.all(early)).toEqual(['late /1', 'late /2', 'late /3']);
    expect([await upgraded, loads()]).toEqual([101, 1]);
    await server.close();
  });

  it('is tried again after it could not be loaded', async () => {
    const { load, finish } = slow();
    finish();
    let attempts = 0;
    const failing = (): Promise<Translation> => ((attempts += 1) === 1 ? Promise.reject(new Error('out of memory')) : load());
    const server = await startHttpServer({ settings, log, health: () => ({ status: 'ok' }), load: failing });
    const response = await fetch(`${server.url}/first`);
    expect([response.status, await response.json()]).toMatchObject([500, { error: { code: 'INTERNAL' } }]);
    expect(log.lines.at(-1)).toMatchObject({ level: 'error', message: 'the HTTP API could not be loaded' });
    expect(await (await fetch(`${server.url}/second`)).text()).toBe('late /second');
    await server.close();
  });
});
