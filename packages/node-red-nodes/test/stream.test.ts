// nightjar-stream with the recorder’s real HTTP API: every address works as it is.
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

describe('nightjar-stream', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  const wishes: unknown[] = [];
  beforeAll(async () => {
    world = await PaletteWorld.start();
    const { accounts } = world.http;
    const make = accounts.mediaToken.bind(accounts);
    accounts.mediaToken = (principal, wish) => {
      wishes.push(wish);
      return make(principal, wish);
    };
  });
  afterAll(() => world.stop());
  afterEach(() => wishes.splice(0));

  const load = (properties: object = {}, { credentials = {}, site = {} } = {}): Promise<void> =>
    bench.load([world.siteNode(site), { id: 'stream', type: 'nightjar-stream', camera: 'porch', ...properties }], world.siteCredentials(credentials));

  /** The first bytes of an answer without end. */
  async function begun(url: unknown): Promise<{ readonly status: number; readonly type: string; readonly bytes: string }> {
    const abort = new AbortController();
    const response = await fetch(String(url), { signal: abort.signal });
    const read = await response.body?.getReader().read();
    abort.abort();
    return { status: response.status, type: response.headers.get('content-type') ?? '', bytes: Buffer.from(read?.value ?? []).toString('latin1') };
  }

  it('makes an address of MJPEG with width and pictures a second', async () => {
    await load({ width: '640', fps: '2', seconds: '60' });
    const message = await bench.send('stream', { payload: 'go', other: 1 });
    expect(message).toMatchObject({ camera: 'porch', topic: 'porch/stream', expires: '2026-01-01T12:05:00.000Z', other: 1 });
    expect(message.payload).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/cameras\/porch\/live\.mjpeg\?width=640&maxFps=2&token=media-\d+$/);
    expect(wishes).toEqual([{ cameraId: 'porch', operations: ['getLiveMjpeg'], expiresInSeconds: 60 }]);
    const { status, type, bytes } = await begun(message.payload);
    expect([status, type]).toEqual([200, 'multipart/x-mixed-replace; boundary=nightjar-picture']);
    expect(bytes).toMatch(/^--nightjar-picture/);
    await bench.shows('stream', 'green dot porch');
  });

  it('makes an address of MP4, as the camera sends it or encoded anew', async () => {
    await load({ protocol: 'mp4', width: 'width', widthType: 'msg' });
    const plain = await bench.send('stream', {});
    expect(plain.payload).toMatch(/\/cameras\/porch\/live\.mp4\?token=media-\d+$/);
    expect(wishes[0]).toMatchObject({ operations: ['getLiveMp4'], expiresInSeconds: 300 });
    world.recorder.video('porch').sendFrames(2);
    const { status, type, bytes } = await begun(plain.payload);
    expect([status, type, bytes.slice(4, 8)]).toEqual([200, 'video/mp4', 'ftyp']);
    expect((await bench.send('stream', { width: 320 })).payload).toMatch(/live\.mp4\?video=h264&width=320&token=/);
    expect(await bench.fails('stream', { width: 4000 })).toBe('width is a number from 16 to 1920; got 4000');
  });

  it('makes an address of a WebSocket that opens', async () => {
    await load({ protocol: 'websocket' });
    const { payload } = await bench.send('stream', {});
    expect(payload).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/api\/v1\/cameras\/porch\/live\?token=media-\d+$/);
    world.recorder.video('porch').sendFrames(1);
    const socket = new WebSocket(String(payload));
    const first = await new Promise<string>((resolve, reject) => {
      socket.addEventListener('message', ({ data }) => resolve(String(data)), { once: true });
      socket.addEventListener('error', () => reject(new Error('the socket failed')));
    });
    socket.close();
    expect(JSON.parse(first)).toMatchObject({ type: 'init' });
  });

  it('makes an address of a single picture', async () => {
    await load({ protocol: 'snapshot', width: 320, camera: 'where', cameraType: 'msg' });
    const { payload } = await bench.send('stream', { where: 'yard' });
    expect(payload).toMatch(/\/cameras\/yard\/snapshot\.jpg\?width=320&token=media-\d+$/);
    expect(await begun(payload)).toMatchObject({ status: 200, type: 'image/jpeg' });
    // The token is good for this camera and this way of looking.
    expect((await fetch(String(payload).replace('yard', 'porch'))).status).toBe(403);
  });

  it('takes seconds from 1 to 300, and says so of others', async () => {
    await load({ seconds: 'for', secondsType: 'msg' });
    await bench.send('stream', { for: '1' });
    await bench.send('stream', {});
    expect(wishes).toMatchObject([{ expiresInSeconds: 1 }, { expiresInSeconds: 300 }]);
    expect(await bench.fails('stream', { for: 301 })).toBe('seconds is a number from 1 to 300; got 301');
    expect(await bench.fails('stream', { for: 0 })).toMatch('from 1 to 300');
  });

  it('says what to do where it cannot be', async () => {
    await load({ protocol: 'hls' });
    expect(await bench.fails('stream', {})).toBe('the recorder has no stream "hls"; choose one of mjpeg, mp4, websocket, snapshot in the node');
    await bench.shows('stream', 'red dot failed');
    await bench.unload();
    await load({ camera: 'where', cameraType: 'msg' });
    expect(await bench.fails('stream', { where: 'cellar' })).toMatch('cellar');
    await bench.shows('stream', 'red dot no such camera');
    expect(await bench.fails('stream', {})).toBe('no camera: msg.where is empty');
    await bench.send('stream', { where: 'porch' });
    await bench.shows('stream', 'green dot porch');
    await bench.unload();
    await load({}, { credentials: { token: 'wrong' } });
    expect(await bench.fails('stream', {})).toMatch('does not know the token of the site');
    await bench.unload();
    await load({}, { site: { apiUrl: 'http://127.0.0.1:2' } });
    expect(await bench.fails('stream', {})).toMatch('nothing listens there');
    await bench.shows('stream', 'red dot unreachable');
  });

  it('keeps order, and shows no token in a status, a warning or an error', async () => {
    await load();
    for (let index = 0; index < 50; index += 1) bench.node('stream').receive({ index });
    const messages = await bench.receives('stream', 50);
    expect(messages.map(({ index }) => index)).toEqual(Array.from({ length: 50 }, (_none, index) => index));
    await bench.shows('stream', 'green dot porch');
    const { status, warn } = bench.node('stream');
    expect(JSON.stringify([status.args, warn.args, bench.errors()])).not.toMatch(/media-|machine/);
  });
});
