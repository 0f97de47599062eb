// WebSockets: refused with a status before the protocol changes, read one message at a time after it.
import { connect, type Socket } from 'node:net';
import { waitUntil } from '@nightjar/testkit';
import * as Type from 'typebox';
import WebSocket from 'ws';
import { type HttpRecorder, httpRecorder } from '../../../test/http-recorder.ts';
import { operation } from '../../api/operation.ts';
import { RecorderError } from '../../errors/recorder-error.ts';

let asked = 0;
let begun: string[] = [];
let ended: string[] = [];

async function* count(signal: AbortSignal, size: number): AsyncGenerator<string | Uint8Array> {
  try {
    yield JSON.stringify({ type: 'hello' });
    for (let n = 0; !signal.aborted; n += 1) {
      asked = n + 1;
      yield Buffer.alloc(size, n % 256);
    }
  } finally {
    ended.push('count');
  }
}

async function* wait(signal: AbortSignal): AsyncGenerator<string> {
  begun.push('wait');
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  ended.push('wait');
  yield '';
}

async function* failing(error: unknown): AsyncGenerator<string> {
  yield 'first';
  throw error;
}

// biome-ignore lint/correctness/useYield: it fails before its first message.
async function* failingAtOnce(): AsyncGenerator<string> {
  throw new RecorderError('CAMERA_NOT_FOUND', 'there is no camera porch');
}

const MESSAGES = {
  count: (signal: AbortSignal) => count(signal, 64 * 1024),
  wait,
  few: async function* () {
    yield 'one';
    yield Buffer.from('two');
  },
  gone: () => failing(new RecorderError('CHANGES_FORGOTTEN', 'too long ago')),
  broken: () => failing(new Error('a secret')),
  none: failingAtOnce,
} satisfies Record<string, (signal: AbortSignal) => AsyncIterable<string | Uint8Array>>;

const OPERATIONS = [
  operation({
    id: 'watch',
    tag: 'live',
    summary: 'A test.',
    method: 'GET',
    path: '/cameras/{id}/watch',
    input: Type.Object({ id: Type.String(), what: Type.Enum(Object.keys(MESSAGES)) }, { additionalProperties: false }),
    output: { kind: 'socket' },
    requires: { area: 'stream', access: 'view' },
    about: 'camera',
    takesMediaToken: true,
    handle: ({ what }, { signal }) => MESSAGES[what as keyof typeof MESSAGES](signal),
  }),
  operation({
    id: 'plain',
    tag: 'live',
    summary: 'A test.',
    method: 'GET',
    path: '/plain',
    input: Type.Object({}),
    output: { kind: 'nothing' },
    requires: 'account',
    handle: () => undefined,
  }),
];

let server: HttpRecorder;
beforeAll(async () => {
  server = await httpRecorder({ operations: OPERATIONS, settings: { maxStreams: 5 } });
});
afterAll(() => server.close());
beforeEach(() => {
  asked = 0;
  begun = [];
  ended = [];
});

const address = (what: string): string => `${server.url.replace('http', 'ws')}/api/v1/cameras/porch/watch?what=${what}`;
const AS_VIEWER = { headers: { authorization: 'Bearer viewer' } };

/** Opens a socket. @returns It, or the status that was answered instead. */
const open = (url: string, protocols: readonly string[] = [], options: WebSocket.ClientOptions = {}): Promise<WebSocket | number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [...protocols], options);
    socket.on('error', reject);
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });

interface Heard {
  readonly messages: readonly string[];
  readonly code: number;
  readonly reason: string;
}

/** Opens a socket and listens to its end. */
const listen = (what: string): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(address(what), AS_VIEWER);
    const messages: string[] = [];
    socket.on('message', (data, isBinary) => messages.push(`${isBinary ? 'bytes' : 'text'} ${String(data)}`));
    socket.on('close', (code, reason) => resolve({ messages, code, reason: String(reason) }));
    socket.on('error', reject);
  });

