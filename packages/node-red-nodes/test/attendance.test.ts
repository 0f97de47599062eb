// Nodes that are connected to a broker, and what they show where nobody is there whom they are for.
import { FakeRecorder } from '@nightjar/testkit';
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

/** Those that live of the broker; the others say what came of what they asked. */
const KINDS = ['motion-in', 'event-in', 'status', 'trigger', 'set', 'ptz'];

describe('a node that is connected', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  beforeAll(async () => {
    world = await PaletteWorld.start();
  });
  afterAll(() => world.stop());

  const load = (properties: object, site: Readonly<Record<string, unknown>> = {}): Promise<void> => {
    const nodes = KINDS.map((kind) => ({ id: kind, type: `nightjar-${kind}`, ...properties }));
    return bench.load([world.siteNode(site), ...nodes], world.siteCredentials());
  };
  const allShow = async (status: string): Promise<void> => {
    for (const kind of KINDS) await bench.shows(kind, status);
  };

  it('says that there is no recorder where the base topic is another one', async () => {
    await load({}, { base: 'home/nightjar' });
    await allShow('yellow ring no recorder');
  });

  it('says that there is no such camera, until there is', async () => {
    await load({ camera: 'garage', cameras: 'garage', what: 'cameras' });
    await allShow('yellow ring no such camera');
    world.recorder.setCamera('garage');
    for (const kind of KINDS) await bench.shows(kind, kind === 'status' ? 'green dot 1 online' : 'green dot connected');
    world.recorder.removeCamera('garage');
    await allShow('yellow ring no such camera');
  });

  it('says that the camera is offline or switched off, and not of one that is chosen by the message', async () => {
    await bench.load(
      [
        world.siteNode(),
        { id: 'chosen', type: 'nightjar-motion-in', cameras: 'yard' },
        { id: 'open', type: 'nightjar-trigger', camera: 'topic', cameraType: 'msg' },
      ],
      world.siteCredentials(),
    );
    await bench.shows('chosen', 'green dot connected');
    world.recorder.setCamera('yard', { status: 'offline' });
    await bench.shows('chosen', 'red ring camera offline');
    await bench.shows('open', 'green dot connected');
    await world.recorder.setCameraControls('yard', { enabled: false });
    await bench.shows('chosen', 'grey ring camera switched off');
    await world.recorder.setCameraControls('yard', { enabled: true });
    world.recorder.setCamera('yard', { status: 'online' });
    await bench.shows('chosen', 'green dot connected');
  });

  it('says that its recorder is offline, and another one’s cameras are as they were', async () => {
    const other = new FakeRecorder({ serverId: 'rec2', cameras: ['shed'] });
    const bridge = await world.bridgeOf(other);
    const nodes = [
      { id: 'here', type: 'nightjar-motion-in', cameras: 'porch' },
      { id: 'there', type: 'nightjar-event-in', cameras: 'shed' },
      { id: 'any', type: 'nightjar-motion-in' },
    ];
    await bench.load([world.siteNode(), ...nodes], world.siteCredentials());
    for (const { id } of nodes) await bench.shows(id, 'green dot connected');
    await bridge.stop();
    await bench.shows('there', 'red ring recorder offline');
    for (const id of ['here', 'any']) await bench.shows(id, 'green dot connected');
    await world.stopBridge();
    for (const { id } of nodes) await bench.shows(id, 'red ring recorder offline');
    await world.startBridge();
    for (const id of ['here', 'any']) await bench.shows(id, 'green dot connected');
    await bench.shows('there', 'red ring recorder offline');
  });

  it('forgets a command that failed once it is known that the recorder is away', async () => {
    await bench.load([world.siteNode(), { id: 'node', type: 'nightjar-trigger', camera: 'porch', action: 'unheard' }], world.siteCredentials());
    await bench.shows('node', 'green dot connected');
    await bench.fails('node', {});
    await bench.shows('node', 'red dot failed');
    await world.stopBridge();
    await bench.shows('node', 'red ring recorder offline');
    await world.startBridge();
    await bench.shows('node', 'green dot connected');
  });

  it('says each thing once, however often the broker tells it', async () => {
    await bench.load([world.siteNode(), { id: 'node', type: 'nightjar-trigger', camera: 'porch' }], world.siteCredentials());
    await bench.shows('node', 'green dot connected');
    const { status } = bench.node('node');
    const before = status.args.length;
    for (let at = 0; at < 20; at += 1) world.recorder.setCamera('porch', {}, { name: `Porch ${at}` });
    world.recorder.setCamera('porch', { status: 'offline' });
    await bench.shows('node', 'red ring camera offline');
    expect(status.args.length - before).toBe(1);
  });
});
