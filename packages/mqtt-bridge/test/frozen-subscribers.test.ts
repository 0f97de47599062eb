// Subscribers that stop reading beside healthy ones: nobody else misses anything, and nobody waits.
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MqttClient } from 'mqtt';
import { EmbeddedBroker } from '../src/index.ts';
import { eventually, Watcher } from './watcher.ts';

const USERS = [{ username: 'ha', password: 'ha-pass', access: 'control' }] as const;
/** What they speak. */
const READERS = [4, 5, 4, 5] as const;
const FROZEN = [4, 5, 4, 5, 4, 5] as const;
const PICTURES = 'nightjar/camera/porch/snapshot';
const EVENTS = 'nightjar/camera/porch/event';
const PICTURE_BYTES = 50_000;
const PER_SECOND = 100;
const SECONDS = 8;
/** Beside what this process itself stood still, which publishes and reads. */
const MOST_GAP_MS = 2500;

/** Numbers that came on both topics, and the longest time in which nothing did. */
class Reader {
  readonly numbers = new Map<string, number[]>([PICTURES, EVENTS].map((topic) => [topic, []]));
  longestGapMs = 0;
  /** Ends of its connection. */
  ends = 0;
  #lastMs: number | undefined;

  constructor(client: MqttClient) {
    client.on('close', () => {
      this.ends += 1;
    });
    client.on('message', (topic, payload) => {
      const nowMs = performance.now();
      this.longestGapMs = Math.max(this.longestGapMs, nowMs - (this.#lastMs ?? nowMs));
      this.#lastMs = nowMs;
      this.numbers.get(topic)?.push(payload.readUInt32LE(0));
    });
  }
}

describe('the embedded broker with subscribers that stop reading', () => {
  let broker: EmbeddedBroker;
  let watchers: Watcher[];
  beforeEach(async () => {
    broker = new EmbeddedBroker({ port: 0, users: USERS, maxConnections: READERS.length + FROZEN.length + 1 });
    watchers = [];
    await broker.start();
  });
  afterEach(async () => {
    for (const watcher of watchers) await watcher.close();
    await broker.stop();
  });
  const open = async (version: 4 | 5) => {
    const watcher = await Watcher.open({ url: broker.credentials.url, username: 'ha', password: 'ha-pass', version }, 'nightjar/#');
    watchers.push(watcher);
    return watcher;
  };
  const residentMiB = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${broker.pid}/status`, 'utf8'))?.[1]) / 1024;

  it('serves the others as if they were not there, and drops them', async () => {
    const readers = await Promise.all(READERS.map(async (version) => new Reader((await open(version)).client)));
    const frozen = await Promise.all(FROZEN.map(open));
    for (const { client } of frozen) client.options.reconnectPeriod = 0;
    const recorder = await Watcher.open(broker.credentials, 'none');
    watchers.push(recorder);
    const ownPauses = monitorEventLoopDelay({ resolution: 10 });
    ownPauses.enable();
    const before = residentMiB();
    let highest = before;
    const total = SECONDS * PER_SECOND;
    const startedMs = performance.now();
    for (let count = 0; count < total; count += 1) {
      // They freeze one after the other, so that their times do not fall together.
      if (count % PER_SECOND === 50) frozen[Math.floor(count / PER_SECOND)]?.client.stream.pause();
      const picture = Buffer.alloc(PICTURE_BYTES, count);
      picture.writeUInt32LE(count);
      const event = Buffer.alloc(200, 'x');
      event.writeUInt32LE(count);
      recorder.client.publish(PICTURES, picture, { qos: 0, retain: true });
      recorder.client.publish(EVENTS, event, { qos: 1 });
      if (count % PER_SECOND === 0) highest = Math.max(highest, residentMiB());
      await eventually('the next moment', () => performance.now() - startedMs >= (count * 1000) / PER_SECOND);
    }
    const all = Array.from({ length: total }, (_, count) => count);
    for (const reader of readers) {
      const missed = (): readonly number[] => [...reader.numbers.values()].map((numbers) => total - numbers.length);
      await eventually('everything', () => missed().every((count) => count === 0)).catch((error: Error) => {
        throw new Error(`${error.message}; missed ${missed()}, ends ${reader.ends}, gap ${reader.longestGapMs} ms, own pause ${ownPauses.max / 1e6} ms`);
      });
      expect([...reader.numbers.values()]).toEqual([all, all]);
      expect(reader.longestGapMs).toBeLessThan(MOST_GAP_MS + ownPauses.max / 1e6);
    }
    expect(highest - before).toBeLessThan(200);
    // They hear of their end only when they read on; others find their places free.
    await Promise.all(frozen.map(() => open(5)));
  }, 60_000);
});
