// Decoder and picture maker over packets of a real encoder.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeFrameDecoder, describePictureMaker, describeWith, isJpeg, waitUntil } from '@nightjar/testkit';
import sharp from 'sharp';
import { sourceOf } from '../../../test/camera-settings.ts';
import { makeClip, temporaryFolder } from '../../../test/test-clip.ts';
import type { Frame } from '../../model/frame.ts';
import type { Packet, StreamInfo } from '../../model/packet.ts';
import { mediaUs, wallMs } from '../../model/time.ts';
import { systemClock } from '../clock/system-clock.ts';
import { FfmpegCameraSource } from './ffmpeg-camera-source.ts';
import { ffmpegFrameDecoders } from './ffmpeg-frame-decoder.ts';
import { FfmpegPictureMaker } from './ffmpeg-picture-maker.ts';

interface Loaded {
  readonly info: StreamInfo;
  readonly packets: readonly Packet[];
}

async function load(path: string): Promise<Loaded> {
  let info: StreamInfo | undefined;
  const packets: Packet[] = [];
  const request = { source: sourceOf(`file:${path}`), audio: false, frameSkip: 0, pace: 'fast', connectTimeoutMs: 8000 } as const;
  const sink = { onInfo: (next: StreamInfo) => (info = next), onPacket: (packet: Packet) => packets.push(packet) };
  await new FfmpegCameraSource(systemClock).open(request, sink, new AbortController().signal).done;
  return { info: info!, packets };
}

