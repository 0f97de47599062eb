// What every `EventFiles` does, on a disk or in memory.
import { type EventFiles, type EventRecord, type RecordedSample, RecorderError } from '@nightjar/core';
import type { AudioTrack, VideoTrack } from '@nightjar/media';
import { sampleEvent } from '../fakes/sample-event.ts';
import { sampleAudioTrack, sampleVideoTrack } from '../fakes/sample-track.ts';

/** Files under test. */
export interface EventFilesUnderTest {
  readonly files: EventFiles;
  /** An empty area. */
  readonly root: string;
}

const FRAME_US = 100_000;
const TRACKS: { readonly video: VideoTrack; readonly audio: AudioTrack } = { video: sampleVideoTrack(), audio: sampleAudioTrack() };

/** Declares the suite; call it inside a test file. */
export function describeEventFiles(name: string, create: () => EventFilesUnderTest | Promise<EventFilesUnderTest>): void {
  describe(`${name} keeps the event files contract`, () => {
    it('finishes a file that says what is in it', async () => {
      const { files, root } = await create();
      const event = record(1);
      const file = await files.create(root, event, TRACKS);
      expect(file.path).toBe(`${root}/${event.directory}/1-video.mp4`);
      for (let second = 0; second < 3; second++) await file.append(fragment(second));
      await file.sync();
      const identity = { ...event, state: 'closed', frames: 30 } as const;
      const facts = await file.finish(identity);
      expect(facts).toMatchObject({ frames: 30, codec: TRACKS.video.codecString, width: 640, height: 360, identity });
      expect(Math.abs(facts.durationMs - 3000)).toBeLessThanOrEqual(1);
      expect(await files.inspect(file.path)).toEqual(facts);
    });

    it('repairs a file that was not finished, and nothing changes when it repairs it again', async () => {
      const { files, root } = await create();
      const file = await files.create(root, record(2), TRACKS);
      for (let second = 0; second < 2; second++) await file.append(fragment(second));
      await file.sync();
      await file.abandon();
      const facts = await files.repair(file.path);
      expect(facts).toMatchObject({ frames: 20, identity: record(2) });
      expect(await files.repair(file.path)).toEqual(facts);
      expect(await files.inspect(file.path)).toEqual(facts);
    });

    it('says so of a file in which nothing plays', async () => {
      const { files, root } = await create();
      const file = await files.create(root, record(3), TRACKS);
      await file.abandon();
      expect(await files.repair(file.path)).toBeUndefined();
      const code = await files.inspect(file.path).then(
        () => undefined,
        (error: unknown) => RecorderError.of(error)?.code,
      );
      expect(code).toBe('VIDEO_DAMAGED');
    });

    it('removes an event with everything that was attached, and its neighbours stay', async () => {
      const { files, root } = await create();
      const kept = await finished(files, root, 4);
      const gone = await finished(files, root, 5);
      await files.writeAttachment(root, record(5).directory, 'snapshot.jpg', Uint8Array.of(1, 2, 3));
      await files.remove(root, record(5).directory, 5);
      await files.remove(root, record(5).directory, 5);
      await expect(files.inspect(gone)).rejects.toThrow();
      expect((await files.inspect(kept)).frames).toBe(10);
    });

    it('removes nothing outside its area', async () => {
      const { files, root } = await create();
      const outside = await finished(files, `${root}/neighbour`, 6);
      await files.remove(`${root}/area`, `../neighbour/${record(6).directory}`, 6).catch(() => {});
      expect((await files.inspect(outside)).frames).toBe(10);
    });
  });
}

const record = (id: number): EventRecord => sampleEvent(id, { directory: `porch/${id}`, scheme: 'shallow', state: 'open' });

async function finished(files: EventFiles, root: string, id: number): Promise<string> {
  const file = await files.create(root, record(id), TRACKS);
  await file.append(fragment(0));
  await file.finish({ ...record(id), state: 'closed' });
  return file.path;
}

/** One second: ten frames, the first a key frame, and sixteen frames of sound. */
function fragment(second: number): readonly RecordedSample[] {
  const startUs = second * 1_000_000;
  const video = Array.from({ length: 10 }, (_, index): RecordedSample => {
    const timeUs = startUs + index * FRAME_US;
    const data = Uint8Array.of(0, 0, 0, 3, index === 0 ? 0x65 : 0x41, second, index);
    return { track: 'video', data, ptsUs: timeUs, dtsUs: timeUs, durationUs: FRAME_US, isKey: index === 0 };
  });
  const audio = Array.from({ length: 16 }, (_, index): RecordedSample => {
    const timeUs = startUs + index * 62_500;
    return { track: 'audio', data: Uint8Array.of(0x21, second, index), ptsUs: timeUs, dtsUs: timeUs, durationUs: 62_500, isKey: true };
  });
  return [...video, ...audio];
}
