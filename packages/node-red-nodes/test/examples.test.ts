// The flows of the Examples menu do what they say, in a real Node-RED.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@nightjar/testkit';
import { EXAMPLES_FOLDER, ExampleBench, exampleNames, exampleNodes } from './example-bench.ts';

const START_MS = 60_000;
const SITE = '6e69676874736974';
/** Everything of these comes with Node-RED. */
const CORE =
  /^(tab|group|comment|inject|debug|catch|change|switch|function|template|trigger|delay|split|http (in|response|request)|websocket(-listener| in| out))$/;

describe('the Examples menu', () => {
  it.each(exampleNames())('%s: holds nodes of the palette and of Node-RED itself, and nothing of a home', (name) => {
    const nodes = exampleNodes(name);
    expect(nodes.map(({ type }) => type).filter((type) => !CORE.test(type) && !type.startsWith('nightjar-'))).toEqual([]);
    const [tab] = nodes;
    expect(tab).toMatchObject({ type: 'tab', label: name, info: expect.stringMatching(/\S/) });
    expect(nodes.filter(({ type }) => type === 'nightjar-site')).toEqual([
      { id: SITE, type: 'nightjar-site', nodeVersion: 1, name: '', broker: 'mqtt://localhost:1883', base: 'nightjar', protocol: 'auto', tls: '', apiUrl: '' },
    ]);
    expect(nodes.filter((node) => 'credentials' in node)).toEqual([]);
    expect(nodes.some(({ type }) => type === 'comment')).toBe(true);
  });

  it('shows every node of the palette at work', () => {
    const { 'node-red': palette } = JSON.parse(readFileSync(join(EXAMPLES_FOLDER, '../package.json'), 'utf8')) as {
      readonly 'node-red': { readonly nodes: object };
    };
    const used = new Set(exampleNames().flatMap((name) => exampleNodes(name).map(({ type }) => type)));
    expect(Object.keys(palette.nodes).filter((type) => !used.has(type))).toEqual([]);
  });

  it('gives no two nodes the same id, but for the site, which is the same in all', () => {
    const ids = exampleNames().flatMap((name) => exampleNodes(name).map(({ id }) => id));
    const others = ids.filter((id) => id !== SITE);
    expect(new Set(others).size).toBe(others.length);
  });
});