describeWith('ffmpeg', 'ffmpeg decodes', () => {
  const folder = temporaryFolder();
  const never = new AbortController().signal;
  const clips: Record<string, Loaded> = {};
  const clip = (name: string): Loaded => clips[name]!;

  beforeAll(async () => {
    for (const [name, shape] of Object.entries({
      plain: {},
      bframes: { bFrames: 2 },
      h265: { codec: 'libx265' as const },
      h265idr: { codec: 'libx265' as const, closedGop: true },
      h265bframes: { codec: 'libx265' as const, bFrames: 3 },
    })) {
      const path = join(folder(), `${name}.mp4`);
      await makeClip(path, { seconds: 2, ...shape });
      clips[name] = await load(path);
    }
  });

  for (const name of ['plain', 'bframes', 'h265']) {
    // A stream with B-frames holds its key picture back for longer; the rest of the contract is below.
    if (name !== 'bframes')
      describeFrameDecoder(`ffmpeg frame decoder of ${name}`, () => ({
        factory: ffmpegFrameDecoders,
        video: clip(name).info.video,
        packets: clip(name).packets,
      }));
    describePictureMaker(`FfmpegPictureMaker of ${name}`, () => ({
      maker: new FfmpegPictureMaker(),
      video: clip(name).info.video,
      packets: clip(name).packets.slice(0, 8),
      path: join(folder(), `${name}.mp4`),
    }));
  }

  it.each(['plain', 'bframes'])('gives frames the times of their packets: %s', async (name) => {
    const { info, packets } = clip(name);
    const frames: Pick<Frame, 'ptsUs' | 'wallMs'>[] = [];
    const decoder = ffmpegFrameDecoders.open({
      video: info.video,
      width: 32,
      height: 18,
      live: false,
      loopFilter: true,
      onFrame: ({ ptsUs, wallMs: wall }) => frames.push({ ptsUs, wallMs: wall }),
      onFailure: () => undefined,
    });
    for (const packet of packets) decoder.feed(packet, true);
    await decoder.flush();
    expect(frames).toEqual(packets.map(({ ptsUs, wallMs: wall }) => ({ ptsUs, wallMs: wall })).toSorted((a, b) => a.ptsUs - b.ptsUs));
  });

  it('catches up after frames that damage swallowed', async () => {
    const { info, packets } = clip('plain');
    const times: number[] = [];
    const decoder = ffmpegFrameDecoders.open({
      video: info.video,
      width: 32,
      height: 18,
      live: true,
      loopFilter: true,
      onFrame: ({ ptsUs }) => times.push(ptsUs),
      onFailure: () => undefined,
    });
    // The clip again and again, as one long stream in which 30 frames are damaged beyond being shown.
    const long = Array.from({ length: 16 }, (_, round) =>
      packets.map((packet) => ({ ...packet, ptsUs: (packet.ptsUs + round * 2_000_000) as typeof packet.ptsUs })),
    ).flat();
    for (const [index, packet] of long.entries()) {
      const isDamaged = index >= 30 && index < 60;
      decoder.feed(isDamaged ? { ...packet, data: Uint8Array.of(0, 0, 0, 2, 0x0c, 0x80) } : packet, true);
      if (index % 30 === 29) await waitUntil(() => times.length >= index - 45);
    }
    await decoder.flush();
    const newest = long.at(-1)!.ptsUs;
    expect(newest - times.at(-1)!).toBeLessThan(1_000_000);
  });

  it('says so when what it is fed is no video', async () => {
    const failures: Error[] = [];
    const { info } = clip('plain');
    const decoder = ffmpegFrameDecoders.open({
      video: info.video,
      width: 32,
      height: 18,
      live: true,
      loopFilter: true,
      onFrame: () => undefined,
      onFailure: (error) => failures.push(error),
    });
    decoder.feed({ ...clip('plain').packets[0]!, data: Uint8Array.of(0, 0, 0, 2, 0x09, 0x10) }, true);
    await decoder.close();
    expect(failures).toEqual([]);
  });

  for (const name of ['plain', 'h265idr'])
    it(`makes pictures of key frames beside the frames that are looked at (${name})`, async () => {
      const { info, packets } = clip(name);
      const keys = packets.filter(({ isKey }) => isKey);
      const [first, second] = keys as [Packet, Packet];
      const frames: number[] = [];
      const failures: Error[] = [];
      const decoder = ffmpegFrameDecoders.openForKeyFrames({
        video: info.video,
        width: 32,
        height: 18,
        live: true,
        onFrame: ({ ptsUs }) => frames.push(ptsUs),
        onFailure: (error) => failures.push(error),
      });
      const of = (packet: Packet) => decoder.picture({ video: info.video, packets: [packet] });
      expect(isJpeg(await of(first))).toBe(true);
      for (const key of keys) decoder.feed(key, true);
      // One of before, as the best frame of an event is.
      const pictures = await Promise.all([of(second), of(first), of(first)]);
      for (const key of keys) decoder.feed({ ...key, ptsUs: mediaUs(key.ptsUs + 10_000_000), dtsUs: mediaUs(key.dtsUs + 10_000_000) }, true);
      await waitUntil(() => frames.length === keys.length * 2);
      expect(decoder.pending()).toBe(0);
      const maker = new FfmpegPictureMaker();
      const expected = await Promise.all([second, first, first].map((packet) => maker.render({ video: info.video, packets: [packet] }, never)));
      const pixels = (jpegs: Uint8Array[]) => Promise.all(jpegs.map((jpeg) => sharp(jpeg).raw().toBuffer()));
      expect(await pixels(pictures)).toEqual(await pixels(expected));
      const refused = expect(of(first)).rejects.toMatchObject({ code: 'PICTURE_FAILED', message: 'the decoder was closed' });
      await Promise.all([refused, decoder.close()]);
      await expect(of(first)).rejects.toMatchObject({ code: 'PICTURE_FAILED' });
      await expect(decoder.picture({ video: info.video, packets })).rejects.toMatchObject({ message: expect.stringContaining('IDR frames only') });
      expect(failures).toEqual([]);
    });

  it('gives nobody the picture of another key frame where one is swallowed', async () => {
    const { info, packets } = clip('plain');
    const key = packets.find(({ isKey }) => isKey)!;
    const silent = { onFrame: () => undefined, onFailure: () => undefined };
    const decoder = ffmpegFrameDecoders.openForKeyFrames({ video: info.video, width: 32, height: 18, live: true, ...silent });
    const of = (data: Uint8Array) => decoder.picture({ video: info.video, packets: [{ ...key, data }] });
    const asked = await Promise.allSettled([of(Uint8Array.of(0, 0, 0, 3, 0x65, 0xff, 0xff)), of(key.data)]);
    expect(asked).toMatchObject([{ status: 'rejected', reason: { code: 'PICTURE_FAILED' } }, { status: 'fulfilled' }]);
    expect(isJpeg(await of(key.data))).toBe(true);
    await decoder.close();
  });

  for (const [name, why] of [
    ['bframes', 'B-frames'],
    ['h265', 'IDR frames only'],
  ] as const)
    it(`leaves pictures to others where its own would come late or not at all (${name})`, async () => {
      const { info, packets } = clip(name);
      const silent = { onFrame: () => undefined, onFailure: () => undefined };
      const decoder = ffmpegFrameDecoders.openForKeyFrames({ video: info.video, width: 32, height: 18, live: true, ...silent });
      decoder.feed(packets[0]!, true);
      const key = packets.findLast(({ isKey }) => isKey)!;
      await expect(decoder.picture({ video: info.video, packets: [key] })).rejects.toMatchObject({ message: expect.stringContaining(why) });
      await decoder.close();
    });

  for (const name of ['plain', 'bframes', 'h265', 'h265bframes'])
    it(`makes a picture of the very frame that is shown last (${name})`, async () => {
      const { info, packets } = clip(name);
      const maker = new FfmpegPictureMaker();
      const gop = packets.slice(packets.findLastIndex(({ isKey }) => isKey));
      for (const count of [1, 2, 5, 8]) {
        const chosen = gop.slice(0, count);
        const shown = Math.max(...chosen.map(({ ptsUs }) => ptsUs)) - Math.min(...packets.map(({ ptsUs }) => ptsUs));
        const [picture, expected] = await Promise.all([
          maker.render({ video: info.video, packets: chosen }, never),
          maker.renderFromFile(join(folder(), `${name}.mp4`), shown / 1e6 - 0.01, {}, never),
        ]);
        expect([count, await sharp(picture).raw().toBuffer()]).toEqual([count, await sharp(expected).raw().toBuffer()]);
      }
    });

  it('makes pictures of the size asked for, with the time they were taken', async () => {
    const { info, packets } = clip('plain');
    const picture = await new FfmpegPictureMaker().render(
      { video: info.video, packets: packets.slice(0, 3), maxWidth: 160, exifTime: wallMs(Date.UTC(2026, 0, 2, 3, 4, 5, 678)) },
      never,
    );
    const { width, exif } = await sharp(picture).metadata();
    expect(width).toBe(160);
    expect(exif?.toString('latin1')).toContain('2026:01:02 03:04:05');
    expect(exif?.toString('latin1')).toContain('678');
    const fromFile = await new FfmpegPictureMaker().renderFromFile(join(folder(), 'plain.mp4'), 1, { exifTime: wallMs(Date.UTC(2026, 0, 2)) }, never);
    expect((await sharp(fromFile).metadata()).width).toBe(320);
  });

  it('makes a picture of the key frame where what follows is damaged', async () => {
    const { info, packets } = clip('plain');
    const damaged = [packets[0]!, { ...packets[1]!, data: Uint8Array.of(0, 0, 0, 2, 0x41, 0x80) }];
    expect(isJpeg(await new FfmpegPictureMaker().render({ video: info.video, packets: damaged }, never))).toBe(true);
  });

  it('makes no picture of nothing, and says which', async () => {
    const maker = new FfmpegPictureMaker();
    const { info, packets } = clip('plain');
    await expect(maker.render({ video: info.video, packets: [{ ...packets[0]!, data: Uint8Array.of(0, 0, 0, 1, 0x65) }] }, never)).rejects.toMatchObject({
      code: 'PICTURE_FAILED',
      message: 'the frame could not be decoded',
    });
    await expect(maker.renderFromFile(join(folder(), 'plain.mp4'), 99, {}, never)).rejects.toMatchObject({
      code: 'PICTURE_FAILED',
      message: 'no picture at 99.00 s of the video',
    });
    await expect(maker.render({ video: info.video, packets: [packets[0]!] }, AbortSignal.abort())).rejects.toMatchObject({
      code: 'PICTURE_FAILED',
      message: 'the recorder is stopping',
    });
    const large = await readFile(join(folder(), 'plain.mp4')).then(() => maker.render({ video: info.video, packets: [packets[0]!] }, never));
    await expect(maker.shrink(large, 320, 10)).rejects.toMatchObject({ code: 'PICTURE_NOT_THAT_SMALL', message: expect.stringContaining('10 were allowed') });
  });
});
