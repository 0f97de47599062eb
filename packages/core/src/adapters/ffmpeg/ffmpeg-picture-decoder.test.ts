// Pictures of packets of a real encoder.
import { join } from 'node:path';
import { describePictureDecoder, describeWith, waitUntil } from '@nightjar/testkit';
import sharp from 'sharp';
import { sourceOf } from '../../../test/camera-settings.ts';
import { makeClip, temporaryFolder } from '../../../test/test-clip.ts';
import type { Packet, StreamInfo } from '../../model/packet.ts';
import type { DecodedPicture } from '../../ports/picture-decoder.ts';
import { systemClock } from '../clock/system-clock.ts';
import { FfmpegCameraSource } from './ffmpeg-camera-source.ts';
import { ffmpegPictureDecoders } from './ffmpeg-picture-decoder.ts';
import { FfmpegPictureMaker } from './ffmpeg-picture-maker.ts';

interface Loaded {
  readonly video: StreamInfo['video'];
  readonly packets: readonly Packet[];
}

async function load(path: string): Promise<Loaded> {
  let info: StreamInfo | undefined;
  const packets: Packet[] = [];
  const request = { source: sourceOf(`file:${path}`), audio: false, frameSkip: 0, pace: 'fast', connectTimeoutMs: 8000 } as const;
  await new FfmpegCameraSource(systemClock).open(
    request,
    { onInfo: (next) => (info = next), onPacket: (packet) => packets.push(packet) },
    AbortSignal.timeout(15_000),
  ).done;
  return { video: info!.video, packets };
}

/** How far two pictures are apart: mean difference of their levels. */
async function distance(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [one, two] = await Promise.all([a, b].map((jpeg) => sharp(jpeg).greyscale().raw().toBuffer()));
  if (one === undefined || two === undefined || one.length !== two.length) return Number.POSITIVE_INFINITY;
  return one.reduce((sum, level, index) => sum + Math.abs(level - (two[index] ?? 0)), 0) / one.length;
}

describeWith('ffmpeg', 'ffmpeg makes pictures', () => {
  const folder = temporaryFolder();
  const clips: Record<string, Loaded> = {};
  const clip = (name: string): Loaded => clips[name]!;

  beforeAll(async () => {
    const shapes = {
      plain: {},
      bframes: { bFrames: 3 },
      h265: { codec: 'libx265' as const, closedGop: true },
      h265bframes: { codec: 'libx265' as const, bFrames: 3, closedGop: true },
    };
    for (const [name, shape] of Object.entries(shapes)) {
      const path = join(folder(), `${name}.mp4`);
      await makeClip(path, { seconds: 3, ...shape });
      clips[name] = await load(path);
    }
  }, 60_000);

  for (const name of ['plain', 'bframes', 'h265', 'h265bframes'])
    describePictureDecoder(`ffmpeg picture decoder of ${name}`, () => ({ factory: ffmpegPictureDecoders, ...clip(name) }));

  it.each(['plain', 'bframes', 'h265bframes'])(
    'each picture of %s is the one of its packet, also where packets before it are damaged',
    async (name) => {
      const { video, packets } = clip(name);
      const pictures: DecodedPicture[] = [];
      const decoder = ffmpegPictureDecoders.open({ video, keysOnly: false, onPicture: (picture) => pictures.push(picture), onFailure: () => undefined });
      const second = packets.findIndex(({ isKey }, index) => index > 0 && isKey);
      packets.forEach((packet, index) => {
        const isDamaged = index === 2 || index === 3;
        const data = isDamaged ? packet.data.map((byte, at) => (at < 6 ? byte : 0)) : packet.data;
        decoder.feed({ ...packet, data }, true);
      });
      // What a picture maker is asked for is the frame shown last.
      const isShownLast = (packet: Packet, index: number, all: readonly Packet[]): boolean => all.slice(0, index).every(({ ptsUs }) => ptsUs < packet.ptsUs);
      const wanted = packets.slice(second, second + 6).filter(isShownLast);
      expect(wanted.length).toBeGreaterThan(1);
      const find = (packet: Packet): DecodedPicture | undefined => pictures.find((picture) => picture.packet.ptsUs === packet.ptsUs);
      await waitUntil(() => wanted.every((packet) => find(packet) !== undefined));
      await decoder.close();
      for (const packet of wanted) {
        const upTo = packets.slice(second, packets.indexOf(packet) + 1);
        const alone = await new FfmpegPictureMaker().render({ video, packets: upTo }, AbortSignal.timeout(10_000));
        expect(await distance(alone, find(packet)?.jpeg as Uint8Array)).toBeLessThan(2);
      }
    },
    60_000,
  );

  it('refuses more where it swallows all it is fed, so that no more is kept for pictures that never come', async () => {
    const { video, packets } = clip('plain');
    const pictures: DecodedPicture[] = [];
    const decoder = ffmpegPictureDecoders.open({ video, keysOnly: false, onPicture: (picture) => pictures.push(picture), onFailure: () => undefined });
    let taken = 0;
    const swallowed = (packet: Packet): Packet => ({ ...packet, data: packet.data.map((byte, at) => (at < 5 ? byte : 0xff)) });
    for (const packet of Array.from({ length: 10 }, () => packets).flat()) if (decoder.feed(swallowed(packet), true)) taken += 1;
    await decoder.close();
    expect([pictures.length, taken]).toEqual([0, 150]);
  });

  it('makes pictures no wider than wanted, and never enlarges', async () => {
    const { video, packets } = clip('plain');
    for (const [maxWidth, width, height] of [
      [160, 160, 90],
      [8192, 320, 180],
    ] as const) {
      const pictures: DecodedPicture[] = [];
      const decoder = ffmpegPictureDecoders.open({
        video,
        keysOnly: true,
        maxWidth,
        onPicture: (picture) => pictures.push(picture),
        onFailure: () => undefined,
      });
      decoder.feed(packets[0] as Packet, true);
      await waitUntil(() => pictures.length > 0);
      expect(await sharp(pictures[0]?.jpeg).metadata()).toMatchObject({ width, height });
      await decoder.close();
    }
  });

  it('says once why it could not go on, and takes no more packets then', async () => {
    const { video, packets } = clip('plain');
    const failures: Error[] = [];
    const path = process.env['PATH'];
    process.env['PATH'] = folder();
    const decoder = ffmpegPictureDecoders.open({ video, keysOnly: true, onPicture: () => undefined, onFailure: (error) => failures.push(error) });
    process.env['PATH'] = path;
    await waitUntil(() => failures.length > 0);
    expect(failures.map(({ message }) => message)).toEqual(['ffmpeg was not found on PATH']);
    expect(decoder.feed(packets[0] as Packet, true)).toBe(false);
    await decoder.close();
    expect(failures).toHaveLength(1);
  });

  it('opens nothing for a track that no decoder understands', () => {
    const { video } = clip('plain');
    const open = () =>
      ffmpegPictureDecoders.open({
        video: { ...video, sampleEntry: video.sampleEntry.slice(0, 90) },
        keysOnly: true,
        onPicture: () => undefined,
        onFailure: () => undefined,
      });
    expect(open).toThrow();
  });
});
