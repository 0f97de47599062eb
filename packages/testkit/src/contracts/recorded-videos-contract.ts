// What every `RecordedVideos` does, on a disk or in memory.
import type { EventFiles, RecordedSample, RecordedVideo, RecordedVideos, VideoPlace } from '@nightjar/core';
import { sampleEvent } from '../fakes/sample-event.ts';
import { sampleAudioTrack, sampleVideoTrack } from '../fakes/sample-track.ts';

/** Videos under test, and what writes them. */
export interface RecordedVideosUnderTest {
  readonly videos: RecordedVideos;
  readonly files: EventFiles;
  /** An empty area. */
  readonly root: string;
}

const TRACKS = { video: sampleVideoTrack(), audio: sampleAudioTrack() };
const FRAME_US = 100_000;

/** Declares the suite; call it inside a test file. */
export function describeRecordedVideos(name: string, create: () => RecordedVideosUnderTest | Promise<RecordedVideosUnderTest>): void {
  describe(`${name} keeps the recorded videos contract`, () => {
    it('reads back what was recorded, sample by sample', async () => {
      const { videos, files, root } = await create();
      const place = placeOf(root, 1);
      const file = await files.create(root, record(1), TRACKS);
      for (let second = 0; second < 3; second++) await file.append(fragment(second));
      await file.finish(record(1));
      const video = await opened(videos, place);
      expect(await video.isFastStart()).toBe(true);
      const tracks = await video.tracks();
      expect(tracks.map(({ track, count }) => [track.kind, count])).toEqual([
        ['video', 30],
        ['audio', 48],
      ]);
      expect([...(tracks[0]?.keys ?? [])].filter((key) => key === 1).length).toBe(3);
      for (const [at, sample] of [...Array(3).keys()].flatMap((second) => fragment(second).filter(({ track }) => track === 'video')).entries()) {
        const data = new Uint8Array(tracks[0]?.sizes[at] ?? 0);
        expect(await video.read(tracks[0]?.offsets[at] ?? 0, data)).toBe(data.length);
        expect(data).toEqual(sample.data);
      }
      await video.close();
    });

    it('reads an event that is being recorded up to its last fragment, and goes on reading what it opened', async () => {
      const { videos, files, root } = await create();
      const file = await files.create(root, record(2), TRACKS);
      await file.append(fragment(0));
      const before = await opened(videos, placeOf(root, 2));
      expect(await before.isFastStart()).toBe(false);
      const [pictures] = await before.tracks();
      expect(pictures?.count).toBe(10);
      await file.append(fragment(1));
      await file.finish(record(2));
      const first = new Uint8Array(pictures?.sizes[0] ?? 0);
      await before.read(pictures?.offsets[0] ?? 0, first);
      expect(first).toEqual(fragment(0)[0]?.data);
      const after = await opened(videos, placeOf(root, 2));
      expect((await after.tracks())[0]?.count).toBe(20);
      expect(after.version).not.toBe(before.version);
      await before.close();
      await after.close();
    });

    it('says the same version of the same file', async () => {
      const { videos, files, root } = await create();
      const file = await files.create(root, record(3), TRACKS);
      await file.append(fragment(0));
      await file.finish(record(3));
      const [one, two] = [await opened(videos, placeOf(root, 3)), await opened(videos, placeOf(root, 3))];
      expect(one.version).toBe(two.version);
      expect(one.sizeBytes).toBe(two.sizeBytes);
      expect(await one.read(one.sizeBytes, new Uint8Array(10))).toBe(0);
      await one.close();
      await two.close();
    });

    it('finds nothing where there is nothing, and nothing after it was removed', async () => {
      const { videos, files, root } = await create();
      expect(await videos.open(placeOf(root, 4))).toBeUndefined();
      const file = await files.create(root, record(4), TRACKS);
      await file.append(fragment(0));
      await file.finish(record(4));
      await files.remove(root, record(4).directory, 4);
      expect(await videos.open(placeOf(root, 4))).toBeUndefined();
    });
  });
}

const record = (id: number): ReturnType<typeof sampleEvent> => sampleEvent(id, { directory: `porch/${id}`, scheme: 'shallow', state: 'open' });
const placeOf = (root: string, eventId: number): VideoPlace => ({ root, directory: record(eventId).directory, eventId });

async function opened(videos: RecordedVideos, place: VideoPlace): Promise<RecordedVideo> {
  const video = await videos.open(place);
  if (video === undefined) throw new TypeError(`there should be a video of event ${place.eventId}`);
  return video;
}

/** One second: ten pictures, the first a key picture, and sixteen frames of sound. */
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
