// A broker where somebody publishes for thousands of cameras that nobody has.
import type { MqttClient } from 'mqtt';
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

const MANY = 3000;

describe('a flooded broker', () => {
  const bench = new FlowBench();
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

  it('is told once, and the cameras of the house go on', async () => {
    const nodes = ['motion-in', 'event-in', 'status'].map((type) => ({ id: type, type: `nightjar-${type}`, what: 'both', stats: true }));
    await bench.load([world.siteNode(), ...nodes], world.siteCredentials());
    await bench.receives('status', 3);
    for (let at = 0; at < MANY; at++) {
      const [camera, server] = [`${world.base}/camera/fake${at}`, `${world.base}/server/fake${at}`];
      publisher.publish(`${camera}/motion`, 'ON');
      publisher.publish(`${camera}/info`, `{"server":"fake${at}"}`);
      publisher.publish(`${camera}/availability`, 'online');
      publisher.publish(`${camera}/stats`, '{}');
      publisher.publish(`${server}/info`, '{}');
      publisher.publish(`${server}/state`, 'online');
    }
    await publisher.publishAsync(`${world.base}/camera/porch/event`, '{"event_type":"ready","id":1,"seq":1}', { qos: 1 });
    await bench.receives('event-in', 1);
    const before = bench.received('motion-in').length;
    world.recorder.setMotion('porch', true);
    expect((await bench.receives('motion-in', before + 1)).at(-1)).toMatchObject({ camera: 'porch', payload: true });
    expect(before).toBeLessThanOrEqual(1024);
    expect(bench.errors()).toEqual([]);
    const passedOver = /^something below house\/nightjar at the broker is passed over/;
    expect(bench.node('site').warn.args).toEqual([[expect.stringMatching(passedOver)]]);
  }, 60_000);
});
