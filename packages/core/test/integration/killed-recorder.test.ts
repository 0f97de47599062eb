// `kill -9` while cameras are recorded: the next start makes everything whole by itself.
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith } from '@nightjar/testkit';
import { eventually, probeVideo, RecorderFolder, type StoredEvent } from './recorder-process.ts';

/** What a crash may cost, in ms. */
const MOST_LOST_MS = 1000;
/** Ten a second; how long the last one lasts is known only from the next. */
const A_FRAME_MS = 100;
/** Three lives, two of them as long as they must be; the rest is what the machine takes to start and to look at every file. */
const LIVES_TAKE_MS = 60_000;
const CAMERAS = `
  - { id: yard, name: Yard, source: "synthetic:busy", function: record, sectionLengthSeconds: 3 }
  - { id: gate, name: Gate, source: "synthetic:quiet?width=320&height=180", function: record, sectionLengthSeconds: 600 }`;

describeWith('ffmpeg', 'a recorder that is killed', () => {
  it(
    'has everything up to a second before, marked recovered, with picture, after the next start',
    async () => {
      await using folder = new RecorderFolder({ cameras: CAMERAS });
      const isWhole = (event: StoredEvent): boolean => event.state === 'ready' && folder.hasPicture(event);
      let killedMs = 0;
      // In the second section, which begins after four seconds of footage (a key picture each two seconds), and in the first. What is killed
      // in the first half second of a section leaves nothing of it, and no event.
      for (const lifeMs of [6100, 2500]) {
        await folder.start();
        await sleep(lifeMs);
        killedMs = Date.now();
        await folder.kill();
      }
      await folder.start();
      const ended = await eventually('every event of before is ready with its picture', () => {
        const before = folder.events().filter((event) => event.start_ms < killedMs);
        return before.every(isWhole) ? before : undefined;
      });
      for (const camera of ['yard', 'gate']) {
        const own = ended.filter((event) => event.camera_id === camera);
        const newest = own.at(-1);
        expect(newest?.recovered).toBe(1);
        expect(killedMs - (newest?.end_ms ?? 0)).toBeLessThan(MOST_LOST_MS);
        // One that was open at each kill; the one before it may have been closing still.
        expect(own.filter(({ recovered }) => recovered === 1).length).toBeGreaterThanOrEqual(2);
      }
      for (const event of ended) {
        const video = probeVideo(folder.videoOf(event));
        expect(video).toMatchObject({ frames: event.frames, startsWithKey: true, isMonotonic: true, isFastStart: true });
        expect(Math.abs(video.durationSeconds * 1000 - (event.end_ms - event.start_ms))).toBeLessThan(A_FRAME_MS * 1.5);
      }
      expect(folder.gaps().map(({ reason }) => reason)).toContain('recorder-stopped');
      expect((await folder.health()).status).toBe('ok');
      await folder.stop();
      expect(await folder.run('check')).toMatchObject({ code: 0 });
    },
    LIVES_TAKE_MS,
  );
});