describe('a socket', () => {
  it('brings texts and bytes, and ends with them', async () => {
    expect(await listen('few')).toEqual({ messages: ['text one', 'bytes two'], code: 1000, reason: '' });
  });

  it('is refused with a status while that is possible', async () => {
    expect(await open(address('few'))).toBe(401);
    expect(await open(address('few'), [], { headers: { authorization: 'Bearer elsewhere' } })).toBe(403);
    expect(await open(address('other'), [], AS_VIEWER)).toBe(400);
    expect(await open(address('none'), [], AS_VIEWER)).toBe(404);
    expect(await open(`${server.url}/api/v1/plain`, [], AS_VIEWER)).toBe(400);
    expect(await open(`${server.url}/api/v1/nowhere`, [], AS_VIEWER)).toBe(404);
    const plain = await server.ask('/cameras/porch/watch?what=few', { who: 'viewer' });
    expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket']);
  });

  it('takes a token among its protocols, because browsers have no other place for it', async () => {
    const socket = await open(address('wait'), ['nightjar', 'bearer.viewer']);
    expect(socket).toMatchObject({ protocol: 'nightjar' });
    (socket as WebSocket).terminate();
    expect(await open(address('wait'), ['nightjar', 'bearer.nobody'])).toBe(401);
    const { token } = await server.accounts.mediaToken(await server.accounts.identify('viewer'), { cameraId: 'porch', operations: ['watch'] });
    const withMediaToken = (await open(`${address('wait')}&token=${token}`)) as WebSocket;
    withMediaToken.terminate();
    await waitUntil(() => ended.length === 2);
  });

  it('says why it ends', async () => {
    expect(await listen('gone')).toEqual({
      messages: ['text first', 'text {"type":"error","error":{"code":"CHANGES_FORGOTTEN","message":"too long ago"}}'],
      code: 1008,
      reason: 'CHANGES_FORGOTTEN',
    });
    expect(await listen('broken')).toEqual({
      messages: ['text first', 'text {"type":"error","error":{"code":"INTERNAL","message":"something went wrong in the recorder"}}'],
      code: 1011,
      reason: 'INTERNAL',
    });
    expect(server.log.lines.at(-1)).toMatchObject({ level: 'error', fields: { operation: 'watch', error: { message: 'a secret' } } });
  });

  it('asks for no more than its reader takes', async () => {
    const socket = (await open(address('count'), [], AS_VIEWER)) as WebSocket;
    socket.pause();
    let before = -1;
    await waitUntil(
      () => asked > 0 && asked === before,
      async () => {
        before = asked;
        await new Promise((resolve) => setTimeout(resolve, 50));
      },
    );
    // What stands between is the kernel's buffers, not this process.
    expect(asked * 64 * 1024).toBeLessThan(32 * 1024 * 1024);
    socket.terminate();
    await waitUntil(() => ended.includes('count'));
  });

  it('gives up a reader that takes nothing for as long as is set', async () => {
    const hasty = await httpRecorder({ operations: OPERATIONS, settings: { stalledSeconds: 1 } });
    const socket = (await open(address('count').replace(server.url.replace('http', 'ws'), hasty.url.replace('http', 'ws')), [], AS_VIEWER)) as WebSocket;
    socket.pause();
    await waitUntil(() => ended.includes('count'), undefined, 10_000);
    socket.terminate();
    await hasty.close();
  });

  it('ends with the login it was opened with', async () => {
    const { token } = await server.accounts.createToken({ name: 'plugin' });
    const socket = (await open(address('wait'), [], { headers: { authorization: `Bearer ${token}` } })) as WebSocket;
    const heard = new Promise<unknown>((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await server.accounts.revoke(await server.accounts.identify(token), {});
    expect(await heard).toEqual({ type: 'error', error: { code: 'NOT_LOGGED_IN', message: 'the login is over, or may do something else now' } });
    expect(await closed).toBe(1008);
    await waitUntil(() => ended.includes('wait'));
  });

  it('closes on whoever sends more than there is to say', async () => {
    const socket = (await open(address('wait'), [], AS_VIEWER)) as WebSocket;
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(10_000));
    expect(await closed).toBe(1009);
    await waitUntil(() => ended.includes('wait'));
  });

  it('is one of a bounded number', async () => {
    const sockets = await Promise.all(Array.from({ length: 5 }, () => open(address('wait'), [], AS_VIEWER)));
    expect(await open(address('wait'), [], AS_VIEWER)).toBe(503);
    for (const socket of sockets) (socket as WebSocket).terminate();
    await waitUntil(() => ended.length === 5);
    const again = (await open(address('wait'), [], AS_VIEWER)) as WebSocket;
    again.terminate();
    await waitUntil(() => ended.length === 6);
  });

  /** Sends a request to change the protocol as it stands, and reads nothing. */
  const knock = async (lines: readonly string[]): Promise<Socket> => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => undefined);
    const all = ['connection: Upgrade', 'upgrade: websocket', 'authorization: Bearer viewer', 'sec-websocket-version: 13', ...lines];
    socket.write(`GET /api/v1/cameras/porch/watch?what=wait HTTP/1.1\r\nhost: localhost\r\n${all.map((line) => `${line}\r\n`).join('')}\r\n`);
    return socket;
  };

  it('gives its place back where the peer leaves before the protocol has changed', async () => {
    for (let round = 0; round < 3; round += 1) {
      const sockets = await Promise.all(Array.from({ length: 5 }, () => knock(['sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=='])));
      await waitUntil(() => begun.length === 5 * (round + 1));
      for (const socket of sockets) socket.destroy();
      await waitUntil(() => ended.length === 5 * (round + 1));
    }
    const socket = (await open(address('wait'), [], AS_VIEWER)) as WebSocket;
    socket.terminate();
    await waitUntil(() => ended.length === 16);
  });

  it('gives its place back where the protocol is not changed after all', async () => {
    for (let round = 1; round <= 8; round += 1) {
      const socket = (await knock(['sec-websocket-key: x'])).resume();
      await new Promise((resolve) => socket.once('close', resolve));
      await waitUntil(() => ended.length === round);
    }
  });

  it('is told to go when the recorder stops, within two seconds, whether it listens or not', async () => {
    const other = await httpRecorder({ operations: OPERATIONS });
    const url = `${other.url.replace('http', 'ws')}/api/v1/cameras/porch/watch?what=`;
    const listening = (await open(`${url}wait`, [], AS_VIEWER)) as WebSocket;
    const deaf = (await open(`${url}count`, [], AS_VIEWER)) as WebSocket;
    deaf.pause();
    const code = new Promise<number>((resolve) => listening.once('close', resolve));
    const startMs = performance.now();
    await other.close();
    expect(performance.now() - startMs).toBeLessThan(2000);
    expect(await code).toBe(1001);
    expect(ended.toSorted()).toEqual(['count', 'wait']);
    deaf.terminate();
  });
});
