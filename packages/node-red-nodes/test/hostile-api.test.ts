// Something at the address of the recorder that is none, or means harm, with a real broker.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { FlowBench, until } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

const MIB = Buffer.alloc(1_048_576, 0x78);
const SPAN = { camera: 'porch', from: '2026-01-01', to: '2026-01-02' };
const MADE = {
  id: 3,
  cameraId: 'porch',
  state: 'done',
  progress: 1,
  events: [],
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-02T00:00:00.000Z',
  sizeBytes: 100_000,
};

interface Properties {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** Sends without end, as fast as it is taken. @returns How much was taken so far. */
function pour(response: ServerResponse): () => number {
  let poured = 0;
  const more = (): void => {
    while (!response.destroyed) {
      poured += MIB.length;
      if (!response.write(MIB)) break;
    }
  };
  response.on('drain', more);
  more();
  return () => poured;
}

describe('a hostile API', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  let publisher: MqttClient;
  let server: Server | undefined;
  let apiUrl = '';
  let folder = '';
  beforeAll(async () => {
    world = await PaletteWorld.start();
    publisher = await world.publisher();
    folder = await mkdtemp(join(tmpdir(), 'nightjar-hostile-'));
  });
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  afterAll(async () => {
    await publisher.endAsync();
    await world.stop();
    await rm(folder, { recursive: true });
  });

  const load = async (answer: RequestListener, properties: Properties): Promise<void> => {
    const begun = createServer(answer);
    server = begun;
    await new Promise<void>((resolve) => begun.listen(0, '127.0.0.1', resolve));
    apiUrl = `http://127.0.0.1:${(begun.address() as AddressInfo).port}`;
    await bench.load([world.siteNode({ apiUrl }), { id: 'node', ...properties }], world.siteCredentials());
  };
  const json = (response: ServerResponse, body: object | null): void => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  };

  it.each(['file', 'buffer'])('an export as %s ends where more comes than there is', async (delivery) => {
    let poured = (): number => 0;
    const answer: RequestListener = (request, response) => {
      if (request.url?.endsWith('/video.mp4')) poured = pour(response);
      else json(response, MADE);
    };
    await load(answer, { type: 'nightjar-export', what: 'span', delivery, filename: `${folder}/`, ...SPAN });
    expect(await bench.fails('node', {})).toMatch(/^what came of export 3 is not what the recorder has \(\d+ of 100000 bytes/);
    expect(poured()).toBeLessThan(50 * MIB.length);
    expect(await readdir(folder)).toEqual([]);
  });

  const pictures: readonly [string, RequestListener, RegExp][] = [
    ['without end', (_request, response) => void pour(response), /longer than 32 MiB$/],
    ['of HTML', (_request, response) => void response.end('<html>Login</html>'), /sent no JPEG; is this the address of the recorder\?/],
  ];
  it.each(pictures)('an event goes on without a picture %s', async (_name, answer, why) => {
    await load(answer, { type: 'nightjar-event-in', image: 'snapshot' });
    await bench.shows('node', 'green dot connected');
    const event = { event_type: 'ready', id: 1, seq: 1, camera: 'porch', kind: 'motion' };
    await publisher.publishAsync(`${world.base}/camera/porch/event`, JSON.stringify(event), { qos: 1 });
    const [message] = await bench.receives('node', 1);
    expect(message?.['image']).toBeUndefined();
    expect(message?.['imageError']).toMatch(why);
  });

  const OUT = 'x/../../out';
  const places: readonly [string, Properties, object][] = [
    ['a snapshot', { type: 'nightjar-snapshot', camera: 'porch' }, {}],
    ['a snapshot of an event of the message', { type: 'nightjar-snapshot', source: 'event' }, { event: { id: 1, camera: OUT } }],
    ['a snapshot of an event of the API', { type: 'nightjar-snapshot', source: 'event' }, { event: 1 }],
    ['an export', { type: 'nightjar-export', what: 'span', ...SPAN }, {}],
  ];
  it.each(places)('%s stays in its folder, whatever times and cameras are called', async (_name, properties, message) => {
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
    const answer: RequestListener = (request, response) => {
      response.setHeader('x-nightjar-captured-at', OUT);
      if (/\.(jpg|mp4)(\?|$)/.test(request.url ?? '')) response.end(jpeg);
      else json(response, { ...MADE, cameraId: OUT, sizeBytes: jpeg.length, id: 1 });
    };
    const inner = join(folder, 'inner');
    await load(answer, { output: 'file', delivery: 'file', filename: `${inner}/`, ...properties });
    const { filename } = await bench.send('node', message);
    expect(await readdir(folder)).toEqual(['inner']);
    expect(await readdir(inner)).toEqual([basename(String(filename))]);
    await rm(inner, { recursive: true });
  });

  const RECORDINGS = { type: 'nightjar-recordings', from: '2026-01-01' };
  const EXPORT = { type: 'nightjar-export', what: 'span', delivery: 'buffer', ...SPAN };
  const EVENT = { id: 1, cameraId: 'porch', start: '2026-01-01T00:00:00.000Z' };
  const odd: readonly [string, string, Properties, object | null, RegExp][] = [
    ['recordings', 'nothing', RECORDINGS, null, /sent no list of events; is this the address of the recorder\?/],
    ['recordings', 'a text as events', RECORDINGS, { events: 'abc' }, /sent no list of events/],
    ['recordings', 'an event without a camera', RECORDINGS, { events: [EVENT, { id: 2, start: '' }] }, /sent no list of events/],
    ['an export', 'nothing', EXPORT, null, /sent no export; is this the address of the recorder\?/],
    ['an export', 'a size that is a text', EXPORT, { ...MADE, sizeBytes: 'many' }, /sent no export/],
    ['an export', 'an id that is a path', EXPORT, { ...MADE, id: '../cameras' }, /sent no export/],
    ['an export', 'a state nobody knows', EXPORT, { ...MADE, state: 'resting' }, /sent no export/],
    ['the address of an export', 'no token', { ...EXPORT, delivery: 'url' }, MADE, /sent no token/],
  ];
  it.each(odd)('%s: %s is an error in words', async (_name, _what, properties, body, why) => {
    await load((_request, response) => json(response, body), properties);
    expect(await bench.fails('node', {})).toMatch(why);
  });

  it('recordings come although events have odd fields and there are more than were asked for', async () => {
    const events = Array.from({ length: 200_000 }, () => ({ ...EVENT, video: null, urls: 7 }));
    await load((_request, response) => json(response, { events, nextCursor: 7 }), { ...RECORDINGS, limit: 2 });
    expect(await bench.send('node', {})).toMatchObject({ count: 2, payload: [{ ...EVENT, urls: 7 }, EVENT] });
  });

  it('recordings that cannot be copied into messages of their own are an error', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const events = JSON.stringify({ events: [{ ...EVENT, more: 'deep' }] }).replace('"deep"', deep);
    await load((_request, response) => response.end(events), { ...RECORDINGS, outputMode: 'split' });
    expect(await bench.fails('node', {})).toBe('the message cannot be sent on: Maximum call stack size exceeded');
    await bench.shows('node', 'red dot failed');
  });

