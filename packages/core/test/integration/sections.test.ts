// A camera that is always recorded, over real RTSP: its files together are what it sent.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith, loadClip, RtspCamera } from '@nightjar/testkit';
import { makeClip, temporaryFolder } from '../test-clip.ts';
import { eventually, frameHashes, probeVideo, RecorderFolder } from './recorder-process.ts';

const SECONDS = 9;
const FPS = 15;
const SECTION_SECONDS = 2;
/** One group of pictures, which a section may last longer. */
const GOP_SECONDS = 1;

describeWith('ffmpeg', 'a camera that is recorded in sections', () => {
  const work = temporaryFolder();

  it('has every frame it sent in one file and in one file only, and the last event is closed by a stop', async () => {
    const file = join(work(), 'clip.mp4');
    await makeClip(file, { seconds: SECONDS });
    let isAllSent = false;
    const clip = await loadClip(file);
    await using camera = await RtspCamera.start({
      streams: { main: { clip, faults: { stallAfterSeconds: SECONDS + 1 }, onFrameSent: ({ index }) => (isAllSent ||= index >= SECONDS * FPS - 1) } },
    });
    const cameras = `
  - { id: yard, name: Yard, source: "${camera.url('main')}", function: record, sectionLengthSeconds: ${SECTION_SECONDS}, audio: false }`;
    await using folder = new RecorderFolder({ cameras });
    await folder.start();
    await eventually('the camera sent everything', () => isAllSent || undefined, 15_000);
    // What is on its way: the last fragment.
    await sleep(500);
    const { code, tookMs } = await folder.stop();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(10_000);

    const events = folder.events();
    expect(events.length).toBeGreaterThanOrEqual(3);
    for (const event of events) {
      expect(event).toMatchObject({ state: 'ready', has_snapshot: 1, recovered: 0 });
      const video = probeVideo(folder.videoOf(event));
      expect(video).toMatchObject({ frames: event.frames, startsWithKey: true, isMonotonic: true, isFastStart: true });
      expect(video.durationSeconds).toBeLessThanOrEqual(SECTION_SECONDS + GOP_SECONDS + 0.1);
    }
    const recorded = events.flatMap((event) => frameHashes(folder.videoOf(event)));
    // ffmpeg holds the very last frame back until the next one says how long it lasts.
    const sent = frameHashes(file);
    expect(recorded).toEqual(sent.slice(0, recorded.length));
    expect(sent.length - recorded.length).toBeLessThanOrEqual(2);
  });
});
