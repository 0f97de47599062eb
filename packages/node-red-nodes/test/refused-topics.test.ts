// A broker that lets the site's user read less than its nodes listen to.
import { EmbeddedBroker, MqttBridge } from '@nightjar/mqtt-bridge';
import { FakeRecorder } from '@nightjar/testkit';
import { FlowBench } from './flow-bench.ts';

const BASE = 'house/nightjar';
/** What each user may read. */
const USERS: Readonly<Record<string, readonly string[]>> = {
  nothing: ['elsewhere/#'],
  cameras: [`${BASE}/camera/#`, `${BASE}/server/#`],
  porch: [`${BASE}/camera/porch/#`],
  states: [`${BASE}/server/#`, `${BASE}/camera/+/info`, `${BASE}/camera/+/availability`, `${BASE}/camera/+/+/state`],
};
const PASSWORD = 'flows-pass-word';

describe('a user who may not read, or not write,', () => {
  const bench = new FlowBench();
  const recorder = new FakeRecorder({ cameras: ['porch'] });
  /** What the guide has mosquitto let them write. */
  const write = [`${BASE}/camera/+/+/set`, `${BASE}/camera/+/cmd/+`, `${BASE}/server/+/+/set`];
  const writer = { username: 'writer', password: PASSWORD, access: 'control' as const, acl: { write } };
  const users = Object.entries(USERS).map(([username, read]) => ({ username, password: PASSWORD, access: 'control' as const, acl: { read } }));
  const broker = new EmbeddedBroker({ port: 0, base: BASE, users: [...users, writer, { username: 'looks', password: PASSWORD, access: 'read' }] });
  let bridge: MqttBridge;
  beforeAll(async () => {
    await broker.start();
    const { url, username, password } = broker.credentials;
    bridge = new MqttBridge({ broker: url, username, password, base: BASE });
    await bridge.start(recorder);
  });
  afterAll(async () => {
    await bridge.stop();
    await broker.stop();
  });

  const load = async (user: string, type: string, protocol: string): Promise<void> => {
    const site = { id: 'site', type: 'nightjar-site', nodeVersion: 1, broker: broker.credentials.url, base: BASE, protocol };
    await bench.load([site, { id: 'node', type, camera: 'porch' }], { site: { user, password: PASSWORD } });
  };
  const warnings = (): readonly string[] => bench.node('site').warn.args.map(([text]) => text);

  it.each(['4', '5'])('anything is told so, with MQTT version %s', async (protocol) => {
    await load('nothing', 'nightjar-trigger', protocol);
    await bench.shows('node', 'red ring not allowed');
    expect(warnings()).toContain(`the broker does not let this user listen to ${BASE}/server/+/info`);
    const why = `the broker does not let this user listen to ${BASE}/camera/+/info`;
    expect(await bench.fails('node', {})).toBe(`there is no camera "porch"; ${why}`);
    const trial = { broker: broker.credentials.url, base: BASE, protocol, user: 'nothing', password: PASSWORD };
    expect(await bench.post('/nightjar/test', trial)).toMatchObject({
      broker: { ok: true, problem: `the broker does not let this user listen to ${BASE}/server/+/info` },
    });
  });

  it('motion sees it at the node, and other nodes work', async () => {
    await load('states', 'nightjar-motion-in', 'auto');
    await bench.shows('node', 'red ring not allowed');
    await bench.unload();
    await load('states', 'nightjar-status', 'auto');
    await bench.shows('node', 'green dot 1 online');
  });

  it('other cameras hears of those that it may read, and shows nothing wrong', async () => {
    await load('porch', 'nightjar-motion-in', 'auto');
    await bench.shows('node', 'green dot connected');
    recorder.setMotion('porch', true);
    expect((await bench.receives('node', 1))[0]).toMatchObject({ camera: 'porch', payload: true });
    recorder.setMotion('porch', false);
    await bench.shows('node', 'green dot connected');
    await bench.unload();
    await load('porch', 'nightjar-status', 'auto');
    await bench.shows('node', 'red ring not allowed');
  });

  it.each(['4', '5'])('anything but commands is answered nevertheless, with MQTT version %s', async (protocol) => {
    await load('writer', 'nightjar-trigger', protocol);
    await bench.shows('node', 'green dot connected');
    expect(await bench.send('node', {})).toMatchObject({ camera: 'porch', event: expect.any(Number) });
    const id = Number(bench.received('node')[0]?.['event']);
    recorder.closeEvent(id);
    await recorder.deleteEvent(id);
  });

  it('answers gets an error at once, and nothing is sent', async () => {
    await load('cameras', 'nightjar-trigger', 'auto');
    await bench.shows('node', 'red ring not allowed');
    const begun = performance.now();
    expect(await bench.fails('node', {})).toMatch(/^the broker does not let this user listen to house\/nightjar\/answers\/\S+, so it was not sent$/);
    expect(performance.now() - begun).toBeLessThan(5000);
    expect((await recorder.events()).events).toEqual([]);
  });

  it.each([
    ['5', /^the broker does not let this user publish on house\/nightjar\/camera\/porch\/cmd\/trigger; allow it there/],
    ['4', /^the connection to the broker ended before the recorder answered; .*, or the broker lets this user send none$/],
  ])('commands with MQTT version %s is told so, and the site comes back', async (protocol, why) => {
    await load('looks', 'nightjar-trigger', protocol);
    await bench.shows('node', 'green dot connected');
    expect(await bench.fails('node', {})).toMatch(why);
    await bench.shows('node', protocol === '5' ? 'red dot failed' : 'red ring disconnected');
    await bench.shows('node', 'red dot failed');
    expect((await recorder.events()).events).toEqual([]);
  });

  it('answers of MQTT 3.1.1 still sets what is confirmed by its state', async () => {
    await load('states', 'nightjar-set', '4');
    await bench.shows('node', 'green dot connected');
    expect(await bench.send('node', { payload: false })).toMatchObject({ payload: false, topic: 'porch/armed' });
  });
});
