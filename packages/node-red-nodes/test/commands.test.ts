// nightjar-trigger, nightjar-set and nightjar-ptz with a real broker and the recorder’s real bridge, over MQTT 5 and 3.1.1.
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

describe.each(['auto', '4'])('nodes that send commands, protocol %s', (protocol) => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  beforeAll(async () => {
    world = await PaletteWorld.start();
  });
  afterAll(() => world.stop());
  afterEach(async () => {
    await world.recorder.setCameraControls('porch', { armed: true, privacy: false, enabled: true, detection: true, recordMode: 'motion', sensitivity: 50 });
    await world.recorder.setControls({ armed: true });
  });

  const load = async (type: string, properties: object = {}, credentials = {}): Promise<void> => {
    await bench.load([world.siteNode({ protocol }), { id: 'node', type, camera: 'porch', ...properties }], world.siteCredentials(credentials));
    await bench.shows('node', 'green dot connected');
  };

  it('a trigger opens an event and names it', async () => {
    await load('nightjar-trigger', { action: 'on', label: 'doorbell', note: 'who', noteType: 'msg', duration: 5 });
    const sent = await bench.send('node', { who: 'somebody', kept: 1 });
    expect(sent).toMatchObject({ payload: { camera: 'porch', action: 'on' }, camera: 'porch', topic: 'porch/trigger', kept: 1 });
    expect((await world.recorder.event(Number(sent['event']))).causes).toMatchObject([{ kind: 'trigger', source: 'node-red', text: 'somebody' }]);
    await bench.shows('node', 'green dot connected');
  });

  it('a trigger that made no event names none, not even that of a node before it', async () => {
    await load('nightjar-trigger', { action: 'cancel', camera: 'yard' });
    const sent = await bench.send('node', { event: 7 });
    expect(sent).toMatchObject({ payload: { camera: 'yard', action: 'cancel' }, topic: 'yard/trigger' });
    expect([Object.hasOwn(sent, 'event'), Object.keys(sent.payload as object)]).toEqual([false, ['camera', 'action']]);
  });

  it('an unknown camera is told with those there are', async () => {
    await load('nightjar-trigger', { camera: 'attic' });
    expect(await bench.fails('node', {})).toBe('there is no camera "attic"; there are porch, yard');
    await bench.shows('node', 'yellow ring no such camera');
  });

  const CASES: readonly [string, unknown, unknown][] = [
    ['armed', false, false],
    ['detection', 'OFF', false],
    ['record', 0, false],
    ['privacy', 'on', true],
    ['enabled', 'false', false],
    ['record_mode', 'Continuous', 'continuous'],
    ['sensitivity', '73', 73],
    ['armed', 'toggle', false],
  ];
  it.each(CASES)('%s is set to %j and confirmed', async (property, value, confirmed) => {
    await load('nightjar-set', { property });
    expect(await bench.send('node', { payload: value })).toMatchObject({ payload: confirmed, property, camera: 'porch', topic: `porch/${property}` });
    const { controls } = await world.recorder.camera('porch');
    expect((controls as unknown as Record<string, unknown>)[property === 'record_mode' ? 'recordMode' : property]).toBe(confirmed);
  });

  it('toggle turns over what came before it, in order', async () => {
    await load('nightjar-set', { property: 'armed', value: '', valueType: 'toggle' });
    for (let at = 0; at < 6; at++) bench.node('node').receive({ at });
    const messages = await bench.receives('node', 6);
    expect(messages.map(({ payload, at }) => [payload, at])).toEqual([0, 1, 2, 3, 4, 5].map((at) => [at % 2 === 1, at]));
  });

  it('200 commands at once are answered in order', async () => {
    await load('nightjar-trigger', { action: 'on' });
    for (let at = 0; at < 200; at++) bench.node('node').receive({ at });
    const messages = await bench.receives('node', 200);
    expect(messages.map(({ at }) => at)).toEqual(messages.map((_, at) => at));
  });

  it('what is set 200 times at once is set and confirmed in order, within seconds', async () => {
    await load('nightjar-set', { property: 'sensitivity' });
    for (let at = 0; at < 200; at++) bench.node('node').receive({ payload: at / 2 });
    expect((await bench.receives('node', 200)).map(({ payload }) => payload)).toEqual(Array.from({ length: 200 }, (_, at) => at / 2));
    expect((await world.recorder.camera('porch')).controls.sensitivity).toBe(99.5);
  });

  it('a value that a property cannot be is told', async () => {
    await load('nightjar-set', { property: 'privacy' });
    expect(await bench.fails('node', { payload: 'maybe' })).toBe('privacy is true or false (also ON, OFF, 1, 0 or toggle); got "maybe"');
  });

  it('the whole site is disarmed', async () => {
    await load('nightjar-set', { target: 'site', value: 'toggle' });
    expect(await bench.send('node', { payload: 'toggle' })).toMatchObject({ payload: false, topic: 'site/armed' });
    expect(await world.recorder.controls()).toEqual({ armed: false });
  });

  it('a camera that cannot be turned is told in plain words', async () => {
    await load('nightjar-ptz', { action: 'preset', preset: 'to', presetType: 'msg' });
    expect(await bench.fails('node', { to: 'gate' })).toBe('camera porch cannot be moved');
    expect(await bench.fails('node', {})).toBe('no preset: write one into the node, or choose where it comes from');
  });

  it('an account that only reads is told which access is missing', async () => {
    await load('nightjar-set', { property: 'armed', timeout: 2 }, world.readOnly);
    const said = await bench.fails('node', { payload: false });
    expect(said).toContain(protocol === '4' ? 'the connection to the broker ended' : 'access "control"');
    expect(said).not.toContain('pass-word');
  });

  it('a recorder that is offline is told at once', async () => {
    await load('nightjar-set', { target: 'site' });
    await world.stopBridge();
    try {
      expect(await bench.fails('node', { payload: false })).toContain('armed could not be set to OFF at Recorder 1 (the recorder Recorder 1 is offline)');
      expect(await world.recorder.controls()).toEqual({ armed: true });
    } finally {
      await world.startBridge();
    }
  });
});