describeWith('npm', 'the flows of the Examples menu (after `npm run build`)', () => {
  let bench: ExampleBench;
  beforeAll(async () => {
    bench = await ExampleBench.start();
  }, START_MS);
  afterAll(() => bench[Symbol.asyncDispose]());
  afterEach(() => expect(bench.complaints).toEqual([]));

  it('send the picture of what is large and moves while armed, and nothing of what is small or when disarmed', async () => {
    const { recorder } = bench.world;
    await bench.deploy('Notify with a picture when something large moves while armed', { NOTIFY_URL: bench.address('/topic') });
    const large = recorder.openEvent('porch');
    // Neither another one within a minute, nor what is small, nor what moves while disarmed.
    recorder.openEvent('porch');
    recorder.publish({ type: 'event.opened', data: { ...large, id: 2000, cameraId: 'yard', score: { max: 5, avg: 2, total: 9 } } });
    recorder.publish({ type: 'event.opened', data: { ...large, id: 2001, cameraId: 'yard', armed: false } });
    recorder.openEvent('yard');
    const [first, second] = await bench.asks(2);
    expect(first?.path).toBe('/topic');
    expect(first?.headers).toMatchObject({ title: 'Movement at porch', message: `Score 87, all, event ${large.id}`, filename: 'porch.jpg' });
    expect(first?.body).toEqual(Buffer.from(recorder.eventJpeg));
    expect(second?.headers['title']).toBe('Movement at yard');
    await bench.red.eventually('the answers are shown', () => (bench.red.debug('Answer of the service').length === 2 ? true : undefined));
    expect(bench.red.debug('Answer of the service')).toEqual([200, 200]);
  });

  it('send the words alone where there is no picture, and say it where nobody listens', async () => {
    const { recorder } = bench.world;
    await bench.deploy('Notify with a picture when something large moves while armed', { NOTIFY_URL: bench.address('/topic') });
    recorder.publish({ type: 'event.opened', data: { ...recorder.openEvent('yard'), id: 3000, cameraId: 'porch', zones: [] } });
    const bodies = (await bench.asks(2)).map(({ body }) => body.toString());
    expect(bodies).toContain('Score 87, event 3000');
    await bench.deploy('Notify with a picture when something large moves while armed');
    recorder.openEvent('yard');
    await bench.red.eventually('the problem is shown', () => bench.red.debug('Notification problem')[0]);
    expect(bench.red.debug('Notification problem')).toEqual([expect.stringMatching(/ECONNREFUSED/)]);
  });

  it('switch the lamp on with motion, and off once nothing moved for a while', async () => {
    const { recorder } = bench.world;
    const [on, off] = ['{"id":0,"on":true}', '{"id":0,"on":false}'];
    await bench.deploy('Light on when something moves, off a while after', { LIGHT_URL: bench.address('/lamp'), MINUTES: '0.01' });
    recorder.setMotion('yard', true);
    recorder.setMotion('porch', true);
    await bench.asks(1);
    recorder.setMotion('porch', false);
    // Moves again before the time is over: it stays on.
    recorder.setMotion('porch', true);
    await bench.asks(2);
    recorder.setMotion('porch', false);
    await bench.asks(3);
    expect(bench.bodies).toEqual([on, on, off]);
    recorder.setMotion('yard', false);
  });

  it('arm once everybody is away for a while, and disarm for the first who comes home', async () => {
    const { recorder } = bench.world;
    await bench.deploy('Arm when everybody is away', { AWAY_MINUTES: '0.005' });
    const say = async (person: string, home: boolean): Promise<void> => expect((await bench.red.post('/presence', { person, home })).status).toBe(204);
    const armed = (count: number): Promise<readonly unknown[]> =>
      bench.red.eventually(`it was set ${count} times`, () => (bench.red.debug('Armed now').length === count ? bench.red.debug('Armed now') : undefined));
    await say('anna', true);
    expect(await armed(1)).toEqual([false]);
    expect(await recorder.controls()).toEqual({ armed: false });
    await say('anna', false);
    await bench.red.inject(bench.id('Ben leaves'));
    expect(await armed(2)).toEqual([false, true]);
    expect(await recorder.controls()).toEqual({ armed: true });
    await bench.red.inject(bench.id('Anna comes home'));
    await say('ben', true);
    await say('anna', false);
    expect(await armed(3)).toEqual([false, true, false]);
    await say('ben', false);
    // Back before the time is over: it stays disarmed, and is said to be.
    await say('ben', true);
    expect(await armed(4)).toEqual([false, true, false, false]);
    expect(await recorder.controls()).toEqual({ armed: false });
    await recorder.setControls({ armed: true });
  });

  it('record as long as a sensor says that something moves, and turn the camera where it can', async () => {
    const { recorder } = bench.world;
    await bench.deploy('A motion sensor starts a recording');
    const begun = await bench.red.post('/pir', { motion: true });
    expect(begun.status).toBe(200);
    const { id } = (await begun.json()) as { readonly id: number };
    expect(await recorder.event(id)).toMatchObject({ cameraId: 'porch', cause: 'trigger', state: 'open', causes: [{ source: 'node-red' }] });
    const ended = await bench.red.post('/pir', { motion: false });
    // Not `off`, which forbids motion to record from then on.
    expect([ended.status, await ended.json()]).toEqual([200, { camera: 'porch', action: 'cancel' }]);
    expect(await recorder.event(id)).toMatchObject({ state: 'closed' });
    expect((await bench.red.post('/pir', {})).status).toBe(400);
    expect((await bench.red.post('/pir', { motion: 'perhaps' })).status).toBe(400);
    await bench.red.inject(bench.id('Turn it now'));
    await bench.red.eventually('it is said', () => bench.red.debug('Why it does not turn')[0]);
    expect(bench.red.debug('Why it does not turn')).toEqual([expect.stringMatching(/cannot be (moved|turned)/)]);
  });

  it('say to the sensor why nothing is recorded', async () => {
    await bench.deploy('A motion sensor starts a recording', { CAMERA: 'attic' });
    const answer = await bench.red.post('/pir', { motion: true });
    expect([answer.status, await answer.json()]).toEqual([502, { problem: expect.stringMatching(/attic/) }]);
  });

  it('write a file of the day before of each camera with recordings', async () => {
    const { recorder } = bench.world;
    const noon = new Date();
    noon.setHours(12, 0, 0, 0);
    noon.setDate(noon.getDate() - 1);
    const { id } = recorder.openEvent('porch');
    recorder.closeEvent(id);
    recorder.readyEvent(id);
    await recorder.updateEvent(id, { start: noon.toISOString(), end: new Date(noon.getTime() + 10_000).toISOString() });
    const folder = join(bench.red.path, 'exports');
    await bench.deploy('Every night a file of the day before', { CAMERAS: 'porch, yard', FOLDER: folder });
    await bench.red.inject(bench.id('At 00:30'));
    const file = await bench.red.eventually('a file is written', () => bench.red.debug('File')[0]);
    const day = [noon.getFullYear(), noon.getMonth() + 1, noon.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
    expect(file).toBe(join(folder, `porch-${day}.mp4`));
    expect(statSync(String(file)).size).toBeGreaterThan(0);
    await bench.red.eventually('the other camera has none', () => bench.red.debug('Camera with an empty day')[0]);
    expect([bench.red.debug('Camera with an empty day'), bench.red.debug('Export problem'), readdirSync(folder)]).toEqual([['yard'], [], [`porch-${day}.mp4`]]);
  });

  it('switch the plug of a camera that is lost off and on, once, and say where that did not help', async () => {
    const { recorder } = bench.world;
    const lost = { OFFLINE_SECONDS: '0.2', OFF_SECONDS: '0.2', BACK_MINUTES: '0.01' };
    const service = { PLUG_URL: bench.address('/plug'), NOTIFY_URL: bench.address('/words') };
    await bench.deploy('Power cycle of a camera that is offline', { ...lost, ...service });
    recorder.setCamera('yard', { status: 'offline' });
    recorder.setCamera('porch', { status: 'offline' });
    await bench.asks(3);
    recorder.setCamera('porch', { status: 'online' });
    await bench.red.shows(bench.id('Camera'), 'green dot 1 online');
    recorder.setCamera('porch', { status: 'offline' });
    await bench.asks(4);
    expect(bench.asked.map(({ path, body }) => `${path} ${body.toString()}`)).toEqual([
      '/plug {"id":0,"on":false}',
      '/plug {"id":0,"on":true}',
      '/words porch is still offline after its plug was switched off and on',
      '/words porch is lost again less than 30 minutes after its plug was switched',
    ]);
    for (const camera of ['porch', 'yard']) recorder.setCamera(camera, { status: 'online' });
  });

  it('leave the plug alone where the camera comes back, or where the recorder is what is lost', async () => {
    const { world } = bench;
    const env = { OFFLINE_SECONDS: '0.1', OFF_SECONDS: '0.1', BACK_MINUTES: '0.03', PLUG_URL: bench.address('/plug'), NOTIFY_URL: bench.address('/words') };
    await bench.deploy('Power cycle of a camera that is offline', env);
    await world.stopBridge();
    await bench.red.shows(bench.id('Camera'), 'yellow dot 1 offline');
    await world.startBridge();
    await bench.red.shows(bench.id('Camera'), 'green dot 1 online');
    world.recorder.setCamera('porch', { status: 'offline' });
    await bench.asks(2);
    await bench.red.shows(bench.id('Not back in time'), /^blue dot/);
    world.recorder.setCamera('porch', { status: 'online' });
    await bench.red.shows(bench.id('Not back in time'), '');
    expect(bench.asked.map(({ path }) => path)).toEqual(['/plug', '/plug']);
  });

  it('leave the plug of a camera alone that was removed from the recorder', async () => {
    const { recorder } = bench.world;
    recorder.setCamera('shed');
    const env = {
      CAMERA: 'shed',
      OFFLINE_SECONDS: '0.1',
      OFF_SECONDS: '0.1',
      BACK_MINUTES: '1',
      PLUG_URL: bench.address('/plug'),
      NOTIFY_URL: bench.address('/words'),
    };
    await bench.deploy('Power cycle of a camera that is offline', env);
    await bench.red.shows(bench.id('Camera'), 'green dot 1 online');
    recorder.removeCamera('shed');
    await bench.red.shows(bench.id('Camera'), 'yellow ring no such camera');
    recorder.setCamera('shed');
    await bench.red.shows(bench.id('Camera'), 'green dot 1 online');
    recorder.setCamera('shed', { status: 'offline' });
    await bench.asks(2);
    expect(bench.asked.map(({ path }) => path)).toEqual(['/plug', '/plug']);
  });
});
