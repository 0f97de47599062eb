// What keeps the server up and its answers to those they are for: TLS, proxies, origins, rates, slow and silent clients.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PeerCertificate, connect as tlsConnect } from 'node:tls';
import { describeWith, waitUntil } from '@nightjar/testkit';
import * as Type from 'typebox';
import { type HttpRecorder, type HttpRecorderOptions, httpRecorder } from '../../../test/http-recorder.ts';
import { testCertificate } from '../../../test/test-certificate.ts';
import { operation } from '../../api/operation.ts';
import { readCertificate } from './tls-files.ts';

let server: HttpRecorder | undefined;
const start = async (options: HttpRecorderOptions): Promise<HttpRecorder> => (server = await httpRecorder(options));
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const whereFrom = operation({
  id: 'whereFrom',
  tag: 'system',
  summary: 'A test.',
  method: 'GET',
  path: '/peer',
  input: Type.Object({}),
  output: { kind: 'json', schema: Type.Object({ address: Type.String() }) },
  requires: 'anybody',
  handle: (_input, { peer }) => ({ address: peer.address }),
});
let videoEnded = false;

async function* videoWithoutEnd(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    while (!signal.aborted) yield Buffer.alloc(256 * 1024);
  } finally {
    videoEnded = true;
  }
}

const endless = operation({
  id: 'endless',
  tag: 'live',
  summary: 'A test.',
  method: 'GET',
  path: '/endless',
  input: Type.Object({}),
  output: { kind: 'video' },
  requires: 'anybody',
  handle: (_input, { signal }) => videoWithoutEnd(signal),
});

describe('an address behind a proxy', () => {
  const seen = async (headers: Record<string, string>): Promise<unknown> => (await (await server!.ask('/peer', { headers })).json()) as unknown;
  const forwarded = { 'x-forwarded-for': '203.0.113.9, 192.0.2.1' };

  it('is not believed unless a proxy is there', async () => {
    await start({ operations: [whereFrom] });
    expect(await seen(forwarded)).toEqual({ address: '127.0.0.1' });
  });

  it('is the one that the proxy saw', async () => {
    await start({ operations: [whereFrom], settings: { trustProxy: true } });
    // Clients are in private networks too, and may make up what stands before.
    expect(await seen({ 'x-forwarded-for': '203.0.113.9, 10.0.0.7' })).toEqual({ address: '10.0.0.7' });
    // What a client made up stands before what the proxy saw.
    expect(await seen(forwarded)).toEqual({ address: '192.0.2.1' });
  });

  it('is believed only from proxies that are listed', async () => {
    await start({ operations: [whereFrom], settings: { trustProxy: true, proxies: ['192.0.2.0/24'] } });
    expect(await seen(forwarded)).toEqual({ address: '127.0.0.1' });
  });
});

