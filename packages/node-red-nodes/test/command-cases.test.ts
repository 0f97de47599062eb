// Commands where something is unusual: a recorder that does not answer, a node that is closed meanwhile, states nobody knows, hostile neighbours.
import { FakeRecorder } from '@nightjar/testkit';
import type { MqttClient } from 'mqtt';
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

const never = (): Promise<never> => new Promise(() => undefined);

describe('commands in unusual cases', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  let publisher: MqttClient;
  beforeEach(async () => {
    world = await PaletteWorld.start();
    publisher = await world.publisher();
  });
  afterEach(async () => {
    await publisher.endAsync();
    await world.stop();
  });

  const load = async (type: string, properties: object = {}): Promise<void> => {
    await bench.load([world.siteNode(), { id: 'node', type, camera: 'porch', ...properties }], world.siteCredentials());
    await bench.shows('node', 'green dot connected');
  };
  const board = (): Promise<{ readonly cameras: readonly { readonly id: string }[]; readonly servers: readonly { readonly isOnline: boolean }[] }> =>
    bench.get('/nightjar/site/cameras') as never;

  it('movements reach the recorder as they were meant', async () => {
    const moves: unknown[] = [];
    Object.assign(world.recorder, { ptz: async (...call: unknown[]) => void moves.push(call) });
    const fromMessage = { preset: 'to', presetType: 'msg', pan: 'p', panType: 'msg', tilt: '-0.25', duration: 'd', durationType: 'msg' };
    for (const action of ['preset', 'move', 'stop', 'home']) {
      await load('nightjar-ptz', { action, ...fromMessage });
      expect(await bench.send('node', { to: 'gate', p: 0.5, d: 1.5, kept: 1 })).toMatchObject({
        payload: { ok: true, action },
        camera: 'porch',
        topic: 'porch/ptz',
        kept: 1,
      });
      await bench.unload();
    }
    expect(moves).toEqual([
      ['porch', { action: 'preset', preset: 'gate' }],
      ['porch', { action: 'move', pan: 0.5, tilt: -0.25, durationMs: 1500 }],
      ['porch', { action: 'stop' }],
      ['porch', { action: 'home' }],
    ]);
    await load('nightjar-ptz', { action: 'move', pan: '2' });
    expect(await bench.fails('node', {})).toMatch(/pan .*-1.*1/);
  });

  it('a recorder that does not confirm is told after the time that was set', async () => {
    await load('nightjar-set', { property: 'armed', timeout: '0.3' });
    Object.assign(world.recorder, { setCameraControls: never });
    const begun = performance.now();
    expect(await bench.fails('node', { payload: false })).toMatch(/^the recorder did not answer within 0\.3 s/);
    expect(performance.now() - begun).toBeLessThan(2000);
    await bench.shows('node', 'red dot failed');
  });

  it.each(['nodes', 'full'] as const)('a node that is closed while it waits says nothing afterwards (deployment of type %s)', async (type) => {
    await load('nightjar-trigger');
    let release: (() => void) | undefined;
    const asked = new Promise<void>((resolve) => {
      Object.assign(world.recorder, {
        trigger: () => {
          resolve();
          return new Promise((answer) => {
            release = () => answer({ eventId: 7 });
          });
        },
      });
    });
    bench.node('node').receive({});
    bench.node('node').receive({});
    await asked;
    const begun = performance.now();
    await bench.deploy([world.siteNode(), { id: 'other', type: 'nightjar-motion-in' }], type);
    expect(performance.now() - begun).toBeLessThan(1000);
    release?.();
    await bench.shows('other', 'green dot connected');
    expect([bench.received('node'), bench.errors()]).toEqual([[], []]);
  });

  it('what nobody knows cannot be turned over, only set', async () => {
    const other = { id: 'other', type: 'nightjar-set', camera: 'porch', property: 'detection' };
    await bench.load([world.siteNode(), { ...other, id: 'node', property: 'armed' }, other], world.siteCredentials());
    await bench.send('node', { payload: true });
    await publisher.publishAsync(`${world.base}/camera/porch/armed/state`, '', { retain: true, qos: 1 });
    // Its answer comes after that.
    await bench.send('other', { payload: true });
    expect(await bench.fails('node', { payload: 'toggle' })).toBe(
      'armed of porch cannot be toggled: its state is not known at the broker; set it to true or false',
    );
    expect(await bench.send('node', { payload: false })).toMatchObject({ payload: false });
    expect(await bench.send('node', { payload: 'toggle' })).toMatchObject({ payload: true });
  });

  it('a recorder that is offline keeps no other from being disarmed, and is named', async () => {
    const barn = new FakeRecorder({ serverId: 'rec2', cameras: ['barn'] });
    const bridge = await world.bridgeOf(barn);
    await load('nightjar-set', { target: 'site' });
    expect(await bench.send('node', { payload: false })).toMatchObject({ payload: false, topic: 'site/armed' });
    expect([await world.recorder.controls(), await barn.controls()]).toEqual([{ armed: false }, { armed: false }]);
    await bridge.stop();
    while ((await board()).servers.some(({ isOnline }) => !isOnline) === false);
    const said = await bench.fails('node', { payload: true });
    expect(said).toContain('armed could not be set to ON at Recorder 1 (the recorder Recorder 1 is offline); it was done at Recorder 1');
    expect([await world.recorder.controls(), await barn.controls()]).toEqual([{ armed: true }, { armed: false }]);
    // Only those that are there are asked how they are.
    expect(await bench.fails('node', { payload: 'toggle' })).toContain('armed could not be set to OFF');
  });

  const VALUES: readonly [string, string][] = [
    ['bool', 'false'],
    ['num', '0'],
    ['str', 'OFF'],
    ['msg', 'deep.value'],
    ['flow', 'value'],
    ['global', 'value'],
    ['env', 'NIGHTJAR_TEST_VALUE'],
    ['jsonata', 'deep.value = "off" ? false : true'],
  ];
  it.each(VALUES)('a value of type %s is looked up', async (valueType, value) => {
    process.env['NIGHTJAR_TEST_VALUE'] = 'off';
    try {
      await load('nightjar-set', { property: 'armed', value, valueType });
      const context = bench.node('node').context();
      context.flow.set('value', 'off');
      context.global.set('value', 'off');
      expect(await bench.send('node', { deep: { value: 'off' } })).toMatchObject({ payload: false });
      expect((await world.recorder.camera('porch')).controls.armed).toBe(false);
    } finally {
      delete process.env['NIGHTJAR_TEST_VALUE'];
    }
  });

  it('a camera that was removed while the broker was away is gone once it is back', async () => {
    await load('nightjar-trigger');
    while ((await board()).cameras.length < 2);
    process.kill(world.brokerPid as number, 'SIGKILL');
    await bench.shows('node', 'red ring disconnected');
    world.recorder.removeCamera('yard');
    while ((await board()).cameras.map(({ id }) => id).join() !== 'porch');
    expect(await bench.send('node', {})).toMatchObject({ camera: 'porch' });
  });

  it('what is kept at the broker and makes no sense harms nothing', async () => {
    const hostile: readonly (readonly [string, string])[] = [
      ['server/evil/info', JSON.stringify({ api: 'javascript:alert(1)', name: ['a'], cameras: { length: -1 } })],
      ['server/evil/state', 'online'],
      ['server/list/info', '[1,2]'],
      ['server/text/info', '"text"'],
      ['server/null/info', 'null'],
      ['server/__proto__/info', '{"__proto__":{"api":"x"},"api":5}'],
      [
        'camera/evil/info',
        JSON.stringify({ server: 'evil', name: `<img src=x onerror=alert(1)>${'x'.repeat(50_000)}`, caps: { presets: { 0: 'a' } }, zones: [1, {}] }),
      ],
      ['camera/evil/availability', '{"a":1}'],
      ['camera/broken/info', '{"server":'],
      ['camera/endless/info', JSON.stringify({ server: 'evil', name: 'x'.repeat(100_000) })],
      ['camera/constructor/info', '[]'],
    ];
    for (const [topic, payload] of hostile) await publisher.publishAsync(`${world.base}/${topic}`, payload, { retain: true, qos: 1 });
    await bench.load(
      [
        world.siteNode(),
        { id: 'node', type: 'nightjar-trigger', camera: 'porch' },
        { id: 'evil', type: 'nightjar-trigger', camera: 'evil' },
        { id: 'picture', type: 'nightjar-snapshot', camera: 'evil' },
        { id: 'own', type: 'nightjar-snapshot', camera: 'porch' },
      ],
      world.siteCredentials(),
    );
    expect(await bench.send('node', {})).toMatchObject({ camera: 'porch' });
    expect((await bench.send('own', {})).payload).toBeInstanceOf(Buffer);
    expect(await bench.fails('picture', {})).toMatch(/address/);
    const { cameras } = await board();
    expect(cameras.map(({ id }) => id)).toEqual(['broken', 'constructor', 'evil', 'porch', 'yard']);
    expect(JSON.stringify(cameras).length).toBeLessThan(3000);
    expect(cameras[2]).toMatchObject({ availability: 'offline', presets: [], zones: [], canPtz: false });
  });
});
