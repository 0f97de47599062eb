// Each kind of output over a real connection: what goes out, what is refused, and what ends when nobody reads.
import { get as httpGet, type IncomingMessage } from 'node:http';
import type { Picture } from '@nightjar/client';
import { waitUntil } from '@nightjar/testkit';
import * as Type from 'typebox';
import { type HttpRecorder, httpRecorder } from '../../../test/http-recorder.ts';
import { type Operation, type OperationContext, type Output, operation } from '../../api/operation.ts';
import { RecorderError } from '../../errors/recorder-error.ts';

const picture = (text: string, changes: Partial<Picture> = {}): Picture => ({
  jpeg: Buffer.from(text),
  at: '2026-11-22T12:00:03.120Z',
  stale: false,
  etag: `tag-${text}`,
  ...changes,
});

let stopped: string[] = [];
let contexts: OperationContext[] = [];

const camera = Type.String({ pattern: '^[a-z]+$' });
const about = (path: string, output: Output, handle: (input: Record<string, unknown>, context: OperationContext) => unknown): Operation =>
  ({
    id: path.slice(1).replace(/\W+/g, '_'),
    tag: 'live',
    summary: 'A test.',
    method: 'GET',
    path: `/cameras/{id}${path}`,
    input: Type.Object({ id: camera }),
    output,
    requires: { area: 'stream', access: 'view' },
    about: 'camera',
    takesMediaToken: true,
    handle: (input: Record<string, unknown>, context: OperationContext) => {
      contexts.push(context);
      return handle(input, context);
    },
  }) as unknown as Operation;

/** Pieces without end, numbered, until nobody reads. */
async function* endless(name: string, size: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for (let n = 0; !signal.aborted; n += 1) yield Buffer.alloc(size, n % 256);
  } finally {
    stopped.push(name);
  }
}

async function* twoPictures(signal: AbortSignal): AsyncGenerator<Picture> {
  yield picture('one');
  yield picture('two', { stale: true });
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  stopped.push('pictures');
}

const FILE = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));

const OPERATIONS: readonly Operation[] = [
  about('/text', { kind: 'text' }, () => 'nightjar_up 1\n'),
  about('/nothing', { kind: 'nothing' }, () => undefined),
  about('/picture', { kind: 'picture' }, () => picture('jpeg')),
  about('/stale', { kind: 'picture' }, () => picture('drawn', { stale: true })),
  about('/pictures', { kind: 'pictures' }, (_input, { signal }) => twoPictures(signal)),
  about('/file', { kind: 'file' }, () => ({
    contentType: 'video/mp4',
    sizeBytes: FILE.length,
    etag: 'f1',
    start: '2026-11-22T12:00:03.120Z',
    read: async function* (start: number, end: number) {
      for (let at = start; at < end; at += 100) yield FILE.subarray(at, Math.min(end, at + 100));
    },
  })),
  about('/gone', { kind: 'file' }, () => ({
    contentType: 'video/mp4',
    sizeBytes: 1000,
    etag: 'g',
    start: '',
    // biome-ignore lint/correctness/useYield: it fails before its first piece.
    read: async function* () {
      throw new RecorderError('VIDEO_GONE', 'a part was deleted');
    },
  })),
  about('/slow', { kind: 'file' }, () => ({
    contentType: 'video/mp4',
    sizeBytes: FILE.length,
    etag: 'w',
    start: '',
    read: async function* (_start: number, _end: number, signal: AbortSignal) {
      try {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        yield FILE;
      } finally {
        stopped.push('slow');
      }
    },
  })),
  about('/short', { kind: 'file' }, () => ({
    contentType: 'video/mp4',
    sizeBytes: 1000,
    etag: 's',
    start: '',
    read: async function* () {
      yield FILE.subarray(0, 300);
    },
  })),
  about('/video', { kind: 'video' }, (_input, { signal }) => endless('video', 64 * 1024, signal)),
  about('/failing', { kind: 'json', schema: Type.Object({}) }, () => {
    throw new Error('secret detail /etc/passwd');
  }),
  about('/lying', { kind: 'json', schema: Type.Object({ a: Type.String() }) }, () => ({ a: 5 })),
  about('/foreign', { kind: 'json', schema: Type.Object({}) }, () => {
    throw Object.assign(new Error('there is no camera porch'), { code: 'CAMERA_NOT_FOUND' });
  }),
  about('/wait', { kind: 'json', schema: Type.Object({}) }, () => {
    throw new RecorderError('NOT_READY', 'the picture is being made', { context: { retryAfterSeconds: 2.4 } });
  }),
  operation({
    id: 'echo',
    tag: 'control',
    summary: 'A test.',
    method: 'POST',
    path: '/things/{number}',
    input: Type.Object(
      { number: Type.Integer({ maximum: 100 }), text: Type.String(), list: Type.Optional(Type.Array(Type.String())) },
      { additionalProperties: false },
    ),
    output: { kind: 'json', schema: Type.Unknown(), status: 201 },
    requires: { area: 'control', access: 'edit' },
    handle: (input) => input,
  }),
  operation({
    id: 'ask',
    tag: 'control',
    summary: 'A test.',
    method: 'GET',
    path: '/things',
    input: Type.Object(
      {
        list: Type.Optional(Type.Array(Type.String())),
        flag: Type.Optional(Type.Boolean()),
        count: Type.Optional(Type.Integer()),
        at: Type.Optional(Type.String({ format: 'date-time' })),
      },
      { additionalProperties: false },
    ),
    output: { kind: 'json', schema: Type.Unknown() },
    requires: 'account',
    handle: (input) => input,
  }),
];

