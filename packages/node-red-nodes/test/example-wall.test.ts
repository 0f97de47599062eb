// The wall of the Examples menu: what its page is sent, in a real Node-RED.
import { describeWith } from '@nightjar/testkit';
import { ExampleBench } from './example-bench.ts';

const START_MS = 60_000;
const WALL = 'Cameras on the wall';

describeWith('npm', 'the wall of the Examples menu (after `npm run build`)', () => {
  let bench: ExampleBench;
  beforeAll(async () => {
    bench = await ExampleBench.start();
    await bench.deploy(WALL);
  }, START_MS);
  afterAll(() => bench[Symbol.asyncDispose]());
  afterEach(() => expect(bench.complaints).toEqual([]));

  const get = (path: string): Promise<Response> => bench.red.request(`/api/nightjar-wall${path}`);

  it('is a page that loads nothing from elsewhere', async () => {
    const page = await get('');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const text = await page.text();
    expect(text).toContain('<title>Cameras</title>');
    expect(text.match(/(src|href)="[^"]*"|https?:\/\/|@import|url\(/g)).toBeNull();
  });

  it('shows pictures, recordings and where the live picture is', async () => {
    const { recorder, api } = bench.world;
    const { id } = recorder.openEvent('porch');
    recorder.closeEvent(id);
    recorder.readyEvent(id);
    await recorder.updateEvent(id, { start: new Date().toISOString(), end: new Date().toISOString() });
    for (const path of ['/picture/yard', `/event/porch/${id}`]) {
      const picture = await get(path);
      expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
      expect(Buffer.from(await picture.arrayBuffer())).toEqual(Buffer.from(recorder.eventJpeg));
    }
    expect(await (await get('/recordings/porch')).json()).toEqual([{ id, start: expect.any(String) }]);
    expect(await (await get('/recordings/yard')).json()).toEqual([]);
    const { url } = (await (await get('/stream/porch')).json()) as { readonly url: string };
    expect(url).toContain(`${api}/api/v1/cameras/porch/live.mjpeg?width=1280&token=`);
  });

  it('says what is wrong where there is no such camera', async () => {
    const answer = await get('/picture/attic');
    expect([answer.status, await answer.json()]).toEqual([502, { problem: expect.stringMatching(/attic/) }]);
  });

  it('tells a page that opens what is known, and every page what changes', async () => {
    const { recorder } = bench.world;
    const said: object[] = [];
    const socket = new WebSocket(`${bench.red.url.replace('http', 'ws')}/api/nightjar-wall/live`);
    socket.addEventListener('open', () => socket.send('hello'));
    socket.addEventListener('message', ({ data }) => said.push(...(JSON.parse(String(data)) as readonly object[])));
    const hears = async (change: object): Promise<void> => {
      const text = JSON.stringify(change);
      await bench.red.eventually(`the page hears ${text}`, () => (said.some((each) => JSON.stringify(each) === text) ? true : undefined));
    };
    try {
      await bench.red.eventually('both cameras are told', () => (said.length === 2 ? true : undefined));
      expect(said).toEqual(
        expect.arrayContaining([
          { camera: 'porch', availability: 'online', motion: false },
          { camera: 'yard', availability: 'online', motion: false },
        ]),
      );
      recorder.setMotion('yard', true);
      await hears({ camera: 'yard', motion: true });
      recorder.setCamera('porch', { status: 'offline' });
      await hears({ camera: 'porch', availability: 'offline' });
      recorder.setCamera('gate');
      await hears({ camera: 'gate', availability: 'online' });
      recorder.removeCamera('gate');
      await hears({ camera: 'gate', availability: 'removed' });
    } finally {
      recorder.setMotion('yard', false);
      recorder.setCamera('porch', { status: 'online' });
      socket.close();
    }
  });
});
