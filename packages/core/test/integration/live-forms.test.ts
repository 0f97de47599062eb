// What viewers get encoded anew is at the same time as what is copied: beeps of a real stream, measured in what comes out.
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LiveOptions, LivePacket } from '@nightjar/client';
import { describeWith, RecordingLogger, settle, waitUntil } from '@nightjar/testkit';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { FfmpegCameraSource } from '../../src/adapters/ffmpeg/ffmpeg-camera-source.ts';
import { ffmpegStreamEncoders } from '../../src/adapters/ffmpeg/ffmpeg-stream-encoder.ts';
import { PacketRing } from '../../src/capture/packet-ring.ts';
import type { Packet, StreamInfo } from '../../src/model/packet.ts';
import { EncoderSlots } from '../../src/streams/encoder-slots.ts';
import { LiveCamera } from '../../src/streams/live-camera.ts';
import { liveMp4 } from '../../src/streams/live-mp4.ts';
import { sourceOf } from '../camera-settings.ts';
import { temporaryFolder } from '../test-clip.ts';

const RATE = 48_000;
const LOUD = 0.1;
const QUIET_SAMPLES = RATE / 4;
/** An AAC decoder begins with what was put before the sound, which fades in: some milliseconds are lost there. */
const TOLERANCE_SECONDS = 0.01;

/** Two beeps a second, 100 ms each. */
async function makeBeeps(path: string): Promise<void> {
  const input = ['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=25:d=4', '-f', 'lavfi', '-i', "aevalsrc='0.5*sin(6283*t)*lt(mod(t+0.25,0.5),0.1)':s=48000:d=4"];
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-y', ...input, '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '50', '-c:a', 'aac', path]);
}

async function load(path: string): Promise<{ readonly info: StreamInfo; readonly packets: readonly Packet[] }> {
  let info: StreamInfo | undefined;
  const packets: Packet[] = [];
  const request = { source: sourceOf(`file:${path}`), audio: true, frameSkip: 0, pace: 'fast', connectTimeoutMs: 8000 } as const;
  const sink = { onInfo: (next: StreamInfo) => (info = next), onPacket: (packet: Packet) => packets.push(packet) };
  await new FfmpegCameraSource(systemClock).open(request, sink, new AbortController().signal).done;
  return { info: info!, packets };
}

/** As a file that begins with the first packet. */
async function fileOf(packets: readonly LivePacket[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const source = (async function* () {
    yield* packets;
  })();
  for await (const { bytes } of liveMp4(source, { hasOwnTimes: true })) parts.push(bytes);
  return Buffer.concat(parts);
}

/** When each beep begins, in seconds of the stream. */
async function beepsOf(packets: readonly LivePacket[]): Promise<readonly number[]> {
  const args = ['-v', 'error', '-i', 'pipe:0', '-ac', '1', '-ar', String(RATE), '-f', 'f32le', 'pipe:1'];
  const { stdout, stderr } = spawnSync('ffmpeg', args, { input: await fileOf(packets), maxBuffer: 64 * 1024 * 1024 });
  expect(stderr.toString()).toBe('');
  const samples = new Float32Array(new Uint8Array(stdout).buffer, 0, Math.floor(stdout.length / 4));
  const beeps: number[] = [];
  let lastLoud = Number.NEGATIVE_INFINITY;
  for (const [index, value] of samples.entries()) {
    if (Math.abs(value) < LOUD) continue;
    if (index - lastLoud > QUIET_SAMPLES) beeps.push((packets[0]?.ptsUs ?? 0) / 1e6 + index / RATE);
    lastLoud = index;
  }
  return beeps;
}

describeWith('ffmpeg', 'live streams in other forms', () => {
  const folder = temporaryFolder();

  it('are decoded without an error, and their sound is where it is in the stream', async () => {
    const path = join(folder(), 'beeps.mp4');
    await makeBeeps(path);
    const { info, packets } = await load(path);
    const live = new LiveCamera({
      clock: systemClock,
      log: new RecordingLogger(),
      encoders: ffmpegStreamEncoders,
      slots: new EncoderSlots({ maxVideo: 1, maxSound: 2 }),
    });
    const ring = new PacketRing({ keepMs: 60_000, maxBytes: 64 * 1024 * 1024 });
    const source = live.main.from({ recent: ring });
    source.runStarted(info);
    source.status('online', undefined);
    const watch = (options: LiveOptions) => {
      const seen: LivePacket[] = [];
      const viewer = live.watch(options);
      const over = (async () => {
        for await (const packet of viewer) seen.push(packet);
      })();
      return { seen, leave: async () => (await viewer.return(), over) };
    };
    const copied = watch({ video: false });
    const opus = watch({ audio: { codec: 'opus', sampleRate: 24_000, channels: 1, kbps: 32, frameMs: 20 } });
    const aac = watch({ audio: { codec: 'aac', sampleRate: 16_000, channels: 1, kbps: 32 } });
    const video = watch({ video: { codec: 'h264', width: 320, height: 320, fps: 15, kbps: 300, gopSeconds: 1 } });
    await settle();
    for (const packet of packets) {
      ring.push(packet);
      source.push(packet);
      await settle();
    }
    const hasCome = ({ seen }: { readonly seen: readonly LivePacket[] }): boolean => (seen.at(-1)?.ptsUs ?? 0) > 3_400_000;
    await waitUntil(() => [copied, opus, aac, video].every(hasCome));
    const beeps = await beepsOf(copied.seen);
    expect(beeps.length).toBeGreaterThanOrEqual(6);
    for (const { seen } of [opus, aac]) {
      const others = (await beepsOf(seen)).filter((at) => at > 0.4);
      for (const at of others.slice(0, 5)) expect(Math.min(...beeps.map((beep) => Math.abs(beep - at)))).toBeLessThan(TOLERANCE_SECONDS);
      expect(others.length).toBeGreaterThanOrEqual(5);
    }
    expect(video.seen[0]).toMatchObject({ isKey: true, tracks: { video: { width: 320, height: 180 } } });
    const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-i', 'pipe:0', '-f', 'null', '-'], { input: await fileOf(video.seen) });
    expect([status, stderr.toString()]).toEqual([0, '']);
    for (const { leave } of [copied, opus, aac, video]) await leave();
    await waitUntil(() => live.encoders === 0);
    live.close();
  }, 60_000);
});
