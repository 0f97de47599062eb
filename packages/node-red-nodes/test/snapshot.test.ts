// nightjar-snapshot with a real broker, the recorder’s real bridge and its real HTTP API.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecorderError } from '@nightjar/core';
import { FakeRecorder } from '@nightjar/testkit';
import { httpRecorder } from '../../core/test/http-recorder.ts';
import { FlowBench, until } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

const NOW = '2026-01-01T12:00:00.000Z';
const TIME = /^2026-01-01T12:00:00\.\d{3}Z$/;
const JPEG = Buffer.from('ffd8ffdb0002ffd9', 'hex');

describe('nightjar-snapshot', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  let folder = '';
  beforeAll(async () => {
    world = await PaletteWorld.start();
    folder = await mkdtemp(join(tmpdir(), 'nightjar-snapshot-'));
  });
  afterAll(async () => {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const patched: (() => void)[] = [];
  afterEach(() => {
    for (const undo of patched.splice(0)) undo();
    world.recorder.setCamera('porch', { status: 'online' });
  });

  /** The recorder answers so until the end of the test. */
  function patch<K extends 'snapshot' | 'eventSnapshot'>(name: K, does: FakeRecorder[K]): void {
    world.recorder[name] = does;
    patched.push(() => Reflect.deleteProperty(world.recorder, name));
  }

  const load = (properties: object = {}, { credentials = {}, site = {} } = {}): Promise<void> =>
    bench.load(
      [world.siteNode(site), { id: 'shot', type: 'nightjar-snapshot', camera: 'porch', cameraType: 'str', ...properties }],
      world.siteCredentials(credentials),
    );

  it('sends a picture of the camera as it is now, and keeps what else the message has', async () => {
    await load();
    const message = await bench.send('shot', { payload: 'go', topic: 'button', other: 1, req: { id: 7 } });
    expect(message).toMatchObject({
      payload: JPEG,
      contentType: 'image/jpeg',
      filename: expect.stringMatching(/^porch-2026-01-01T12-00-00\.\d{3}Z\.jpg$/),
      camera: 'porch',
      ts: expect.stringMatching(TIME),
      stale: false,
      topic: 'porch/snapshot',
      other: 1,
      req: { id: 7 },
    });
    expect(message).not.toHaveProperty('event');
    await bench.shows('shot', 'green dot porch');
  });

  it('says it in base64 and as a data URL', async () => {
    await load({ output: 'base64' });
    expect((await bench.send('shot', {})).payload).toBe(JPEG.toString('base64'));
    await bench.unload();
    await load({ output: 'dataUrl' });
    expect((await bench.send('shot', {})).payload).toBe(`data:image/jpeg;base64,${JPEG.toString('base64')}`);
  });

  it('takes camera and width from the message', async () => {
    const asked: unknown[] = [];
    const { snapshot } = FakeRecorder.prototype;
    patch('snapshot', (id, ...more: unknown[]) => {
      asked.push([id, (more[0] as { readonly width?: number }).width]);
      return snapshot.call(world.recorder, id);
    });
    await load({ camera: 'where', cameraType: 'msg', width: 'size', widthType: 'msg' });
    expect(await bench.send('shot', { where: 'yard', size: '320' })).toMatchObject({ camera: 'yard', topic: 'yard/snapshot' });
    expect(asked).toEqual([['yard', 320]]);
    expect(await bench.fails('shot', { where: 'yard', size: 8 })).toBe('width is a number from 16 to 8192; got 8');
    expect(await bench.fails('shot', {})).toBe('no camera: msg.where is empty');
  });

  it('sends a drawn picture of a camera that is offline, and says that it is stale', async () => {
    world.recorder.setCamera('porch', { status: 'offline' as never });
    await load();
    expect(await bench.send('shot', {})).toMatchObject({ stale: true, payload: JPEG });
    await bench.shows('shot', 'yellow ring porch: offline');
  });

  it.each([
    [{ width: '64px', widthType: 'num' }, /^width is a number from 16 to 8192; got "64px"$/],
    [{ camera: '((', cameraType: 'jsonata' }, /^camera cannot be worked out: Expected/],
  ])('says which property %j is wrong, and how', async (properties, why) => {
    await load(properties);
    expect(await bench.fails('shot', {})).toMatch(why);
  });

  describe('of events', () => {
    it('takes an id as a number or text, or a whole event, and the newest of the camera where there is none', async () => {
      const { id } = world.recorder.openEvent('yard');
      world.recorder.readyEvent(id);
      const { id: newest } = world.recorder.openEvent('porch');
      world.recorder.readyEvent(newest);
      await load({ source: 'event', camera: '' });
      for (const event of [id, String(id), { id, camera: 'yard' }, { id, cameraId: 'yard' }])
        expect(await bench.send('shot', { event })).toMatchObject({ payload: JPEG, event: id, camera: 'yard', stale: false, topic: 'yard/snapshot' });
      expect(await bench.send('shot', { camera: 'yard', event: id })).toMatchObject({ camera: 'yard' });
      await bench.shows('shot', 'green dot yard');
      expect(await bench.fails('shot', {})).toBe('no event: msg.event is empty; and no camera whose newest one it could be: choose one in the node');
      await bench.unload();
      await load({ source: 'event' });
      expect(await bench.send('shot', {})).toMatchObject({ event: newest, camera: 'porch' });
    });

    it('says what is wrong with an event, or that there is none', async () => {
      world.recorder.setCamera('attic');
      await load({ source: 'event', camera: 'attic' });
      expect(await bench.fails('shot', {})).toBe('camera attic has no event yet; name one, or ask for its live picture');
      await bench.shows('shot', 'red dot no such event');
      expect(await bench.fails('shot', { event: 'front' })).toBe('event is the id of an event such as 42, or a whole event; got "front"');
      expect(await bench.fails('shot', { event: { start: NOW } })).toMatch('an object without a usable id');
      expect(await bench.fails('shot', { event: 4711 })).toMatch('4711');
      world.recorder.removeCamera('attic');
    });

    it('waits for a picture that is just being made', async () => {
      const { id } = world.recorder.openEvent('porch');
      let count = 0;
      patch('eventSnapshot', async () => {
        count += 1;
        if (count < 3) throw new RecorderError('NOT_READY', 'it is being made');
        return JPEG;
      });
      await load({ source: 'event' });
      expect(await bench.send('shot', { event: id })).toMatchObject({ payload: JPEG, event: id });
      expect(count).toBe(3);
    });
  });

  describe('as files', () => {
    it('writes into a folder under a name of camera and time, or where the message says', async () => {
      await load({ output: 'file', filename: `${join(folder, 'a', 'b')}/` });
      const { payload: path, filename } = await bench.send('shot', {});
      expect(path).toBe(filename);
      expect(String(path)).toMatch(/\/a\/b\/porch-2026-01-01T12-00-00\.\d{3}Z\.jpg$/);
      expect(await readFile(String(path))).toEqual(JPEG);
      await bench.unload();
      await load({ output: 'file', filename: 'filename', filenameType: 'msg' });
      const mine = join(folder, 'mine.jpg');
      await Promise.all(Array.from({ length: 20 }, () => bench.node('shot').receive({ filename: mine })));
      // And the one before.
      await bench.receives('shot', 21);
      expect(await readFile(mine)).toEqual(JPEG);
      expect((await readdir(folder)).sort()).toEqual(['a', 'mine.jpg']);
    });

    it('says what to do without a name, and where the disk does not take it', async () => {
      await load({ output: 'file', filename: 'filename', filenameType: 'msg' });
      expect(await bench.fails('shot', { filename: '' })).toMatch('no file name: write a path into the node, or choose where the message has one');
      await bench.shows('shot', 'red dot not written');
      expect(await bench.fails('shot', { filename: join(folder, 'mine.jpg', 'x.jpg') })).toMatch('a part of the path is a file, not a folder');
      expect(await bench.fails('shot', { filename: '/proc/nope/x.jpg' })).toMatch('nothing can be made in it; choose another one');
    });
  });

  describe('errors', () => {
    it.each([
      ['a wrong token', { token: 'wrong' }, /does not know the token of the site, or it has ended; make one there/, 'red dot token refused'],
      ['no token', { token: '' }, /wants a token, and the site has none; make one there/, 'red dot token refused'],
      ['a token of another camera', { token: 'elsewhere' }, /the token of the site may not do this at the recorder: /, 'red dot not allowed'],
    ])('says what to do with %s', async (_what, credentials, sentence, status) => {
      await load({}, { credentials });
      expect(await bench.fails('shot', {})).toMatch(sentence);
      await bench.shows('shot', status);
    });

    it('says that there is no picture of a camera that is offline, where the recorder cannot draw one', async () => {
      patch('snapshot', async () => {
        throw new RecorderError('CAMERA_OFFLINE', 'camera porch is offline');
      });
      await load();
      expect(await bench.fails('shot', {})).toMatch('camera porch is offline');
      await bench.shows('shot', 'red dot camera offline');
    });

    it('needs no more than a token of a viewer', async () => {
      await load({}, { credentials: { token: 'viewer' } });
      expect(await bench.send('shot', {})).toMatchObject({ payload: JPEG });
    });

    it('says that a camera is not known, and is well again with the next picture', async () => {
      await load({ camera: 'where', cameraType: 'msg' });
      expect(await bench.fails('shot', { where: 'cellar' })).toMatch('cellar');
      await bench.shows('shot', 'red dot no such camera');
      expect(await bench.fails('shot', { where: 'Front Door' })).toMatch('is no id of a camera');
      await bench.send('shot', { where: 'yard' });
      await bench.shows('shot', 'green dot yard');
    });

    it('says that the recorder is away, and is well again once it is back', async () => {
      await load();
      await bench.send('shot', {});
      await world.stopHttp();
      expect(await bench.fails('shot', {})).toMatch(/^the recorder at http:\/\/127\.0\.0\.1:\d+ cannot be reached \(.*\); if it runs on another machine/);
      await bench.shows('shot', 'red dot unreachable');
      await world.startHttp();
      await world.stopBridge();
      await world.startBridge();
      const isBack = (): boolean => {
        bench.node('shot').receive({});
        return bench.received('shot').length > 1;
      };
      await until(isBack, () => 'a picture of the recorder that is back');
      await bench.shows('shot', 'green dot porch');
    });

    it('says how to name the address where nobody says it', async () => {
      await load({}, { site: { base: 'elsewhere' } });
      expect(await bench.fails('shot', {})).toBe(
        'the address of the recorder is not known: no recorder says its address below elsewhere at the broker. Write it into the site, for instance http://nvr.example:8420',
      );
    });

    it('does without a broker where the site names the address', async () => {
      await load({}, { site: { broker: 'mqtt://127.0.0.1:2', apiUrl: `${world.api}/` } });
      expect(await bench.send('shot', {})).toMatchObject({ camera: 'porch', payload: JPEG });
      await bench.shows('shot', 'green dot porch');
    });
  });

  describe('with something else at the address', () => {
    let server: Server;
    let answer: (response: ServerResponse) => void = () => undefined;
    let ended = 0;
    beforeAll(async () => {
      server = createServer((_request, response) => {
        response.on('close', () => {
          if (!response.writableFinished) ended += 1;
        });
        answer(response);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });
    const loadThere = (): Promise<void> => load({}, { site: { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } });

    it('says so where it sends no JPEG, or more than any picture is', async () => {
      await loadThere();
      answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>');
      expect(await bench.fails('shot', {})).toMatch(/sent no JPEG \(text\/html, 13 bytes\); is this the address of the recorder\?/);
      answer = (response) => response.writeHead(200, { 'content-length': 40_000_000 }).write('x');
      expect(await bench.fails('shot', {})).toMatch(/is longer than 32 MiB/);
      answer = (response) => response.writeHead(307, { location: 'http://elsewhere.example/' }).end();
      expect(await bench.fails('shot', {})).toMatch(/redirect \(307\) to http:\/\/elsewhere\.example\//);
      await bench.shows('shot', 'red dot unreachable');
    });

    it('is closed within a second while it waits, ends its request, and says nothing afterwards', async () => {
      await loadThere();
      let isAsked = false;
      answer = () => {
        isAsked = true;
      };
      for (let count = 0; count < 10; count += 1) bench.node('shot').receive({ count });
      await until(
        () => isAsked,
        () => 'a request',
      );
      await bench.shows('shot', 'blue ring 10 waiting');
      const [before, statuses] = [ended, bench.node('shot').status.args];
      const count = statuses.length;
      const startMs = performance.now();
      const [received, errors] = [bench.received('shot'), bench.received('catch')];
      await bench.unload();
      expect(performance.now() - startMs).toBeLessThan(1000);
      await until(
        () => ended > before,
        () => 'the end of the request',
      );
      expect([received.length, errors.length, statuses.length]).toEqual([0, 0, count]);
    });
  });

  it('gives each of thousands of messages a picture asked for after it came, in order, with few requests', async () => {
    let [running, most, count] = [0, 0, 0];
    const asked: number[] = [];
    patch('snapshot', async () => {
      running += 1;
      most = Math.max(most, running);
      const number = count++;
      asked.push(performance.now());
      await new Promise((resolve) => setTimeout(resolve, 30));
      running -= 1;
      return { jpeg: Buffer.concat([JPEG, Buffer.from(String(number))]), at: NOW, stale: false, etag: `"${number}"` };
    });
    await load();
    await bench.send('shot', {});
    const heapBefore = process.memoryUsage().rss;
    const sent: number[] = [];
    const seconds = 4;
    const startMs = performance.now();
    while (performance.now() - startMs < seconds * 1000) {
      const due = Math.min(seconds * 1000, Math.floor(performance.now() - startMs));
      for (; sent.length < due; ) {
        bench.node('shot').receive({ index: sent.length });
        sent.push(performance.now());
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // On a machine that is busy otherwise some find no room, and are told so.
    const FULL = '1000 messages are waiting already; send them slower (a delay node can limit the rate)';
    await until(
      () => bench.received('shot').length - 1 + bench.errors().length >= sent.length,
      () => `${sent.length} answers`,
    );
    const messages = bench.received('shot').slice(1);
    const indexes = messages.map(({ index }) => Number(index));
    expect(indexes).toEqual([...indexes].sort((x, y) => x - y));
    expect(new Set(indexes).size).toBe(sent.length - bench.errors().length);
    const early = messages.filter(
      ({ payload, index }) => (asked[Number((payload as Buffer).subarray(JPEG.length).toString())] ?? 0) < (sent[Number(index)] ?? 0),
    );
    expect(early).toEqual([]);
    expect(sent.length).toBeGreaterThan(3500);
    expect(messages.length).toBeGreaterThan(1000);
    expect(most).toBe(1);
    expect(count).toBeLessThan(200);
    expect((process.memoryUsage().rss - heapBefore) / 1e6).toBeLessThan(150);
    expect(bench.errors().filter((text) => text !== FULL)).toEqual([]);
    // The status changed a few times a second, not thousands of times.
    expect(bench.node('shot').status.args.length).toBeLessThan(40);
    await bench.shows('shot', 'green dot porch');
  }, 30_000);

  it('refuses messages for which there is no room, goes on with the others, and asks for few cameras at a time', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let [running, most] = [0, 0];
    patch('snapshot', async () => {
      running += 1;
      most = Math.max(most, running);
      await held;
      running -= 1;
      return { jpeg: JPEG, at: NOW, stale: false, etag: '"x"' };
    });
    await load({ width: 'width', widthType: 'msg' });
    for (let index = 0; index < 1500; index += 1) bench.node('shot').receive({ index, width: 100 + (index % 50) });
    await until(
      () => bench.errors().length === 500,
      () => `500 errors; ${bench.errors().length}`,
    );
    expect(bench.errors()[0]).toBe('1000 messages are waiting already; send them slower (a delay node can limit the rate)');
    await bench.shows('shot', /waiting|too many messages/);
    release();
    const messages = await bench.receives('shot', 1000);
    expect(messages.map(({ index }) => index)).toEqual(Array.from({ length: 1000 }, (_none, index) => index));
    expect(most).toBeLessThanOrEqual(4);
    await bench.shows('shot', 'green dot porch');
  }, 30_000);

  it('asks the recorder that the camera belongs to', async () => {
    const { MqttBridge } = await import('@nightjar/mqtt-bridge');
    const second = new FakeRecorder({ serverId: 'rec2', cameras: ['garage'], firstEventId: 500 });
    second.eventJpeg = Buffer.concat([JPEG, Buffer.from('garage')]);
    const http = await httpRecorder({ recorder: second });
    second.address = http.url;
    const bridge = new MqttBridge({ broker: world.brokerUrl, ...world.broker, base: world.base });
    await bridge.start(second);
    try {
      await load({ camera: 'where', cameraType: 'msg' });
      const [garage, porch] = [await bench.send('shot', { where: 'garage' }), await bench.send('shot', { where: 'porch' })];
      expect((garage.payload as Buffer).toString('latin1')).toMatch(/garage$/);
      expect(porch.payload).toEqual(JPEG);
      await bench.unload();
      const { id } = second.openEvent('garage');
      second.readyEvent(id);
      await load({ source: 'event', camera: '' });
      expect(await bench.send('shot', { event: id, camera: 'garage' })).toMatchObject({ event: 500, camera: 'garage' });
      expect(await bench.fails('shot', { event: id })).toBe(
        'the site has several recorders: choose the camera of the event in the node, or send its id as msg.camera',
      );
      // Each recorder numbers its events: the same id is another event elsewhere.
      const { id: other } = world.recorder.openEvent('porch');
      world.recorder.readyEvent(other);
      expect(await bench.fails('shot', { event: other, camera: 'ghost' })).toBe('no recorder says that it has camera "ghost"; there are garage, porch, yard');
      await bench.shows('shot', 'red dot no such camera');
    } finally {
      await bridge.stop();
      await http.close();
    }
  });
});
