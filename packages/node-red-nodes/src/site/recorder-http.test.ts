// Questions to servers that answer, do not, or are no recorders at all.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TestAuthority } from '../../../mqtt-bridge/test/test-certificates.ts';
import { RecorderHttp, type RecorderProblem } from './recorder-http.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let answer: Answer = (_request, response) => response.end();
const open = new Set<Socket>();
const server = createServer((request, response) => answer(request, response));
server.on('connection', (socket) => {
  open.add(socket);
  socket.on('close', () => open.delete(socket));
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const asked = async (why: Promise<unknown>): Promise<RecorderProblem> =>
  why.then(
    () => {
      throw new Error('there was an answer');
    },
    (error) => error as RecorderProblem,
  );

const api = (timeoutMs = 5000): RecorderHttp => new RecorderHttp({ url, token: ' njt_secret ', timeoutMs });

describe('RecorderHttp', () => {
  it('sends token, query and body, and reads JSON or nothing', async () => {
    let seen = '';
    answer = (request, response) => {
      request.on('data', (piece) => {
        seen += `${request.method} ${request.url} ${request.headers.authorization} ${piece}`;
      });
      request.on('end', () => response.end(request.method === 'DELETE' ? '' : '{"a":1}'));
    };
    const body = await api().json({ method: 'POST', path: '/x', query: { camera: 'porch', cameras: ['a', 'b'], none: undefined }, body: { b: 2 } });
    expect([body, seen]).toEqual([{ a: 1 }, 'POST /api/v1/x?camera=porch&cameras=a&cameras=b Bearer njt_secret {"b":2}']);
    expect(await api().json({ method: 'DELETE', path: '/x' })).toBeUndefined();
  });

  it('says that something is no recorder where it answers with a page, a redirect or without a reason', async () => {
    answer = (_request, response) => response.end('<html>router</html>');
    expect(await asked(api().json({ path: '/x' }))).toMatchObject({
      code: 'NO_RECORDER',
      message: `${url} answered with something that is not JSON; is this the address of the recorder? The site can name another one`,
    });
    answer = (_request, response) => response.writeHead(302, { location: '/login?from=secret' }).end();
    expect(await asked(api().bytes({ path: '/x' }))).toMatchObject({
      code: 'NO_RECORDER',
      message: `${url} answers with a redirect (302) to ${url}/login; is this the address of the recorder? The site can name another one`,
    });
    answer = (_request, response) => response.writeHead(404).end('not found');
    expect(await asked(api().bytes({ path: '/x' }))).toMatchObject({ code: 'NO_RECORDER', status: 404 });
  });

  it('says what the recorder said, and what to do about tokens', async () => {
    const refuse = (status: number, code: string, message: string): void => {
      answer = (_request, response) => response.writeHead(status).end(JSON.stringify({ error: { code, message } }));
    };
    refuse(404, 'CAMERA_NOT_FOUND', 'there is no camera attic');
    expect(await asked(api().json({ path: '/x' }))).toMatchObject({ code: 'CAMERA_NOT_FOUND', status: 404, message: 'there is no camera attic' });
    refuse(401, 'NOT_LOGGED_IN', 'no');
    expect((await asked(api().json({ path: '/x' }))).message).toMatch(/does not know the token of the site, or it has ended; make one there/);
    expect((await asked(new RecorderHttp({ url }).json({ path: '/x' }))).message).toMatch(/wants a token, and the site has none; make one there/);
    refuse(403, 'NOT_ALLOWED', 'needs control: edit');
    expect((await asked(api().json({ path: '/x' }))).message).toBe('the token of the site may not do this at the recorder: needs control: edit');
    expect(() => new RecorderHttp({ url, token: 'tok\nen' })).toThrow('the token of the site has characters that no token has');
  });

  it('stops reading an answer that is too long, announced or not, and lets the connection go', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-length': 5_000_000 }).write('x');
    expect(await asked(api().bytes({ path: '/x', mostBytes: 1_000_000 }))).toMatchObject({
      code: 'TOO_LARGE',
      message: `the answer of the recorder at ${url} is longer than 1 MiB`,
    });
    answer = (_request, response) => {
      const timer = setInterval(() => response.write('x'.repeat(100_000)), 1);
      response.on('close', () => clearInterval(timer));
    };
    expect(await asked(api().bytes({ path: '/x', mostBytes: 1_000_000 }))).toMatchObject({ code: 'TOO_LARGE' });
    // A refusal that never ends is not read to its end either.
    answer = (_request, response) => {
      response.writeHead(500);
      const timer = setInterval(() => response.write('x'.repeat(100_000)), 1);
      response.on('close', () => clearInterval(timer));
    };
    expect(await asked(api().bytes({ path: '/x' }))).toMatchObject({ status: 500 });
  });

  it('gives up where an answer does not begin, or pauses for too long, but not while pieces are taken', async () => {
    answer = () => undefined;
    const late = `the recorder at ${url} cannot be reached (it did not answer within 0.1 s); if it runs on another machine than Node-RED, write its address there into the site`;
    expect(await asked(api(100).bytes({ path: '/x' }))).toMatchObject({ code: 'UNREACHABLE', message: late });
    const paused = late.replace('it did not answer', 'its answer paused, or less than 4 KiB of it came');
    answer = (_request, response) => response.write('{"begun":');
    expect(await asked(api(100).json({ path: '/x' }))).toMatchObject({ code: 'UNREACHABLE', message: paused });
    answer = (_request, response) => response.writeHead(404).write('{"error":');
    expect(await asked(api(100).json({ path: '/x' }))).toMatchObject({ code: 'UNREACHABLE', message: paused });
    answer = (_request, response) => response.end('whole');
    const taken: string[] = [];
    await api(100).read({ path: '/x' }, async (piece) => {
      await pause(150);
      taken.push(Buffer.from(piece).toString());
    });
    expect(taken).toEqual(['whole']);
  });

  /** Every 20 ms, for as long as it is listened to. */
  const drip =
    (bytes: number, status = 200): Answer =>
    (_request, response) => {
      response.writeHead(status);
      const timer = setInterval(() => response.write('x'.repeat(bytes)), 20);
      response.on('close', () => clearInterval(timer));
    };

  it.each([200, 500])('gives up where an answer of %i comes a byte at a time, also while each is taken', async (status) => {
    answer = drip(1, status);
    const slow = { code: 'UNREACHABLE', message: expect.stringContaining('less than 4 KiB of it came within 0.1 s') };
    expect(await asked(api(100).json({ path: '/x' }))).toMatchObject(slow);
    expect(await asked(api(100).read({ path: '/x' }, () => pause(1)))).toMatchObject(slow);
  });

  it('gives up where an answer that is wanted whole goes on, but reads one that is handed on for as long as enough of it comes', async () => {
    answer = drip(5000);
    const impatient = new RecorderHttp({ url, timeoutMs: 2000, wholeMs: 150 });
    const message = expect.stringContaining('its answer was not whole within 0.15 s');
    expect(await asked(impatient.bytes({ path: '/x' }))).toMatchObject({ code: 'UNREACHABLE', message });
    const enough = new Error('enough');
    let bytes = 0;
    const take = (piece: Uint8Array): void => {
      bytes += piece.length;
      if (bytes > 60_000) throw enough;
    };
    expect(await asked(impatient.read({ path: '/x' }, take))).toBe(enough);
  });

  it('says why nobody answers', async () => {
    answer = (request) => request.socket.destroy();
    expect((await asked(api().json({ path: '/x' }))).message).toMatch(/cannot be reached \(the connection was closed\)/);
    const badPort = new RecorderHttp({ url: 'http://127.0.0.1:9/api/v1/' });
    expect((await asked(badPort.json({ path: '/x' }))).message).toMatch('http://127.0.0.1:9 cannot be reached (HTTP is not spoken on this port)');
    const nobody = new RecorderHttp({ url: 'http://127.0.0.1:2/' });
    expect((await asked(nobody.json({ path: '/x' }))).message).toBe(
      'the recorder at http://127.0.0.1:2 cannot be reached (nothing listens there); if it runs on another machine than Node-RED, write its address there into the site',
    );
    expect(() => new RecorderHttp({ url: 'nvr:8420' })).toThrow('begins with http:// or https://');
    expect(() => new RecorderHttp({ url: 'somewhere' })).toThrow('not a URL such as http://nvr.example:8420, but "somewhere"');
    expect(() => new RecorderHttp({ url: 'http://admin:hunter2@nvr example' })).toThrow('but "http://…@nvr example"');
  });

  it('says what to do about a certificate that is not trusted, and about TLS where there is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightjar-https-'));
    const { cert, key } = new TestAuthority(folder, 'house').issue({ name: 'localhost', names: 'IP:127.0.0.1' });
    const secure = createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_request, response) => response.end());
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const { port } = secure.address() as AddressInfo;
    const unknown = new RecorderHttp({ url: `https://127.0.0.1:${port}` });
    expect((await asked(unknown.json({ path: '/x' }))).message).toMatch('an authority that is not trusted; start Node-RED with NODE_EXTRA_CA_CERTS');
    secure.close();
    rmSync(folder, { recursive: true });
    const plain = new RecorderHttp({ url: url.replace('http:', 'https:') });
    expect((await asked(plain.json({ path: '/x' }))).message).toMatch('does not speak TLS there; use http://');
  });

  it('ends with the reason of the caller, and keeps nothing at the caller’s signal', async () => {
    const abort = new AbortController();
    let listeners = 0;
    const { signal } = abort;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...given);
    };
    answer = (_request, response) => response.end('{}');
    for (let count = 0; count < 20; count += 1) await api().json({ path: '/x', signal });
    expect(listeners).toBe(0);
    let hasCome = (): void => undefined;
    const come = new Promise<void>((resolve) => {
      hasCome = resolve;
    });
    answer = (_request, response) => {
      response.write('x');
      hasCome();
    };
    const read = asked(api().bytes({ path: '/x', signal }));
    await come;
    const reason = new Error('the node was closed');
    abort.abort(reason);
    expect(await read).toBe(reason);
    expect(await asked(api().bytes({ path: '/x', signal }))).toBe(reason);
  });

  it('hands on what the taker of a piece throws', async () => {
    answer = (_request, response) => response.end('piece');
    const full = new Error('the disk is full');
    expect(
      await asked(
        api().read({ path: '/x' }, () => {
          throw full;
        }),
      ),
    ).toBe(full);
  });

  it('keeps no connection for long', async () => {
    answer = (_request, response) => response.end('{}');
    await Promise.all(Array.from({ length: 4 }, () => api().json({ path: '/x' })));
    for (const endMs = performance.now() + 8000; open.size > 0 && performance.now() < endMs; ) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(open.size).toBe(0);
  }, 15_000);
});
