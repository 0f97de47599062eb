// Sites that are disabled, deleted while something waits, or inside subflows.
import type { Site } from '../src/site/site.ts';
import { FlowBench, type FlowNode, until } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

const PLACE = { x: 100, y: 100 };

describe('a site', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  beforeAll(async () => {
    world = await PaletteWorld.start();
  });
  afterAll(() => world.stop());

  it.each(['nightjar-motion-in', 'nightjar-trigger', 'nightjar-snapshot'])('that is disabled or of another type is told of by %s', async (type) => {
    for (const site of ['site', 'catch']) {
      await bench.load([world.siteNode({ d: true }), { id: 'node', type, camera: 'porch', site }], world.siteCredentials());
      await bench.shows('node', 'red ring check the site');
      if (type !== 'nightjar-motion-in')
        expect(await bench.fails('node', {})).toBe('the site of this node is disabled, or is no more; see to it, or choose another one');
      await bench.unload();
    }
  });

  it('that is deleted while commands wait for answers holds nothing up', async () => {
    const node = { id: 'node', type: 'nightjar-trigger', camera: 'porch' };
    await bench.load([world.siteNode(), node], world.siteCredentials());
    await bench.shows('node', 'green dot connected');
    // The broker has the recorder online, and nobody answers.
    await world.stopBridge();
    const publisher = await world.publisher();
    await publisher.publishAsync(`${world.base}/server/rec1/state`, 'online', { qos: 1, retain: true });
    await publisher.endAsync();
    const site = (bench.node('site') as unknown as { readonly site: Site }).site;
    await until(
      () => site.board.server('rec1')?.isOnline === true,
      () => 'a recorder that is online',
    );
    for (let at = 0; at < 20; at++) bench.node('node').receive({ at });
    await bench.shows('node', 'blue ring sending');
    const begun = performance.now();
    await bench.deploy([node], 'nodes');
    expect(performance.now() - begun).toBeLessThan(1000);
    await bench.shows('node', 'red ring check the site');
    expect(bench.errors()).toEqual([]);
    expect(await bench.fails('node', {})).toMatch(/^the site of this node is disabled, or is no more/);
    await world.startBridge();
  });

  it('with a long id, as in subflows within subflows, is told from one whose id begins alike', async () => {
    const ids = ['1', '2'].map((end) => `${'0123456789abcdef-'.repeat(3)}${end}`);
    const sites = ids.map((id) => ({ ...world.siteNode(), id }));
    const nodes = ids.map((site, at) => ({ id: `node-${at}`, type: 'nightjar-trigger', camera: 'porch', site }));
    await bench.load([...sites, ...nodes], Object.fromEntries(ids.map((id) => [id, world.siteCredentials()['site']])));
    for (const id of ['node-0', 'node-1', 'node-0']) expect(await bench.send(id, {})).toMatchObject({ camera: 'porch' });
    expect(bench.node(ids[0] ?? '').warn.args).toEqual([]);
  });

  it('in a subflow is one for each instance; one outside may be a property of the subflow', async () => {
    const subflow = (id: string, site: string): readonly FlowNode[] => [
      {
        id,
        type: 'subflow',
        name: id,
        in: [{ ...PLACE, wires: [{ id: `${id}-trigger` }] }],
        out: [{ ...PLACE, wires: [{ id: `${id}-trigger`, port: 0 }] }],
        env: [{ name: 'CAMERA', type: 'str', value: 'yard' }],
        wires: [],
      },
      { id: `${id}-trigger`, type: 'nightjar-trigger', z: id, ...PLACE, nodeVersion: 1, site, camera: 'CAMERA', cameraType: 'env', wires: [[]] },
    ];
    const instance = (id: string, of: string, env: Readonly<Record<string, string>>): FlowNode => ({
      id,
      type: `subflow:${of}`,
      env: Object.entries(env).map(([name, value]) => ({ name, type: 'str', value })),
    });
    const nodes = [
      world.siteNode(),
      ...subflow('outside', '${SITE}'),
      ...subflow('inside', 'inner'),
      { ...world.siteNode({ broker: '${BROKER}' }), id: 'inner', z: 'inside', wires: [] },
      instance('one', 'outside', { SITE: 'site', CAMERA: 'porch' }),
      instance('two', 'inside', { BROKER: world.brokerUrl }),
      instance('three', 'inside', { BROKER: world.brokerUrl, CAMERA: 'porch' }),
      instance('four', 'inside', { BROKER: 'mqtt://127.0.0.1:2' }),
    ];
    await bench.load(nodes, { ...world.siteCredentials(), inner: world.siteCredentials()['site'] });
    await bench.shows('two-inside-trigger', 'green dot connected');
    for (const [id, camera] of Object.entries({ one: 'porch', two: 'yard', three: 'porch' })) expect(await bench.send(id, {})).toMatchObject({ camera });
    expect(await bench.fails('four', {})).toMatch(/^not connected: no broker listens at this address/);
    world.recorder.setCamera('yard', { status: 'offline' });
    await bench.shows('two-inside-trigger', 'red ring camera offline');
    await bench.shows('three-inside-trigger', 'green dot connected');
  });
});
