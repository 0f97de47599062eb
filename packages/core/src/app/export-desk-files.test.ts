// The desk of exports with the real writer on a real disk; what it reads comes from memory, as fast as the test lets it.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaFile } from '@nightjar/client';
import { sampleEvent, sampleVideoTrack, waitUntil } from '@nightjar/testkit';
import { fakeEnvironment } from '../../test/fake-environment.ts';
import { recorderConfig } from '../../test/recorder-config.ts';
import { FsExportFiles } from '../adapters/fs/fs-export-files.ts';
import { AlertBoard } from '../events/alert-board.ts';
import type { ChangePublisher } from '../ports/change-feed.ts';
import type { RecordedVideos } from '../ports/recorded-videos.ts';
import { ExportDesk } from './export-desk.ts';

const FRAMES = 100;

/** Holds back who reads media, from a moment on. */
class Gate {
  #waiting: (() => void)[] = [];
  isShut = false;

  get held(): number {
    return this.#waiting.length;
  }

  open(): void {
    this.isShut = false;
    for (const go of this.#waiting.splice(0)) go();
  }

  async pass(): Promise<void> {
    if (this.isShut) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

const gated = (videos: RecordedVideos, gate: Gate): RecordedVideos => ({
  open: async (place) => {
    const video = await videos.open(place);
    return (
      video && {
        ...video,
        read: async (offset, into) => {
          await gate.pass();
          return video.read(offset, into);
        },
      }
    );
  },
});

const feed: ChangePublisher = { publish: (body) => ({ ...body, seq: 1, at: '' }) };

describe('the desk of exports on a disk', () => {
  let folder = '';
  const gate = new Gate();
  const env = fakeEnvironment();
  const shelf = (): readonly string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const desk = (): ExportDesk =>
    new ExportDesk({
      env: { ...env, videos: gated(env.videos, gate), exportFiles: new FsExportFiles(folder) },
      ...{ feed, alerts: new AlertBoard({ feed, clock: env.clock, log: env.log }) },
      lookup: { events: env.events, find: (id) => env.events.get(id), rootOf: () => '/events', hasCamera: () => true },
      areas: { all: [] },
      settings: recorderConfig().exports,
      writtenBy: { nightjar: '1.2.3', recorder: 'rec1' },
      nameOf: () => 'Front porch',
    });

  beforeAll(async () => {
    for (const id of [1, 2]) {
      const event = sampleEvent(id);
      await env.events.put(event);
      const file = await env.files.create('/events', event, { video: sampleVideoTrack() });
      const timeUs = (frame: number): number => frame * 100_000;
      await file.append(
        Array.from({ length: FRAMES }, (_, frame) => ({
          track: 'video' as const,
          data: Uint8Array.of(0, 0, 0, 2, frame % 10 === 0 ? 0x65 : 0x41, frame),
          ...{ ptsUs: timeUs(frame), dtsUs: timeUs(frame), durationUs: timeUs(1), isKey: frame % 10 === 0 },
        })),
      );
      await file.finish(event);
    }
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nightjar-exports-'));
    env.exports.rows.clear();
    gate.isShut = true;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const heldInTheMiddle = async (of: ExportDesk): Promise<number> => {
    const { id } = await of.create({ events: [1, 2] }, 'ann');
    await waitUntil(() => gate.held > 0);
    expect(shelf()).toEqual([`export-${id}`, expect.stringMatching(/^export-\d+\/porch-[\w-]+Z\.mp4\.\d+\.part$/)]);
    return id;
  };

  it('leaves nothing of one that is deleted in the middle', async () => {
    const working = desk();
    await working.start();
    const id = await heldInTheMiddle(working);
    const deleting = working.delete(id);
    await waitUntil(() => !working.list().exports.some((each) => each.id === id));
    gate.open();
    await deleting;
    expect(shelf()).toEqual([]);
    expect(env.videos.opened).toBe(0);
    await working.stop();
  });

  it('takes up at the next start what a stop interrupted, from the beginning', async () => {
    const first = desk();
    await first.start();
    const id = await heldInTheMiddle(first);
    const stopping = first.stop();
    gate.open();
    await stopping;
    expect(shelf()).toEqual([]);
    const second = desk();
    await second.start();
    await waitUntil(() => second.get(id).state === 'done');
    expect(second.get(id)).toMatchObject({ frames: 2 * FRAMES, events: [1, 2] });
    expect(shelf().length).toBe(3);
    await second.stop();
  });

  it('fails, with nothing left, where an event is deleted while it is read', async () => {
    const working = desk();
    await working.start();
    const id = await heldInTheMiddle(working);
    await env.files.remove('/events', sampleEvent(2).directory, 2);
    gate.open();
    await waitUntil(() => working.get(id).state === 'failed');
    expect(working.get(id).error).toEqual({ code: 'VIDEO_GONE', message: expect.stringContaining('event 2') });
    expect(shelf()).toEqual([]);
    await working.stop();
  });

  it('gives a reader the rest of a file that is removed meanwhile', async () => {
    gate.open();
    const working = desk();
    await working.start();
    const { id } = await working.create({ events: [1] }, 'ann');
    await waitUntil(() => working.get(id).state === 'done');
    const { sha256 } = working.get(id);
    const file: MediaFile = await working.video(id);
    const reading = file.read(0, file.sizeBytes)[Symbol.asyncIterator]();
    const hash = createHash('sha256').update((await reading.next()).value ?? '');
    await working.delete(id);
    for (let part = await reading.next(); part.done !== true; part = await reading.next()) hash.update(part.value);
    expect(hash.digest('hex')).toBe(sha256);
    await expect(file.read(0, 1)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'VIDEO_GONE' });
    await working.stop();
  });
});
