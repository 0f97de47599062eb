// Messages as function nodes may send them, with a real broker, the recorder’s real bridge and its real HTTP API.
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

const SPAN = { from: '2026-01-01', to: '2026-01-02' };
const NODES: readonly [string, object][] = [
  ['nightjar-trigger', { action: 'on' }],
  ['nightjar-set', { property: 'armed', value: 'true', valueType: 'bool' }],
  ['nightjar-snapshot', {}],
  ['nightjar-recordings', SPAN],
  ['nightjar-recordings', { ...SPAN, outputMode: 'split' }],
  ['nightjar-export', { what: 'span', delivery: 'url', ...SPAN }],
  ['nightjar-stream', { protocol: 'mjpeg' }],
];

describe('odd messages', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  beforeAll(async () => {
    world = await PaletteWorld.start();
    const { id } = world.recorder.openEvent('porch');
    world.recorder.closeEvent(id);
    world.recorder.readyEvent(id);
  });
  afterAll(() => world.stop());

  const load = (type: string, properties: object): Promise<void> =>
    bench.load([world.siteNode(), { id: 'node', type, camera: 'porch', ...properties }], world.siteCredentials());

  it.each(NODES)('%s %j sends on what is frozen', async (type, properties) => {
    await load(type, properties);
    const frozen = Object.freeze({ payload: 'old', topic: 'old', incomplete: ['old'], kept: Object.freeze({ by: 'me' }) });
    const sent = await bench.send('node', frozen);
    expect(sent).toMatchObject({ topic: expect.stringContaining('porch/'), kept: { by: 'me' } });
    expect(sent.payload).not.toBe('old');
    expect(sent['incomplete']).toEqual(type === 'nightjar-recordings' ? undefined : ['old']);
    expect(frozen.payload).toBe('old');
  });

  it.each(NODES)('%s %j sends on what goes round in circles, or has no payload', async (type, properties) => {
    await load(type, properties);
    const round: Record<string, unknown> = {};
    round['self'] = round;
    expect((await bench.send('node', round))['camera']).toBe('porch');
  });

  it.each([
    ['nightjar-recordings', { ...SPAN, outputMode: 'split' }],
    ['nightjar-export', { what: 'span', delivery: 'url', ...SPAN }],
  ])('%s %j tells the log of what Node-RED can copy for nobody', async (type, properties) => {
    await load(type, properties);
    const deep: unknown[] = [];
    for (let at = 0, inner = deep; at < 100_000; at++) {
      const next: unknown[] = [];
      inner.push(next);
      inner = next;
    }
    bench.node('node').receive({ deep });
    await bench.shows('node', 'red dot failed');
    const logged = (bench.node('node').error as unknown as { readonly args: readonly (readonly unknown[])[] }).args.map(([text]) => text);
    expect(logged).toContainEqual(expect.stringMatching(/Maximum call stack size exceeded$/));
  });
});
