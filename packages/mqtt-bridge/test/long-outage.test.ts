// An hour without a broker, in virtual time: what waits stays small, and what is said afterwards is what is so.
import { FakeRecorder, settle } from '@nightjar/testkit';
import { CalmLogger, SILENT } from '../src/logger.ts';
import { resolveOptions } from '../src/options.ts';
import { type Entry, type Message, Outbox } from '../src/outbox.ts';
import { type MirrorLink, RecorderMirror } from '../src/recorder-mirror.ts';

const HOUR_S = 3600;
const CAMERAS = Array.from({ length: 16 }, (_, index) => `cam${index}`);
const LIMITS = { maxEvents: 200, maxEventAgeMs: 300_000 };

/** A link to a broker that is away until `come`; what it would send is kept as the real one keeps it. */
class VirtualLink implements MirrorLink {
  connected = false;
  nowS = 0;
  most = 0;
  isReady = false;
  readonly outbox = new Outbox(LIMITS, () => this.nowS * 1000);

  publish(message: Message): void {
    if (message.keep === 'volatile' && !this.connected) return;
    this.outbox.put(message);
    this.most = Math.max(this.most, this.outbox.size);
  }

  async listen(): Promise<void> {}

  beginState(): void {
    this.outbox.clearSlots();
  }

  ready(): void {
    this.outbox.eventsLast();
    this.isReady = true;
  }

  sent(): readonly Entry[] {
    const entries: Entry[] = [];
    for (let entry = this.outbox.take(); entry !== undefined; entry = this.outbox.take()) entries.push(entry);
    return entries;
  }
}

/** Real time is not waited for: only what is on its way already. */
async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; turns < 10_000 && !condition(); turns++) await settle();
  if (!condition()) throw new Error('it did not come to that');
}

describe('an hour without a broker', () => {
  it('costs as much memory as five minutes, and ends with the state of now and the newest events', async () => {
    const recorder = new FakeRecorder({ cameras: CAMERAS, feedSize: 100_000 });
    const link = new VirtualLink();
    const logger = new CalmLogger(SILENT);
    const options = resolveOptions({ broker: 'mqtt://127.0.0.1:1883', statsIntervalMs: 3_600_000, homeAssistant: { enabled: true, prefix: 'homeassistant' } });
    const mirror = new RecorderMirror(recorder, await recorder.server(), { link, options, logger });
    mirror.start();
    const sizes: number[] = [];
    let events = 0;
    for (link.nowS = 0; link.nowS < HOUR_S; link.nowS += 5) {
      const id = CAMERAS[(link.nowS / 5) % CAMERAS.length] ?? '';
      recorder.setMotion(id, true);
      recorder.setCamera(id, { recording: true });
      const event = recorder.openEvent(id);
      void recorder.updateEvent(event.id);
      recorder.closeEvent(event.id);
      recorder.readyEvent(event.id);
      recorder.setMotion(id, false);
      recorder.publish({ type: 'alert.raised', data: { id: `camera-lost-${id}`, level: 'warning', text: 'lost', since: event.start, cameraId: id } });
      recorder.publish({ type: 'alert.cleared', data: { id: `camera-lost-${id}`, level: 'warning', text: 'lost', since: event.start, cameraId: id } });
      events += 1;
      await settle();
      sizes.push(link.outbox.size);
    }
    recorder.setMotion('cam3', true);
    await until(() => link.outbox.dropped + link.outbox.queued >= 3 * events);
    // Every retained topic once, and the events of five minutes.
    expect(link.outbox.queued).toBeLessThanOrEqual(LIMITS.maxEvents);
    expect(Math.max(...sizes.slice(sizes.length / 2))).toBeLessThanOrEqual(Math.max(...sizes.slice(0, sizes.length / 2)) * 1.1);
    expect(link.most).toBeLessThan(1000);
    link.connected = true;
    mirror.connected();
    await until(() => link.isReady);
    const sent = link.sent().map(({ message }) => message);
    const topics = sent.map(({ topic }) => topic);
    expect(sent.filter(({ topic, payload }) => /\/(snapshot|preview)$/.test(topic) && payload !== '')).toEqual([]);
    expect(sent.findLast(({ topic }) => topic === 'nightjar/camera/cam3/motion')?.payload).toBe('ON');
    const told = sent.flatMap(({ topic, payload }) =>
      /\/cam\d+\/event$/.test(topic) ? [JSON.parse(String(payload)) as { id: number; event_type: string }] : [],
    );
    expect(told.length).toBeGreaterThan(150);
    expect(told.length).toBeLessThanOrEqual(LIMITS.maxEvents);
    expect(told.map(({ id }) => id)).toEqual(told.map(({ id }) => id).toSorted((a, b) => a - b));
    expect(told.at(-1)).toMatchObject({ id: events, event_type: 'ready' });
    expect(topics.indexOf('nightjar/server/rec1/state')).toBeLessThan(topics.findIndex((topic) => topic.endsWith('/event')));
    expect(topics.slice(0, topics.indexOf('nightjar/server/rec1/state')).filter((topic) => topic.endsWith('/availability'))).toHaveLength(CAMERAS.length);
    mirror.stop();
  });
});
