// A camera that announces another picture than it sends: what it really sends is recorded, and plays.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describeWith, loadClip, RtspCamera } from '@nightjar/testkit';
import { makeClip, temporaryFolder } from '../test-clip.ts';
import { eventually, probeVideo, RecorderFolder } from './recorder-process.ts';

describeWith('ffmpeg', 'a camera that announces another picture than it sends', () => {
  const work = temporaryFolder();

  it('is recorded as its stream is, after two runs that did not fit', async () => {
    const [sent, announced] = [join(work(), 'sent.mp4'), join(work(), 'announced.mp4')];
    await makeClip(sent, { seconds: 4 });
    spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=640x480:r=15:d=1', '-c:v', 'libx264', '-profile:v', 'baseline', announced]);
    const stream = { clip: await loadClip(sent), loop: true, faults: { announces: await loadClip(announced) } };
    await using camera = await RtspCamera.start({ streams: { main: stream } });
    const cameras = `  - { id: yard, name: Yard, source: "${camera.url('main')}", function: record, sectionLengthSeconds: 4 }`;
    await using folder = new RecorderFolder({ cameras });
    await folder.start();
    const event = await eventually('a whole event', () => folder.events().find(({ state }) => state === 'ready'), 30_000);
    expect(camera.clients).toBe(3);
    await folder.stop();
    const video = folder.videoOf(event);
    expect(probeVideo(video)).toMatchObject({ frames: event.frames, startsWithKey: true, isMonotonic: true, isFastStart: true });
    const entries = ['-show_entries', 'stream=width,height', '-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0'];
    const decoded = spawnSync('ffprobe', ['-v', 'error', '-select_streams', 'v', ...entries, video], { encoding: 'utf8' });
    expect([decoded.stdout.trim(), decoded.stderr]).toEqual([`320,180,${event.frames}`, '']);
    expect(folder.hasPicture(event)).toBe(true);
    expect(folder.log.match(/announces another picture than it sends/g)).toHaveLength(1);
  });
});
