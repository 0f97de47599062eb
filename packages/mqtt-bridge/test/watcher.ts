// An MQTT client that remembers everything it received, and waiting for conditions.
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt';

/** A message as it came. */
export interface Received {
  readonly topic: string;
  readonly text: string;
  readonly payload: Uint8Array;
  readonly packet: IPublishPacket;
}

/** Where and as whom to connect. */
export interface Login {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly version?: 4 | 5;
}

const PATIENCE_MS = 15_000;
const LOOK_MS = 10;

/** Resolves when `condition` gives something, fails after 15 s saying what was awaited. */
export async function eventually<T>(what: string, condition: () => T | undefined | false): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Clients that have not been ended. */
const open = new Set<MqttClient>();

// A test that fails before it closes its watcher, perhaps while its broker is down, leaves one that connects again and again: the process would
// die of it later, with another test's name.
afterAll(() => {
  for (const client of open) client.end(true);
  open.clear();
});

/** A connected client. */
export class Watcher {
  readonly client: MqttClient;
  readonly received: Received[] = [];

  constructor(client: MqttClient) {
    this.client = client;
    const live = new Set<string>();
    client.on('message', (topic, payload, packet) => {
      // aedes may deliver what it had retained after what was published meanwhile.
      if (packet.retain && live.has(topic)) return;
      if (!packet.retain) live.add(topic);
      this.received.push({ topic, payload, text: payload.toString(), packet });
    });
  }

  /** Connects, again and again if need be, and subscribes; fails after 15 s. */
  static async open(login: Login, filter = '#'): Promise<Watcher> {
    const { url, username, password, version = 5 } = login;
    const client = mqtt.connect(url, {
      protocolVersion: version,
      reconnectPeriod: 50,
      reconnectOnConnackError: true,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    });
    open.add(client);
    const watcher = new Watcher(client);
    let reason = 'no answer';
    client.on('error', (error) => {
      reason = error.message;
    });
    try {
      await eventually(`a connection to ${url}`, () => client.connected);
    } catch (error) {
      await watcher.close();
      throw new Error(`${(error as Error).message} (${reason})`);
    }
    await client.subscribeAsync(filter, { qos: 1 });
    return watcher;
  }

  texts(topic: string): readonly string[] {
    return this.received.filter((message) => message.topic === topic).map(({ text }) => text);
  }

  json(topic: string): readonly Record<string, unknown>[] {
    return this.texts(topic)
      .filter((text) => text !== '')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  last(topic: string): string | undefined {
    return this.texts(topic).at(-1);
  }

  /** Waits until the newest message on the topic is `text`. */
  async sees(topic: string, text: string): Promise<void> {
    try {
      await eventually(`${topic} ${text}`, () => this.last(topic) === text);
    } catch (error) {
      const seen = this.received.map((each) => `${each.topic}${each.packet.retain ? ' (retained)' : ''} ${each.text.slice(0, 20)}`);
      throw new Error(`${(error as Error).message}; received: ${seen.join(', ')}`);
    }
  }

  async close(): Promise<void> {
    open.delete(this.client);
    await this.client.endAsync(true);
  }
}