  it('recordings end where pages never do', async () => {
    let pages = 0;
    await load((_request, response) => json(response, { events: [], nextCursor: `next-${(pages += 1)}` }), RECORDINGS);
    expect(await bench.fails('node', {})).toMatch(/sends pages without events and without end/);
    expect(pages).toBeLessThan(200);
  });

  it.each(['', '{}', '[]'])('is no recorder to a test of the connection where it answers %j', async (text) => {
    await load((_request, response) => response.end(text), { type: 'nightjar-snapshot' });
    const trial = await bench.post('/nightjar/test', { broker: 'mqtt://127.0.0.1:9', base: 'nightjar', apiUrl });
    expect(trial).toMatchObject({ api: { ok: false, problem: expect.stringContaining('answered as no recorder does; is this the address of the recorder?') } });
  });

  it('keeps nobody waiting for a test of the connection that never ends', async () => {
    const answer: RequestListener = (_request, response) => {
      const timer = setInterval(() => response.write(' '.repeat(5000)), 20);
      response.on('close', () => clearInterval(timer));
    };
    await load(answer, { type: 'nightjar-snapshot' });
    const trial = await bench.post('/nightjar/test', { broker: 'mqtt://127.0.0.1:9', base: 'nightjar', apiUrl });
    expect(trial).toMatchObject({ api: { ok: false, problem: expect.stringContaining('its answer was not whole within 1.8 s') } });
  });

  it('says no more than a sentence of a refusal of a megabyte', async () => {
    const answer: RequestListener = (_request, response) => {
      response.statusCode = 422;
      json(response, { error: { code: 'x'.repeat(100_000), message: 'y'.repeat(900_000) } });
    };
    await load(answer, { type: 'nightjar-snapshot', camera: 'porch' });
    expect((await bench.fails('node', {})).length).toBeLessThan(1200);
  });

  it('does not mind what others publish where answers come', async () => {
    await load((_request, response) => void response.end(), { type: 'nightjar-trigger', camera: 'porch', action: 'on' });
    await bench.shows('node', 'green dot connected');
    await publisher.subscribeAsync(`${world.base}/camera/porch/cmd/trigger`);
    const topics: string[] = [];
    publisher.on('message', (_topic, _payload, { properties }) => void topics.push(properties?.responseTopic ?? ''));
    await bench.send('node', {});
    await until(
      () => topics.length > 0,
      () => 'a command that was heard',
    );
    for (const text of ['null', '7', '"x"', '[]', '{', '{"ok":true,"id":{}}', '{"ok":false,"error":{"a":1},"id":"1"}'])
      await publisher.publishAsync(topics[0] ?? '', text, { qos: 1 });
    await bench.send('node', {});
    expect(bench.node('site').warn.args).toEqual([]);
  });

  it('sends no command that brokers may hang up on', async () => {
    await load((_request, response) => void response.end(), { type: 'nightjar-trigger', camera: 'porch', note: 'payload', noteType: 'msg' });
    await bench.shows('node', 'green dot connected');
    expect(await bench.fails('node', { payload: 'x'.repeat(10_000_000) })).toBe('the texts of a command may have 4000 bytes together; send shorter ones');
    await bench.send('node', { payload: 'short' });
  });
});