let server: HttpRecorder;
beforeAll(async () => {
  server = await httpRecorder({ operations: OPERATIONS, settings: { maxStreamsPerAddress: 3, maxBodyBytes: 2000 } });
});
afterAll(() => server.close());
beforeEach(() => {
  stopped = [];
  contexts = [];
});

const porch = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  server.ask(`/cameras/porch${path}`, { who: 'viewer', headers, method });
const codeOf = async (response: Response): Promise<unknown> => [response.status, ((await response.json()) as { error: { code: string } }).error.code];

describe('plain answers', () => {
  it('are texts, or nothing', async () => {
    const text = await porch('/text');
    expect([text.headers.get('content-type'), await text.text()]).toEqual(['text/plain; version=0.0.4; charset=utf-8', 'nightjar_up 1\n']);
    const nothing = await porch('/nothing');
    expect([nothing.status, await nothing.text()]).toEqual([204, '']);
  });

  it('take their input from path and body', async () => {
    const post = (path: string, body: unknown, type = 'application/json'): Promise<Response> =>
      server.ask(path, { who: 'operator', method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': type } });
    const made = await post('/things/7', { text: 'a' });
    expect([made.status, await made.json()]).toEqual([201, { number: 7, text: 'a' }]);
    expect(await codeOf(await post('/things/x', { text: 'a' }))).toEqual([400, 'INPUT_INVALID']);
    expect(await codeOf(await post('/things/7', { text: 7 }))).toEqual([400, 'INPUT_INVALID']);
    expect(await codeOf(await post('/things/7', { text: 'a', number: 8 }))).toEqual([400, 'INPUT_INVALID']);
    expect(await codeOf(await post('/things/7?text=a', { text: 'a' }))).toEqual([400, 'INPUT_INVALID']);
    expect(await codeOf(await post('/things/7', '{"text":'))).toEqual([400, 'INPUT_INVALID']);
    expect(await codeOf(await post('/things/7', `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`))).toEqual([400, 'INPUT_INVALID']);
    expect(await codeOf(await post('/things/7', '["a"]'))).toEqual([400, 'INPUT_INVALID']);
    expect(await codeOf(await post('/things/7', '{"text":"a","__proto__":{"x":1}}'))).toEqual([400, 'INPUT_INVALID']);
    expect(await codeOf(await post('/things/7', '<a/>', 'text/xml'))).toEqual([415, 'MEDIA_TYPE_UNSUPPORTED']);
    expect(await codeOf(await post('/things/7', { text: 'a'.repeat(3000) }))).toEqual([413, 'BODY_TOO_LARGE']);
    const wrong = (await (await post('/things/700', { text: 'a', more: 1 })).json()) as { error: { details: unknown } };
    expect(wrong.error.details).toEqual([
      { path: 'more', message: 'is an unknown key; expected a mapping with number, text, list' },
      { path: 'number', message: 'got 700, expected a whole number up to 100' },
    ]);
  });

  it('take lists, flags, numbers and times from the query', async () => {
    const ask = (query: string): Promise<Response> => server.ask(`/things?${query}`, { who: 'viewer' });
    expect(await (await ask('list=a&list=b&flag=true&count=5')).json()).toEqual({ list: ['a', 'b'], flag: true, count: 5 });
    expect(await (await ask('list=a%2Cb')).json()).toEqual({ list: ['a,b'] });
    for (const wrong of ['count=5.5', 'count=', 'flag=maybe', 'count=1&count=2', 'other=1', 'at=yesterday', 'count=Infinity'])
      expect([wrong, await codeOf(await ask(wrong))]).toEqual([wrong, [400, 'INPUT_INVALID']]);
  });

  it('tell nobody what went wrong inside, but the log', async () => {
    expect(await (await porch('/failing')).json()).toEqual({ error: { code: 'INTERNAL', message: 'something went wrong in the recorder' } });
    expect(server.log.lines.at(-1)).toMatchObject({
      level: 'error',
      fields: { route: '/api/v1/cameras/:id/failing', error: { message: 'secret detail /etc/passwd' } },
    });
    expect(await codeOf(await porch('/lying'))).toEqual([500, 'INTERNAL']);
  });

  it('know errors of other recorders by their code, and say when to ask again', async () => {
    expect(await codeOf(await porch('/foreign'))).toEqual([404, 'CAMERA_NOT_FOUND']);
    const wait = await porch('/wait');
    expect([wait.headers.get('retry-after'), await codeOf(wait)]).toEqual(['3', [425, 'NOT_READY']]);
  });

  it('are refused before the body is read where nobody is logged in', async () => {
    const response = await server.ask('/things/7', { method: 'POST', body: '{"text":', headers: { 'content-type': 'application/json' } });
    expect([response.headers.get('www-authenticate'), await codeOf(response)]).toEqual(['Bearer', [401, 'NOT_LOGGED_IN']]);
    expect(await codeOf(await server.ask('/things/x', { who: 'viewer', method: 'POST', body: '', headers: { 'content-type': 'a/b' } }))).toEqual([
      403,
      'NOT_ALLOWED',
    ]);
  });
});

describe('pictures', () => {
  it('have a tag, and are not sent again to who has them', async () => {
    const first = await porch('/picture');
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': '4',
      etag: '"tag-jpeg"',
      'cache-control': 'private, no-cache',
      'x-nightjar-captured-at': '2026-11-22T12:00:03.120Z',
      'x-content-type-options': 'nosniff',
    });
    expect([first.headers.has('x-nightjar-stale'), await first.text()]).toEqual([false, 'jpeg']);
    const again = await porch('/picture', { 'if-none-match': 'W/"other", "tag-jpeg"' });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await porch('/picture', {}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '4', '']);
  });

  it('say that they are drawn', async () => {
    expect((await porch('/stale')).headers.get('x-nightjar-stale')).toBe('true');
  });

  it('come one after the other, and end with the viewer', async () => {
    const response = await porch('/pictures');
    expect(response.headers.get('content-type')).toBe('multipart/x-mixed-replace; boundary=nightjar-picture');
    const reader = response.body!.getReader();
    let text = '';
    while (!/two\r\n--nightjar-picture\r\n$/.test(text)) text += Buffer.from((await reader.read()).value!).toString();
    expect(text).toMatch(/^--nightjar-picture\r\n(content-type: image\/jpeg\r\ncontent-length: 3\r\n(.+\r\n)+\r\n(one|two)\r\n--nightjar-picture\r\n){1,2}$/);
    await reader.cancel();
    await waitUntil(() => stopped.includes('pictures'));
  });
});

