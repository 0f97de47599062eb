// The messages that docs/guide/node-red.md shows have the shape of real ones.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../../docs/guide/node-red.md'), 'utf8');

type Json = Readonly<Record<string, unknown>>;

const shown = [...GUIDE.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, text = '']) => JSON.parse(text) as Json);

/** Names of everything in an object, also of what is in objects of it, with the kind of each. */
function shapeOf(value: Json, before = ''): readonly string[] {
  return Object.entries(value).flatMap(([name, each]) => {
    if (typeof each === 'object' && each !== null && !Array.isArray(each)) return shapeOf(each as Json, `${before}${name}.`);
    return [`${before}${name}: ${Array.isArray(each) ? 'list' : typeof each}`];
  });
}

describe('The messages of the guide', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  beforeAll(async () => {
    world = await PaletteWorld.start();
  });
  afterAll(() => world.stop());

  it('are what motion in and event in send', async () => {
    const flow = [world.siteNode(), { id: 'motion', type: 'nightjar-motion-in' }, { id: 'events', type: 'nightjar-event-in' }];
    await bench.load(flow, world.siteCredentials());
    for (const id of ['motion', 'events']) await bench.shows(id, 'green dot connected');
    world.recorder.setMotion('porch', true);
    const { id } = world.recorder.openEvent('porch');
    world.recorder.closeEvent(id);
    world.recorder.readyEvent(id);
    const [motion] = await bench.receives('motion', 1);
    const [event] = await bench.receives('events', 1);
    const real = [motion, event].map((message) => {
      const { _msgid, ...rest } = message as unknown as Json & { readonly _msgid: string };
      return shapeOf(rest).toSorted();
    });
    expect(shown.map((each) => shapeOf(each).toSorted())).toEqual(real);
  });
});
