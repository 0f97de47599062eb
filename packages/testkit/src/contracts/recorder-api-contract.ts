// What every `RecorderApi` does: the fake, the recorder itself and the one over the network.
import type { Change, ChangeBody, RecorderApi } from '@nightjar/client';
import { describeRecorderControl } from './recorder-control-contract.ts';
import { describeRecorderExports } from './recorder-export-contract.ts';
import { describeRecorderVideo } from './recorder-video-contract.ts';

/** A recorder under test. */
export interface RecorderUnderTest {
  readonly api: RecorderApi;
  /** A camera and a ready event of it which exist already. */
  readonly cameraId: string;
  readonly eventId: number;
  /** An event of another camera. */
  readonly foreignEventId: number;
  /** Puts a change into the recorder's feed. Without it the tests of the feed are skipped, visibly. */
  publish?(change: ChangeBody): unknown;
  /** Makes a camera (default: the one above) deliver frames, ten for each second of its time. */
  sendVideo(frames: number, cameraId?: string): Promise<unknown> | unknown;
  /** Lets time pass until `work` is done, where it does not pass by itself. */
  passTime?<T>(work: Promise<T>): Promise<T>;
  close?(): Promise<void>;
}

const UNKNOWN_EVENT = 999_999_999;
/** More than any recorder remembers. */
const MANY_CHANGES = 10_000;
const TRIGGERS = ['one', 'two', 'three'] as const;