describe('files', () => {
  it('are sent whole, with their exact length', async () => {
    const response = await porch('/file');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': '1000',
      etag: '"f1"',
      'content-type': 'video/mp4',
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(FILE)).toBe(true);
    expect(contexts.at(-1)?.isContinued).toBe(false);
    const head = await porch('/file', {}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), head.headers.get('accept-ranges'), await head.text()]).toEqual([200, '1000', 'bytes', '']);
    expect((await porch('/file', { 'if-none-match': '"f1"' })).status).toBe(304);
    // Only GET has ranges (RFC 9110 §14.2).
    expect((await porch('/file', { range: 'bytes=5-' }, 'HEAD')).status).toBe(200);
  });

  it.each([
    ['bytes=0-', 0, 1000, false],
    ['bytes=0-0', 0, 1, false],
    ['bytes=100-349', 100, 350, true],
    ['bytes=990-2000', 990, 1000, true],
    ['bytes=-10', 990, 1000, true],
    ['bytes=-5000', 0, 1000, true],
  ])('are sent in parts: %s', async (range, start, end, isContinued) => {
    const response = await porch('/file', { range });
    expect([response.status, response.headers.get('content-range'), response.headers.get('content-length')]).toEqual([
      206,
      `bytes ${start}-${end - 1}/1000`,
      String(end - start),
    ]);
    expect(Buffer.from(await response.arrayBuffer()).equals(FILE.subarray(start, end))).toBe(true);
    expect(contexts.at(-1)?.isContinued).toBe(isContinued);
  });

  it.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('say how long they are where %s is behind their end', async (range) => {
    const response = await porch('/file', { range });
    expect([response.headers.get('content-range'), await codeOf(response)]).toEqual(['bytes */1000', [416, 'RANGE_NOT_THERE']]);
  });

  it.each(['bytes=0-1,5-6', 'items=0-1', 'bytes=b-a', 'bytes=7-3', 'bytes='])('are sent whole for %s', async (range) => {
    const response = await porch('/file', { range });
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 1000]);
  });

  it('are sent in parts only while they are the same', async () => {
    expect((await porch('/file', { range: 'bytes=5-', 'if-range': '"f1"' })).status).toBe(206);
    expect((await porch('/file', { range: 'bytes=5-', 'if-range': '"old"' })).status).toBe(200);
    expect((await porch('/file', { range: 'bytes=5-', 'if-range': 'Sun, 22 Nov 2026 12:00:00 GMT' })).status).toBe(200);
  });

  it.each([{ 'if-range': '"f1"' }, { 'if-match': '"f1"' }])('are read on by name: %j', async (headers) => {
    await porch('/file', { range: 'bytes=5-', ...headers });
    expect(contexts.at(-1)?.etag).toBe('f1');
  });

  it('are not sent to who wants another one', async () => {
    expect(await codeOf(await porch('/file', { 'if-match': '"old"' }))).toEqual([412, 'FILE_CHANGED']);
    expect(await codeOf(await porch('/file', { 'if-match': 'W/"f1"' }))).toEqual([412, 'FILE_CHANGED']);
    for (const tags of ['*', '"f1"', '"old", "f1"']) expect((await porch('/file', { 'if-match': tags })).status).toBe(200);
  });

  it('say what is gone, with a status while there is still time, else by breaking off', async () => {
    expect(await codeOf(await porch('/gone'))).toEqual([404, 'VIDEO_GONE']);
    await expect(porch('/short').then((response) => response.arrayBuffer())).rejects.toThrow();
  });
});

