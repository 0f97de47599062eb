// nightjar-status with a real broker and the recorder’s real bridge.
import mqtt from 'mqtt';
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

describe('nightjar-status', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  beforeAll(async () => {
    world = await PaletteWorld.start();
  });
  afterAll(() => world.stop());

  const load = (properties: object = {}): Promise<void> =>
    bench.load([world.siteNode(), { id: 'status', type: 'nightjar-status', ...properties }], world.siteCredentials());
  const told = (): readonly unknown[] => bench.received('status').map(({ topic, payload }) => `${topic} ${payload}`);

  it('tells of cameras that are lost and come back', async () => {
    await load({ cameras: 'porch' });
    await bench.receives('status', 1);
    await bench.shows('status', 'green dot 1 online');
    world.recorder.setCamera('porch', { status: 'offline' });
    await bench.receives('status', 2);
    await bench.shows('status', 'yellow dot 1 offline');
    world.recorder.setCamera('porch', { status: 'online' });
    const messages = await bench.receives('status', 3);
    expect(told()).toEqual(['porch/availability online', 'porch/availability offline', 'porch/availability online']);
    expect(messages[1]).toMatchObject({ camera: 'porch', since: expect.any(String) });
  });

  it('tells that cameras are offline where their recorder is, and both again when it is back', async () => {
    await load({ what: 'both', initial: false });
    await bench.shows('status', 'green dot 3 online');
    await world.stopBridge();
    await bench.receives('status', 3);
    expect(told().toSorted()).toEqual(['porch/availability offline', 'rec1/state offline', 'yard/availability offline']);
    for (const { camera, reason } of bench.received('status')) expect(reason).toBe(camera === undefined ? undefined : 'recorder offline');
    await world.startBridge();
    await bench.receives('status', 6);
    expect(told().slice(3).toSorted()).toEqual(['porch/availability online', 'rec1/state online', 'yard/availability online']);
  });

  it('shows once how many are missing, however many are lost at once', async () => {
    const ids = Array.from({ length: 20 }, (_, at) => `many${at}`);
    for (const id of ids) world.recorder.setCamera(id);
    await load({ initial: false });
    await bench.shows('status', 'green dot 22 online');
    const { status } = bench.node('status');
    const before = status.args.length;
    await world.stopBridge();
    await bench.shows('status', 'yellow dot 22 offline');
    expect(status.args.length - before).toBeLessThan(4);
    await world.startBridge();
    await bench.shows('status', 'green dot 22 online');
    for (const id of ids) world.recorder.removeCamera(id);
    await bench.shows('status', 'green dot 2 online');
  });

  it('tells nothing where a broker that stops says for a moment that recorders are lost', async () => {
    await load({ what: 'both', initial: false });
    await bench.shows('status', 'green dot 3 online');
    const { url, ...login } = { url: world.brokerUrl, ...world.broker };
    const broker = await mqtt.connectAsync(url, login);
    for (const state of ['offline', 'online']) await broker.publishAsync(`${world.base}/server/rec1/state`, state, { qos: 1, retain: true });
    world.recorder.setCamera('porch', { status: 'offline' });
    await bench.receives('status', 1);
    await broker.endAsync();
    world.recorder.setCamera('porch', { status: 'online' });
    await bench.receives('status', 2);
    expect(told()).toEqual(['porch/availability offline', 'porch/availability online']);
  });

  it('does not tell of short absences', async () => {
    await load({ cameras: 'yard', initial: false, offlineDelay: '0.3', offlineDelayType: 'num' });
    await bench.shows('status', 'green dot 1 online');
    world.recorder.setCamera('yard', { status: 'offline' });
    await bench.shows('status', 'yellow dot 1 offline');
    world.recorder.setCamera('yard', { status: 'online' });
    await bench.shows('status', 'green dot 1 online');
    expect(told()).toEqual([]);
    world.recorder.setCamera('yard', { status: 'offline' });
    await bench.receives('status', 1);
    expect(told()).toEqual(['yard/availability offline']);
    world.recorder.setCamera('yard', { status: 'online' });
    await bench.receives('status', 2);
  });

  it('tells of a camera that is removed', async () => {
    world.recorder.setCamera('garage');
    await load({ cameras: 'garage' });
    await bench.receives('status', 1);
    world.recorder.removeCamera('garage');
    expect((await bench.receives('status', 2)).at(-1)).toMatchObject({ camera: 'garage', payload: 'offline' });
  });

  it('hands on how recorders and cameras are doing', async () => {
    await load({ what: 'both', stats: true });
    await bench.receives('status', 4);
    await bench.shows('status', 'green dot 3 online');
    const stats = bench.received('status').filter(({ topic }) => String(topic).endsWith('/stats'));
    for (const { payload } of stats) expect(payload).toMatchObject({ ts: expect.any(String) });
  });
});