/** Declares the suite; call it inside a test file. */
export function describeRecorderApi(name: string, create: () => Promise<RecorderUnderTest>): void {
  describe(`${name} keeps the RecorderApi contract`, () => {
    let subject: RecorderUnderTest;
    beforeEach(async () => {
      subject = await create();
    });
    afterEach(async () => {
      await subject.close?.();
    });

    it('says who it is and how it is', async () => {
      const { api } = subject;
      const server = await api.server();
      expect(server.id).toMatch(/^[a-z0-9][a-z0-9_-]{0,47}$/);
      expect(URL.canParse(server.api)).toBe(true);
      expect(new Date(server.startedAt).toISOString()).toBe(server.startedAt);
      const [health, stats, cameras] = [await api.health(), await api.stats(), await api.cameras()];
      expect(health.version).toBe(server.version);
      expect(health.cameras.total).toBe(cameras.length);
      expect(stats.cameras.total).toBe(cameras.length);
      expect(stats.disk.freeBytes).toBeLessThanOrEqual(stats.disk.totalBytes);
    });

    it('finds a camera in the list and by its id', async () => {
      const { api, cameraId } = subject;
      const listed = (await api.cameras()).find(({ id }) => id === cameraId);
      expect(listed).toMatchObject({ id: cameraId });
      expect(await api.camera(cameraId)).toMatchObject({ id: cameraId, name: listed?.name });
    });

    it('says with each camera how much is recorded of it', async () => {
      const { api, cameraId } = subject;
      const { events } = await api.events({ camera: cameraId });
      const amount = { events: events.length, eventBytes: events.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
      expect((await api.cameras()).find(({ id }) => id === cameraId)?.state).toMatchObject(amount);
      expect((await api.camera(cameraId)).state).toMatchObject(amount);
    });

    it('finds an event in the list and by its id, with its times and addresses', async () => {
      const { api, cameraId, eventId } = subject;
      const listed = (await api.events({ camera: cameraId })).events.find(({ id }) => id === eventId);
      expect(listed).toBeDefined();
      const event = await api.event(eventId);
      expect(event).toEqual(listed);
      expect(event).toMatchObject({ id: eventId, cameraId, state: 'ready', has: { clip: true } });
      expect(event.video.url).toBe(`/api/v1/events/${eventId}/video.mp4`);
      expect(Date.parse(event.end ?? '')).toBeGreaterThanOrEqual(Date.parse(event.start));
    });

    it('lists the newest events first, no more than asked for, and none of other cameras', async () => {
      const { api } = subject;
      const starts = (await api.events()).events.map(({ start }) => start);
      expect(starts).toEqual([...starts].sort().reverse());
      expect((await api.events({ limit: 1 })).events.length).toBe(1);
      expect((await api.events({ camera: 'no-such-camera' })).events).toEqual([]);
      expect((await api.events({ from: '2999-01-01T00:00:00.000Z' })).events).toEqual([]);
      expect((await api.events({ to: '1999-01-01T00:00:00.000Z' })).events).toEqual([]);
    });

    it('gives the picture of an event as JPEG', async () => {
      const picture = await subject.api.eventSnapshot(subject.eventId, { width: 640, maxBytes: 100_000 });
      expect([...picture.slice(0, 2)]).toEqual([0xff, 0xd8]);
      expect(picture.byteLength).toBeLessThanOrEqual(100_000);
    });

    it('says by a code that there is no such camera or event', async () => {
      const { api } = subject;
      await expect(api.camera('no-such-camera')).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
      await expect(api.event(UNKNOWN_EVENT)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
      await expect(api.eventSnapshot(UNKNOWN_EVENT)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
    });

    it('ends the changes when the signal aborts', async () => {
      const abort = new AbortController();
      const reading = collect(subject.api.changes({ signal: abort.signal }), () => false);
      abort.abort();
      await expect(reading).resolves.toEqual(expect.any(Array));
      await expect(collect(subject.api.changes({ signal: abort.signal }), () => false)).resolves.toEqual([]);
    });

    it('gives changes to every reader in order, with numbers that grow', async () => {
      const { api, cameraId } = subject;
      const publish = subject.publish?.bind(subject);
      if (!publish) return skipped(name, 'the order of changes');
      const abort = new AbortController();
      const readers = [0, 1].map(() => collect(api.changes({ signal: abort.signal }), isLast));
      const timer = setInterval(() => publishTriggers(publish, cameraId), 50);
      publishTriggers(publish, cameraId);
      const seen = await Promise.all(readers);
      clearInterval(timer);
      abort.abort();
      for (const changes of seen) {
        expect(sourcesOf(changes).slice(-TRIGGERS.length)).toEqual(TRIGGERS);
        const numbers = changes.map(({ seq }) => seq);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      }
    });

    it('goes on after a number that is still remembered', async () => {
      const { api, cameraId } = subject;
      const publish = subject.publish?.bind(subject);
      if (!publish) return skipped(name, 'resuming the change feed');
      const abort = new AbortController();
      const reading = collect(api.changes({ signal: abort.signal }), isLast);
      const timer = setInterval(() => publishTriggers(publish, cameraId), 50);
      const [first, second] = await reading;
      clearInterval(timer);
      const again = await collect(api.changes({ since: first?.seq ?? 0, signal: abort.signal }), () => true);
      abort.abort();
      expect(again[0]?.seq).toBe(second?.seq);
    });

    it('tells where the reading of the changes begins, and that number is good to go on after', async () => {
      const { api, cameraId } = subject;
      const publish = subject.publish?.bind(subject);
      if (!publish) return skipped(name, 'the beginning of the change feed');
      const abort = new AbortController();
      const begun: number[] = [];
      const reading = collect(api.changes({ signal: abort.signal, onAlive: (seq) => begun.push(seq) }), isLast);
      const timer = setInterval(() => publishTriggers(publish, cameraId), 50);
      const [first] = await reading;
      clearInterval(timer);
      const since = begun[0] ?? Number.NaN;
      expect(since).toBeLessThan(first?.seq ?? 0);
      const again = await collect(api.changes({ since, signal: abort.signal }), () => true);
      abort.abort();
      expect(again[0]?.seq).toBe(first?.seq);
    });

    it('says that it has forgotten changes that are too long ago, and knows none that are to come', async () => {
      const { api, cameraId } = subject;
      const publish = subject.publish?.bind(subject);
      if (!publish) return skipped(name, 'what the change feed has forgotten');
      const abort = new AbortController();
      const reading = collect(api.changes({ signal: abort.signal }), isLast);
      const timer = setInterval(() => publishTriggers(publish, cameraId), 50);
      const last = (await reading).at(-1)?.seq ?? 0;
      clearInterval(timer);
      for (const since of [last + 1_000_000, last - 1_000_000])
        await expect(collect(api.changes({ since, signal: abort.signal }), () => true)).rejects.toMatchObject({ code: 'CHANGES_FORGOTTEN' });
      abort.abort();
    });

    it('says that changes are lost where they come faster than they are read', async () => {
      const { api, cameraId } = subject;
      const publish = subject.publish?.bind(subject);
      if (!publish) return skipped(name, 'what a slow reader of the change feed loses');
      const abort = new AbortController();
      let begin = (): void => undefined;
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const reading = collect(api.changes({ signal: abort.signal, onAlive: () => begin() }), () => false);
      reading.catch(() => undefined);
      await begun;
      for (let count = 0; count < MANY_CHANGES; count += TRIGGERS.length) publishTriggers(publish, cameraId);
      await expect(reading).rejects.toMatchObject({ code: 'CHANGES_FORGOTTEN' });
      abort.abort();
    });

    describeRecorderVideo(() => subject);
    describeRecorderControl(() => subject);
    describeRecorderExports(() => subject);
  });
}

function publishTriggers(publish: (change: ChangeBody) => unknown, cameraId: string): void {
  for (const source of TRIGGERS) publish({ type: 'trigger.received', data: { cameraId, action: 'on', source } });
}

function isLast(change: Change): boolean {
  return change.type === 'trigger.received' && change.data.source === TRIGGERS.at(-1);
}

function sourcesOf(changes: readonly Change[]): readonly string[] {
  return changes.flatMap((change) => (change.type === 'trigger.received' ? [change.data.source] : []));
}

async function collect(changes: AsyncIterable<Change>, until: (change: Change) => boolean): Promise<readonly Change[]> {
  const seen: Change[] = [];
  for await (const change of changes) {
    seen.push(change);
    if (until(change)) break;
  }
  return seen;
}

function skipped(name: string, what: string): void {
  console.warn(`skipped for ${name}: ${what} (nothing to publish with)`);
}