describe('other origins', () => {
  const ask = (origin: string, path = '/cameras', method = 'GET'): Promise<Response> =>
    server!.ask(path, {
      ...(path === '/health' ? {} : { who: 'viewer' }),
      method,
      headers: { origin, ...(method === 'OPTIONS' ? { 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization' } : {}) },
    });

  it('are told nothing unless they are listed', async () => {
    await start({});
    expect((await ask('https://evil.example')).headers.has('access-control-allow-origin')).toBe(false);
    expect((await ask('https://evil.example', '/cameras', 'OPTIONS')).status).toBe(405);
  });

  it('may ask where they are listed, and only they', async () => {
    await start({ settings: { corsOrigins: ['https://home.example'] } });
    expect((await ask('https://home.example')).headers.get('access-control-allow-origin')).toBe('https://home.example');
    expect((await ask('https://home.example', '/health')).headers.get('access-control-allow-origin')).toBe('https://home.example');
    expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
    const preflight = await ask('https://home.example', '/cameras', 'OPTIONS');
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, expect.stringContaining('PATCH')]);
    expect((await server!.ask('/cameras', { method: 'OPTIONS' })).status).toBe(204);
  });
});

describe('too much', () => {
  it('is refused for one address, with when to come again', async () => {
    await start({ settings: { requestsPerMinute: 3 } });
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await server!.ask('/cameras', { who: 'viewer' })).status);
    const refused = await server!.ask('/nowhere');
    expect([...statuses, refused.status]).toEqual([200, 200, 200, 429]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: 'TOO_MANY_REQUESTS' } });
    // Health is what monitors live on.
    expect((await server!.ask('/health')).status).toBe(200);
  });

  it('is counted also where it was refused', async () => {
    await start({ settings: { requestsPerMinute: 3 } });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await server!.ask('/cameras', { headers: { authorization: 'Bearer nobody' } })).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });

  it('is not answered at once where somebody sends it at once and reads nothing', async () => {
    let [answers, underWay, most] = [0, 0, 0];
    const counted = operation({
      id: 'counted',
      tag: 'system',
      summary: 'A test.',
      method: 'GET',
      path: '/counted',
      input: Type.Object({}),
      output: { kind: 'json', schema: Type.Object({}) },
      requires: 'anybody',
      handle: async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        answers += 1;
        return {};
      },
    });
    await start({ operations: [counted] });
    const ask = (count: number): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(Number(new URL(server!.url).port), '127.0.0.1').on('error', () => undefined);
        let text = '';
        socket.setEncoding('latin1').on('data', (part) => (text += part));
        socket.once('close', () => resolve(text));
        const one = 'GET /api/v1/counted HTTP/1.1\r\nhost: localhost\r\n';
        socket.write(`${`${one}\r\n`.repeat(count - 1)}${one}connection: close\r\n\r\n`);
      });
    expect((await ask(10)).match(/HTTP\/1\.1 200/g)).toHaveLength(10);
    expect([answers, most]).toEqual([10, 1]);
    await ask(1300);
    await waitUntil(() => underWay === 0);
    expect(answers).toBeLessThan(50);
    expect((await server!.ask('/health')).status).toBe(200);
  });

  it('is not told of every mistake', async () => {
    await start({});
    const send = async (keys: number): Promise<string> => {
      const body = JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, index) => [`key${index}`, 1])));
      const response = await server!.ask('/auth/login', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      expect(response.status).toBe(400);
      return response.text();
    };
    const some = await send(300);
    expect(some.length).toBeLessThan(5000);
    expect(some).toContain('further mistakes are not listed');
    expect(await send(10_000)).toContain('got a mapping with 10000 keys, expected at most 500');
  });

  it('ends where a viewer reads nothing of what it asked for', async () => {
    videoEnded = false;
    await start({ operations: [endless], settings: { stalledSeconds: 1 } });
    const socket = connect(Number(new URL(server!.url).port), '127.0.0.1').on('error', () => undefined);
    socket.write('GET /api/v1/endless HTTP/1.1\r\nhost: a\r\n\r\n');
    socket.pause();
    await waitUntil(() => videoEnded, undefined, 15_000);
    socket.destroy();
  });
});

describeWith('openssl', 'HTTPS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightjar-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const status = (url: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const asked = httpsRequest(`${url}/api/v1/cameras`, { rejectUnauthorized: false, headers: { authorization: 'Bearer viewer' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject).end();
    });
  const greet = (
    url: string,
    options: { readonly maxVersion?: 'TLSv1.1' } = {},
  ): Promise<{ readonly certificate: PeerCertificate; readonly protocol: string | null }> =>
    new Promise((resolve, reject) => {
      const socket = tlsConnect({
        port: Number(new URL(url).port),
        host: '127.0.0.1',
        rejectUnauthorized: false,
        ...(options.maxVersion ? { minVersion: 'TLSv1' } : {}),
        ...options,
      });
      socket.once('error', reject).once('secureConnect', () => {
        resolve({ certificate: socket.getPeerCertificate(), protocol: socket.getProtocol() });
        socket.destroy();
      });
    });

  it('is served with the certificate, which is read again when it was renewed', async () => {
    const first = testCertificate(folder, 'first');
    const second = testCertificate(folder, 'second');
    await start({ settings: { tls: first } });
    expect(server!.url).toMatch(/^https:/);
    expect(await status(server!.url)).toBe(200);
    expect((await greet(server!.url)).certificate.subject.CN).toBe('first');
    copyFileSync(second.cert, first.cert);
    expect(() => server!.reloadCertificate()).toThrow(/first-key\.pem is not the key of .*first-cert\.pem/);
    expect((await greet(server!.url)).certificate.subject.CN).toBe('first');
    copyFileSync(second.key, first.key);
    server!.reloadCertificate();
    expect((await greet(server!.url)).certificate.subject.CN).toBe('second');
    await expect(greet(server!.url, { maxVersion: 'TLSv1.1' })).rejects.toThrow();
  });

  it.each([
    ['a file that is not there', (good: string) => ({ cert: join(folder, 'none.pem'), key: good }), /http\.tls\.cert: .*none\.pem cannot be read/],
    ['a key where the certificate belongs', (good: string) => ({ cert: good, key: good }), /http\.tls\.cert: .* is no PEM file with a certificate/],
    [
      'a certificate that is damaged',
      (good: string) => ({ cert: join(folder, 'damaged.pem'), key: good }),
      /damaged\.pem holds no certificate that can be used/,
    ],
  ])('is refused with one sentence for %s', (_what, files, sentence) => {
    const { key } = testCertificate(folder, 'good');
    writeFileSync(join(folder, 'damaged.pem'), '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n');
    expect(() => readCertificate(files(key))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(sentence) }));
  });
});
