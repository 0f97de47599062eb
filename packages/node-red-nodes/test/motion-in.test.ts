// nightjar-motion-in with a real broker and the recorder’s real bridge.
import type { MqttClient } from 'mqtt';
import { FlowBench, type FlowNode, until } from './flow-bench.ts';
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

  const load = (properties: object = {}, credentials = world.siteCredentials()): Promise<void> =>
    bench.load([world.siteNode(), { id: 'motion', type: 'nightjar-motion-in', ...properties }], credentials);

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

  it('says how things are at the beginning only where that is wanted', async () => {
    world.recorder.setMotion('porch', true);
    await bench.load(
      [world.siteNode(), { id: 'motion', type: 'nightjar-motion-in', initial: true }, { id: 'quiet', type: 'nightjar-motion-in' }],
      world.siteCredentials(),
    );
    const messages = await bench.receives('motion', 2);
    expect(new Map(messages.map(({ camera, payload }) => [camera, payload]))).toEqual(
      new Map([
        ['porch', true],
        ['yard', false],
      ]),
    );
    await bench.shows('quiet', 'blue dot porch: motion');
    expect(bench.received('quiet')).toEqual([]);
  });

  it('says it again after a deployment only where that is wanted', async () => {
    world.recorder.setMotion('porch', true);
    const flow = (name: string): readonly FlowNode[] => [
      world.siteNode(),
      { id: 'motion', type: 'nightjar-motion-in', initial: true, name },
      { id: 'quiet', type: 'nightjar-motion-in', name },
    ];
    const saidSince = async (count: number): Promise<void> => {
      const said = (): ReadonlyMap<unknown, unknown> =>
        new Map(
          bench
            .received('motion')
            .slice(count)
            .map(({ camera, payload }) => [camera, payload]),
        );
      await until(
        () => said().get('porch') === true && said().get('yard') === false,
        () => `how both are; got ${JSON.stringify([...said()])}`,
      );
    };
    await bench.load(flow('before'), world.siteCredentials());
    await saidSince(0);
    await bench.shows('quiet', 'blue dot porch: motion');
    const [before, quiet] = [bench.received('motion').length, bench.received('quiet').length];
    await bench.deploy(flow('after'), 'nodes');
    await saidSince(before);
    world.recorder.setMotion('porch', false);
    await bench.receives('quiet', quiet + 1);
    expect(
      bench
        .received('quiet')
        .slice(quiet)
        .map(({ payload }) => payload),
    ).toEqual([false]);
  });

  it('has an output for each where that is wanted, and says only what is asked for', async () => {
    await bench.load(
      [world.siteNode(), { id: 'motion', type: 'nightjar-motion-in', outputs: 2 }, { id: 'off', type: 'nightjar-motion-in', emit: 'off', cameras: 'yard' }],
      world.siteCredentials(),
    );
    await bench.shows('off', 'green dot connected');
    for (const motion of [true, false]) for (const camera of ['porch', 'yard']) world.recorder.setMotion(camera, motion);
    await bench.receives('motion', 2, 1);
    expect(bench.received('motion', 0).map(({ payload }) => payload)).toEqual([true, true]);
    expect(bench.received('motion', 1).map(({ payload }) => payload)).toEqual([false, false]);
    expect(bench.received('off')).toMatchObject([{ camera: 'yard', payload: false }]);
  });

  it('looks up which cameras it listens to when they move', async () => {
    await load({ cameras: 'watched', camerasType: 'global' });
    await bench.shows('motion', 'green dot connected');
    const context = bench.node('motion').context().global;
    context.set('watched', ['yard']);
    world.recorder.setMotion('porch', true);
    world.recorder.setMotion('yard', true);
    await bench.receives('motion', 1);
    context.set('watched', 'porch');
    world.recorder.setMotion('porch', false);
    world.recorder.setMotion('porch', true);
    // What the broker had kept may come late, and tell that porch moved before: then that it was over is told as well.
    const begun = (): readonly unknown[] => bench.received('motion').flatMap(({ camera, payload }) => (payload === true ? [camera] : []));
    await until(
      () => begun().length >= 2,
      () => 'motion of porch',
    );
    expect(begun()).toEqual(['yard', 'porch']);
  });

  it('says that motion is over when the recorder is stopped, and goes on when it is back', async () => {
    await load();
    await bench.shows('motion', 'green dot connected');
    world.recorder.setMotion('porch', true);
    await bench.receives('motion', 1);
    await world.stopBridge();
    await bench.receives('motion', 2);
    await world.startBridge();
    expect((await bench.receives('motion', 3)).map(({ payload }) => payload)).toEqual([true, false, true]);
  });

  it('says that motion is over when its camera is removed', async () => {
    world.recorder.setCamera('garage');
    await load({ cameras: 'garage' });
    await bench.shows('motion', 'green dot connected');
    world.recorder.setMotion('garage', true);
    await bench.receives('motion', 1);
    world.recorder.removeCamera('garage');
    await bench.receives('motion', 2);
    expect(bench.received('motion').at(-1)).toMatchObject({ payload: false, camera: 'garage' });
  });

  it('shows that the login is refused, and warns once of what to do', async () => {
    await load({}, world.siteCredentials({ password: 'no-such-pass-word' }));
    await bench.shows('motion', 'red ring login refused');
    await until(
      () => bench.node('site').warn.args.length > 0,
      () => 'a warning',
    );
    expect(bench.node('site').warn.args).toEqual([['the broker refused the user name or password; check them in the site']]);
  });
});

describe('nightjar-motion-in of many recorders', () => {
  const bench = new FlowBench();
  const RECORDERS = 60;
  const CAMERAS_EACH = 17;
  let world: PaletteWorld;
  let publisher: MqttClient;
  beforeAll(async () => {
    world = await PaletteWorld.start();
    publisher = await world.publisher();
  });
  afterAll(async () => {
    await publisher.endAsync();
    await world.stop();
  });

  it('says of each camera that motion is over where all of them are lost at once', async () => {
    await bench.load([world.siteNode(), { id: 'motion', type: 'nightjar-motion-in' }], world.siteCredentials());
    await bench.shows('motion', 'green dot connected');
    const say = (topic: string, payload: string): Promise<unknown> => publisher.publishAsync(`${world.base}/${topic}`, payload, { qos: 1 });
    for (let server = 0; server < RECORDERS; server++) {
      await Promise.all([say(`server/many${server}/info`, '{}'), say(`server/many${server}/state`, 'online')]);
      const cameras = Array.from({ length: CAMERAS_EACH }, (_, at) => `camera/many${server}-${at}`);
      await Promise.all(cameras.map((camera) => say(`${camera}/info`, `{"server":"many${server}"}`)));
      await Promise.all(cameras.map((camera) => say(`${camera}/motion`, 'ON')));
    }
    const count = RECORDERS * CAMERAS_EACH;
    await bench.receives('motion', count);
    await Promise.all(Array.from({ length: RECORDERS }, (_, server) => say(`server/many${server}/state`, 'offline')));
    const over = (await bench.receives('motion', 2 * count)).slice(count);
    expect(over.every(({ payload, reason }) => payload === false && reason === 'recorder offline')).toBe(true);
    expect(new Set(over.map(({ camera }) => camera)).size).toBe(count);
    expect(bench.errors()).toEqual([]);
  }, 60_000);
});
