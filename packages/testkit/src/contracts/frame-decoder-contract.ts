// What every frame decoder does, with or without a codec.
import type { Frame, FrameDecoderFactory, Packet } from '@nightjar/core';
import type { VideoTrack } from '@nightjar/media';
import { waitUntil } from './wait-until.ts';

/** A decoder under test. */
export interface FrameDecoderUnderTest {
  readonly factory: FrameDecoderFactory;
  readonly video: VideoTrack;
  /** At least two whole GOPs of video packets in decode order, the first a key packet. */
  readonly packets: readonly Packet[];
}

const SIZE = { width: 64, height: 36 };

/** Declares the suite; call it inside a test file. */
export function describeFrameDecoder(name: string, create: () => FrameDecoderUnderTest | Promise<FrameDecoderUnderTest>): void {
  const open = async () => {
    const subject = await create();
    const times: number[] = [];
    const sizes = new Set<string>();
    const failures: Error[] = [];
    const onFrame = (frame: Frame): void => {
      times.push(frame.ptsUs);
      sizes.add(`${frame.width}x${frame.height} ${frame.luma.length}`);
    };
    const decoder = subject.factory.open({
      video: subject.video,
      ...SIZE,
      live: true,
      loopFilter: true,
      onFrame,
      onFailure: (error) => failures.push(error),
    });
    return { ...subject, decoder, times, sizes, failures };
  };

  describe(`${name} keeps the frame decoder contract`, () => {
    it('makes a frame of the wanted size of every packet, in the order they are shown', async () => {
      const { decoder, packets, times, sizes, failures } = await open();
      for (const packet of packets) decoder.feed(packet, true);
      await decoder.flush();
      expect(times).toEqual(packets.map((packet) => packet.ptsUs).toSorted((a, b) => a - b));
      expect([...sizes]).toEqual([`${SIZE.width}x${SIZE.height} ${SIZE.width * SIZE.height}`]);
      expect(decoder.pending()).toBe(0);
      expect(failures).toEqual([]);
      await decoder.close();
    });

    it('gives out the frames that are wanted and no others', async () => {
      const { decoder, packets, times } = await open();
      const wanted = packets.filter((_packet, index) => index % 3 === 2);
      for (const packet of packets) decoder.feed(packet, wanted.includes(packet));
      await decoder.flush();
      expect(times).toEqual(wanted.map((packet) => packet.ptsUs).toSorted((a, b) => a - b));
      await decoder.close();
    });

    it('goes on at a key packet after a gap', async () => {
      const { decoder, packets, times } = await open();
      const secondKey = packets.findIndex((packet, index) => index > 0 && packet.isKey);
      const fed = [...packets.slice(0, 2), ...packets.slice(secondKey)];
      for (const packet of fed) decoder.feed(packet, true);
      await decoder.flush();
      expect(times).toContain(packets[secondKey]?.ptsUs);
      expect(times.every((time, index) => index === 0 || time > (times[index - 1] as number))).toBe(true);
      await decoder.close();
    });

    it('gives the frame of a key packet once its successor was fed', async () => {
      const { decoder, packets, times } = await open();
      const [key, next] = packets as [Packet, Packet];
      decoder.feed(key, true);
      decoder.feed(next, true);
      expect(decoder.pending()).toBeGreaterThan(0);
      await waitUntil(() => times.includes(key.ptsUs));
      await decoder.close();
    });

    it('is silent once closed, and closing twice is fine', async () => {
      const { decoder, packets, times, failures } = await open();
      for (const packet of packets.slice(0, 3)) decoder.feed(packet, true);
      await decoder.close();
      const before = times.length;
      await decoder.close();
      expect(times).toHaveLength(before);
      expect(failures).toEqual([]);
    });
  });
}
