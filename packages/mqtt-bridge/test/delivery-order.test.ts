// What the embedded broker had kept, for sessions and for topics, beside what is published meanwhile.
import mqtt, { type MqttClient } from 'mqtt';
import { brokerStarter, cleanAfterEach } from './broker-world.ts';
import { eventually } from './watcher.ts';

const USERS = [{ username: 'ha', password: 'ha-pass', access: 'control' }] as const;
const TOPIC = 'nightjar/camera/porch/event';
const ROUNDS = 8;
const EACH_ROUND = 60;

describe('a session that is resumed while messages come', () => {
  const cleanups = cleanAfterEach();
  const start = brokerStarter(cleanups, USERS);

  it.each([
    ['one filter', [TOPIC]],
    ['filters that overlap', [TOPIC, 'nightjar/camera/+/event', 'nightjar/#']],
  ])('hears with %s everything once, and in the order it was published', async (_what, filters) => {
    const broker = await start();
    const heard: number[] = [];
    const listen = async (): Promise<MqttClient> => {
      const client = mqtt.connect(broker.credentials.url, {
        ...{ clientId: 'flows', username: 'ha', password: 'ha-pass', protocolVersion: 5, clean: false, reconnectPeriod: 0 },
        properties: { sessionExpiryInterval: 60 },
      });
      // What was kept may come with the answer to the connection.
      client.on('message', (_topic, payload) => void heard.push(Number(payload.toString())));
      await eventually('a connection', () => client.connected);
      return client;
    };
    let listener = await listen();
    await listener.subscribeAsync([...filters], { qos: 1 });
    const { url, ...login } = broker.credentials;
    const recorder = await mqtt.connectAsync(url, { ...login, protocolVersion: 5 });
    let count = 0;
    const publish = () => void recorder.publish(TOPIC, String(++count), { qos: 1 });
    for (let round = 1; round <= ROUNDS; round++) {
      await listener.endAsync();
      const goal = round * EACH_ROUND;
      while (count < goal - EACH_ROUND / 2) publish();
      const timer = setInterval(publish, 0);
      listener = await listen();
      await eventually('messages meanwhile', () => count >= goal);
      clearInterval(timer);
      // What is not acknowledged before the connection ends comes twice by right (MQTT 5.0, 4.4).
      await eventually('everything', () => heard.length >= count);
    }
    await listener.endAsync();
    await recorder.endAsync();
    expect(heard).toEqual(Array.from({ length: count }, (_, at) => at + 1));
  });
});

describe('what was retained for a client that subscribes while it changes', () => {
  const cleanups = cleanAfterEach();
  const start = brokerStarter(cleanups, USERS);

  it('never comes after something newer', async () => {
    const broker = await start();
    const { url, ...login } = broker.credentials;
    const recorder = await mqtt.connectAsync(url, { ...login, protocolVersion: 5 });
    const topics = Array.from({ length: 40 }, (_, at) => `nightjar/camera/c${at}/motion`);
    let count = 0;
    const publish = () => {
      count += 1;
      for (const topic of topics) recorder.publish(topic, String(count), { qos: 1, retain: true });
    };
    publish();
    for (let round = 1; round <= 15; round++) {
      const heard = new Map<string, number[]>(topics.map((topic) => [topic, []]));
      const client = await mqtt.connectAsync(url, { username: 'ha', password: 'ha-pass', protocolVersion: 5 });
      client.on('message', (topic, payload) => heard.get(topic)?.push(Number(payload.toString())));
      const timer = setInterval(publish, 1);
      await client.subscribeAsync('nightjar/#', { qos: 1 });
      const goal = count + 5;
      await eventually('changes meanwhile', () => count >= goal);
      clearInterval(timer);
      await eventually('the newest', () => [...heard.values()].every((values) => values.includes(count)));
      await client.endAsync();
      for (const values of heard.values()) expect(values).toEqual(values.toSorted((a, b) => a - b));
    }
    await recorder.endAsync();
  });
});
