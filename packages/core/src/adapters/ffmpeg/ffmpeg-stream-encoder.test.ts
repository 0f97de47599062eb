// Encoders over packets of real ones, and what ffmpeg itself thinks of what comes out.
import { join } from 'node:path';
import { describeStreamEncoder, describeWith, waitUntil } from '@nightjar/testkit';
import { sourceOf } from '../../../test/camera-settings.ts';
import { makeClip, temporaryFolder } from '../../../test/test-clip.ts';
import type { Packet, StreamInfo } from '../../model/packet.ts';
import { systemClock } from '../clock/system-clock.ts';
import { FfmpegCameraSource } from './ffmpeg-camera-source.ts';
import { ffmpegStreamEncoders } from './ffmpeg-stream-encoder.ts';

interface Loaded {
  readonly info: StreamInfo;
  readonly packets: readonly Packet[];
}

async function load(path: string): Promise<Loaded> {
  let info: StreamInfo | undefined;
  const packets: Packet[] = [];
  const request = { source: sourceOf(`file:${path}`), audio: true, frameSkip: 0, pace: 'fast', connectTimeoutMs: 8000 } as const;
  const sink = { onInfo: (next: StreamInfo) => (info = next), onPacket: (packet: Packet) => packets.push(packet) };
  await new FfmpegCameraSource(systemClock).open(request, sink, new AbortController().signal).done;
  return { info: info!, packets };
}

describeWith('ffmpeg', 'ffmpeg encodes live streams', () => {
  const folder = temporaryFolder();
  const clips: Record<string, Loaded> = {};

  beforeAll(async () => {
    for (const [name, shape] of Object.entries({ h264: {}, bframes: { bFrames: 2 }, h265: { codec: 'libx265' as const } })) {
      const path = join(folder(), `${name}.mp4`);
      await makeClip(path, { seconds: 5, ...shape });
      clips[name] = await load(path);
    }
  });

  for (const name of ['h264', 'bframes', 'h265'])
    describeStreamEncoder(`ffmpeg of ${name}`, () => {
      const { info, packets } = clips[name]!;
      return { factory: ffmpegStreamEncoders, video: info.video, audio: info.audio!, packets };
    });

  it('tells why it stopped where ffmpeg refuses the form', async () => {
    const { info, packets } = clips['h264']!;
    const failures: string[] = [];
    const encoder = ffmpegStreamEncoders.open({
      track: info.audio!,
      form: { codec: 'opus', sampleRate: 44_100 as 48_000, channels: 1, kbps: 24, frameMs: 20 },
      onTrack: () => undefined,
      onUnit: () => undefined,
      onFailure: ({ code, message }) => failures.push(`${code} ${message}`),
    });
    try {
      for (const packet of packets.filter(({ track }) => track === 'audio')) await encoder.feed(packet);
      await waitUntil(() => failures.length > 0);
      expect(failures).toEqual([expect.stringMatching(/^ENCODER_FAILED the encoder stopped: /)]);
    } finally {
      await encoder.close();
    }
  });
});