describe('an answer that is still being made', () => {
  it('is refused when the login ends meanwhile, instead of breaking off without a word', async () => {
    const { token } = await server.accounts.createToken({ name: 'tablet' });
    const asked = server.ask('/cameras/porch/slow', { who: token });
    await waitUntil(() => contexts.length === 1);
    await server.accounts.revoke(await server.accounts.identify(token), {});
    expect(await codeOf(await asked)).toEqual([401, 'NOT_LOGGED_IN']);
    await waitUntil(() => stopped.includes('slow'));
  });
});

describe('video without end', () => {
  const open = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      httpGet(`${server.url}/api/v1/cameras/porch/video`, { headers: { authorization: 'Bearer viewer' } }, resolve).on('error', reject);
    });

  it('waits for a slow viewer instead of filling memory, and ends with it', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const viewer = await open();
    expect(viewer.headers).toMatchObject({ 'content-type': 'video/mp4', 'cache-control': 'no-store', 'transfer-encoding': 'chunked' });
    viewer.pause();
    await waitUntil(() => contexts.length === 1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
    viewer.destroy();
    await waitUntil(() => stopped.includes('video'));
  });

  it('is not begun for HEAD', async () => {
    const head = await porch('/video', {}, 'HEAD');
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'video/mp4']);
  });

  it('is bounded for one address', async () => {
    const viewers = [await open(), await open(), await open()];
    const refused = await porch('/video');
    expect([refused.headers.get('retry-after'), await codeOf(refused)]).toEqual(['10', [429, 'TOO_MANY_REQUESTS']]);
    expect((await porch('/text')).status).toBe(200);
    for (const viewer of viewers) viewer.destroy();
    await waitUntil(() => stopped.length === 3);
    expect((await porch('/file')).status).toBe(200);
  });
});

describe('media tokens', () => {
  const address = async (operations: readonly string[], path: string, cameraId = 'porch'): Promise<Response> => {
    const { token } = await server.accounts.mediaToken(await server.accounts.identify('viewer'), { cameraId, operations });
    return server.ask(`/cameras/porch${path}?token=${token}`);
  };

  it('open what they were made for, in an address, and nothing else', async () => {
    expect((await address(['picture'], '/picture')).status).toBe(200);
    expect(await codeOf(await address(['picture'], '/stale'))).toEqual([403, 'NOT_ALLOWED']);
    expect(await codeOf(await address(['picture'], '/picture', 'yard'))).toEqual([403, 'NOT_ALLOWED']);
  });

  it('are the only ones that an address may carry', async () => {
    expect(await codeOf(await server.ask('/cameras/porch/picture?token=viewer'))).toEqual([401, 'NOT_LOGGED_IN']);
    expect(await codeOf(await server.ask('/things?token=viewer'))).toEqual([401, 'NOT_LOGGED_IN']);
    expect(await codeOf(await server.ask('/cameras/porch/picture?token=a&token=b'))).toEqual([401, 'NOT_LOGGED_IN']);
    expect(server.accounts.refusals.slice(-3)).toEqual(['viewer token in an address', 'somebody token in an address', 'somebody token in an address']);
  });

  it('never reach the log', async () => {
    await address(['failing'], '/failing');
    expect(JSON.stringify(server.log.lines)).not.toMatch(/media-\d/);
  });
});
