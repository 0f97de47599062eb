// What a viewer gets decodes: real video, real ports, real time.
import { spawnSync } from 'node:child_process';
import type { LivePacket } from '@nightjar/client';
import { Fmp4Reader } from '@nightjar/media';
import { waitUntil } from '@nightjar/testkit';
import { describeWithFfmpeg, fragmentedClip } from '../../../media/test/ffmpeg-clip.ts';
import { depacketized, LoopbackViewer } from '../../test/loopback-viewer.ts';
import { MadeLive, madeContext } from '../../test/made-live.ts';
import { LiveDelegate } from './live-delegate.ts';

const SIZE = '1280x720';
const FPS = 10;

/** A clip as a recorder sends it live. */
function packetsOf(clip: Uint8Array): readonly LivePacket[] {
  const packets: LivePacket[] = [];
  let tracks: LivePacket['tracks'] | undefined;
  for (const item of new Fmp4Reader().push(clip)) {
    if (item.type === 'init') {
      const video = item.tracks.find((track) => track.kind === 'video');
      if (video !== undefined) tracks = { video };
      continue;
    }
    for (const { data, pts, dts, duration, isKey } of item.samples) {
      const us = (ticks: number): number => Math.round((ticks * 1e6) / (tracks?.video?.timescale ?? 1));
      if (tracks !== undefined)
        packets.push({ track: 'video', data, ptsUs: us(pts), dtsUs: us(dts), durationUs: us(duration), isKey, tracks, skippedFrames: 0 });
    }
  }
  return packets;
}

/** Frames that ffmpeg decodes. @throws Error where it complains about anything. */
function decode(annexB: Buffer): number {
  const args = ['-v', 'error', '-f', 'h264', '-i', 'pipe:0', '-f', 'rawvideo', '-pix_fmt', 'gray', '-vf', 'scale=16:16', '-fps_mode', 'passthrough', 'pipe:1'];
  const { status, stderr, stdout } = spawnSync('ffmpeg', args, { input: annexB, maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0 || stderr.length > 0) throw new Error(`ffmpeg complains: ${stderr.toString()}`);
  return stdout.length / 256;
}

describeWithFfmpeg('live video', () => {
  const clip = packetsOf(
    fragmentedClip({
      video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-b:v', '6M', '-g', '40', '-bf', '0'],
      seconds: 6,
      size: SIZE,
    }),
  );

  /** Five viewers, one after the other begun, of a camera with 4 s from key frame to key frame; `within` happens to the first while it watches. */
  async function watch(within?: (viewer: LoopbackViewer) => void): Promise<readonly LoopbackViewer[]> {
    const live = new MadeLive();
    const delegate = new LiveDelegate({ context: madeContext(live.recorder, { settings: { audio: false } }), controller: () => undefined });
    const viewers: LoopbackViewer[] = [];
    const join = async (): Promise<void> => {
      const viewer = await LoopbackViewer.open(delegate);
      viewers.push(viewer);
      await viewer.prepare();
      await viewer.start();
    };
    await join();
    // 3 s that were kept come at once.
    live.reader('video').send(...clip.slice(0, 3 * FPS));
    const pictures = (viewer: LoopbackViewer): number => viewer.video.filter(({ marker }) => marker).length;
    await waitUntil(() => viewers.every((viewer) => pictures(viewer) >= 3 * FPS));
    await Promise.all([join(), join(), join(), join()]);
    await waitUntil(() => viewers.every((viewer) => pictures(viewer) >= 3 * FPS));
    for (const [index, packet] of clip.slice(3 * FPS).entries()) {
      live.reader('video').send(packet);
      if (index === 4 && viewers[0] !== undefined) within?.(viewers[0]);
      await waitUntil(() => viewers.every((viewer) => pictures(viewer) > 3 * FPS + index));
    }
    delegate.dispose();
    for (const viewer of viewers) viewer.close();
    return viewers;
  }

  it('of five viewers decodes without an error, a gap or a bad tag, from a burst on', async () => {
    for (const viewer of await watch()) {
      expect([viewer.gaps, viewer.refused]).toEqual([0, 0]);
      const { annexB, types } = depacketized(viewer.video);
      expect(types.slice(0, 3)).toEqual([7, 8, 5]);
      expect(decode(annexB)).toBe(6 * FPS);
      expect(Math.max(...viewer.raw.map(({ length }) => length))).toBeLessThanOrEqual(1200);
    }
  });

  it('goes on decoding where what was kept is sent again', async () => {
    const [first, second] = await watch((viewer) => viewer.wantKey());
    expect([first?.gaps, first?.refused]).toEqual([0, 0]);
    const { annexB, types } = depacketized(first?.video ?? []);
    // The key frame at 0 s, that one again with what followed, and the one at 4 s.
    expect(types.filter((type) => type === 7)).toHaveLength(3);
    expect(decode(annexB)).toBeGreaterThan(6 * FPS + 30);
    expect(decode(depacketized(second?.video ?? []).annexB)).toBe(6 * FPS);
    const times = (first?.video ?? []).map(({ timestamp }) => timestamp);
    expect(times.slice(1).every((time, index) => (time - (times[index] ?? 0)) >>> 0 < 2 ** 31)).toBe(true);
  });
});
