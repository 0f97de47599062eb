// nightjar-motion-in with a real broker and the recorder’s real bridge.
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

describe('nightjar-motion-in', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  beforeAll(async () => {
    world = await PaletteWorld.start();
  });
  afterAll(() => world.stop());
  afterEach(() => {
    for (const camera of ['porch', 'yard']) world.recorder.setMotion(camera, false);
  });

  const load = (properties: object = {}): Promise<void> =>
    bench.load([world.siteNode(), { id: 'motion', type: 'nightjar-motion-in', ...properties }], world.siteCredentials());

  it('says true when motion begins and false when it is over', async () => {
    await load();
    await bench.shows('motion', 'green dot connected');
    world.recorder.setMotion('porch', true);
    await bench.shows('motion', 'blue dot porch: motion');
    world.recorder.setMotion('porch', false);
    const messages = await bench.receives('motion', 2);
    expect(messages).toMatchObject([
      { topic: 'porch/motion', payload: true, camera: 'porch', retain: false },
      { topic: 'porch/motion', payload: false, camera: 'porch' },
    ]);
    await bench.shows('motion', 'green dot connected');
  });
});
