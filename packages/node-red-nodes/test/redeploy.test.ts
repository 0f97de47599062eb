// Flows are deployed anew while events come at a steady pace: none is lost, none comes twice.
import { setTimeout as pause } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { TEST_BROKERS, type TestBroker } from '../../mqtt-bridge/test/test-brokers.ts';
import { FlowBench, type FlowNode, until } from './flow-bench.ts';

const PERIOD_MS = 20;
const BASE = 'house/nightjar';

describe.each(TEST_BROKERS.filter(({ name }) => !name.startsWith('aedes')))('deploying at the broker $name', ({ name, start }) => {
  if (start === undefined) {
    it.skip(name, () => undefined);
    return;
  }
  const bench = new FlowBench();
  let broker: TestBroker;
  let publisher: MqttClient;
  let timer: NodeJS.Timeout | undefined;
  beforeAll(async () => {
    broker = await start();
    const { url, ...login } = broker.recorder;
    publisher = await mqtt.connectAsync(url, { ...login, protocolVersion: 5 });
  });
  afterAll(async () => {
    await publisher.endAsync();
    await broker.stop();
  });

  afterEach(() => clearInterval(timer));

  it.each(['full', 'flows', 'nodes'] as const)('loses and doubles nothing where it is a deployment of type %s', async (type) => {
    const { url, username, password } = broker.reader;
    const flow = (round: number): readonly FlowNode[] => [
      { id: 'site', type: 'nightjar-site', nodeVersion: 1, broker: url, base: BASE, name: type === 'full' ? `House ${round}` : 'House' },
      { id: 'one', type: 'nightjar-event-in', name: `round ${round}` },
      { id: 'two', type: 'nightjar-event-in', cameras: 'porch' },
    ];
    await bench.load(flow(0), { site: { user: username, password } });
    for (const id of ['one', 'two']) await bench.shows(id, 'green dot connected');
    let count = 0;
    timer = setInterval(() => {
      const event = { event_type: 'ready', id: ++count, seq: count, camera: 'porch', kind: 'motion' };
      publisher.publish(`${BASE}/camera/porch/event`, JSON.stringify(event), { qos: 1 });
    }, PERIOD_MS);
    for (let round = 1; round <= 3; round++) {
      await pause(5 * PERIOD_MS);
      await bench.deploy(flow(round), type);
      const before = count;
      await until(
        () => count > before + 10,
        () => 'events',
      );
    }
    clearInterval(timer);
    for (const id of ['one', 'two']) {
      const events = (await bench.receives(id, count)).map((message) => Number(message['event']));
      expect(events).toEqual(Array.from({ length: count }, (_, at) => at + 1));
    }
  });
});
