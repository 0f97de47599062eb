// What ffmpeg receives from the RTSP camera: every frame, for every kind of stream.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../describe-with.ts';
import { loadClip, run } from './load-clip.ts';
import { videoUnits } from './media-clip.ts';
import { RtspCamera } from './rtsp-camera.ts';

const ENCODERS = {
  h264: ['-c:v', 'libx264', '-bf', '2', '-g', '10', '-preset', 'ultrafast'],
  h265: ['-c:v', 'libx265', '-x265-params', 'log-level=none', '-g', '10', '-preset', 'ultrafast', '-tag:v', 'hvc1'],
};

describeWith('ffmpeg', 'ffmpeg plays the RTSP camera', () => {
  let folder = '';
  const fileOf = (codec: 'h264' | 'h265'): string => join(folder, `${codec}.mp4`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'testkit-rtsp-'));
    for (const codec of ['h264', 'h265'] as const) {
      const input = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=15:d=2', '-f', 'lavfi', '-i', 'sine=d=2'];
      await run('ffmpeg', ['-v', 'error', '-y', ...input, ...ENCODERS[codec], '-c:a', 'aac', fileOf(codec)]);
    }
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Frame sizes as ffmpeg received them, by track. */
  const receive = async (url: string, transport: 'tcp' | 'udp'): Promise<{ video: number; audio: number }> => {
    const lines = (await run('ffmpeg', ['-v', 'error', '-rtsp_transport', transport, '-i', url, '-map', '0', '-c', 'copy', '-f', 'framecrc', '-']))
      .toString()
      .split('\n');
    return { video: lines.filter((line) => line.startsWith('0,')).length, audio: lines.filter((line) => line.startsWith('1,')).length };
  };

  it.each([
    ['h264', 'none', 'tcp'],
    ['h264', 'aac', 'tcp'],
    ['h264', 'pcma', 'tcp'],
    ['h264', 'pcmu', 'udp'],
    ['h265', 'none', 'tcp'],
    ['h265', 'aac', 'tcp'],
  ] as const)('%s with sound %s over %s, complete', async (codec, audio, transport) => {
    const clip = await loadClip(fileOf(codec), audio);
    expect(videoUnits(clip)).toHaveLength(30);
    let sent = 0;
    const auth = { scheme: 'digest', user: 'viewer', password: 'p:@/ss' } as const;
    const camera = await RtspCamera.start({ streams: { main: { clip, onFrameSent: () => sent++ } }, auth });
    const received = await receive(camera.url('main'), transport);
    await camera.close();
    expect([sent, received.video]).toEqual([30, 30]);
    if (audio !== 'none') expect(received.audio).toBeGreaterThan(10);
  });
});
