// What every picture decoder does, with or without a codec.
import type { DecodedPicture, Packet, PictureDecoderFactory } from '@nightjar/core';
import type { VideoTrack } from '@nightjar/media';
import { isJpeg } from '../fakes/fake-picture-maker.ts';
import { waitUntil } from './wait-until.ts';

/** A decoder under test. */
export interface PictureDecoderUnderTest {
  readonly factory: PictureDecoderFactory;
  readonly video: VideoTrack;
  /** At least three whole GOPs of video packets in decode order, the first a key packet; key packets can be decoded alone. */
  readonly packets: readonly Packet[];
}

/** Declares the suite; call it inside a test file. */
export function describePictureDecoder(name: string, create: () => PictureDecoderUnderTest | Promise<PictureDecoderUnderTest>): void {
  const open = async (options: { readonly keysOnly: boolean; readonly maxWidth?: number }) => {
    const subject = await create();
    const pictures: DecodedPicture[] = [];
    const failures: Error[] = [];
    const decoder = subject.factory.open({
      video: subject.video,
      ...options,
      onPicture: (picture) => pictures.push(picture),
      onFailure: (error) => failures.push(error),
    });
    return { ...subject, decoder, pictures, failures, keys: subject.packets.filter(({ isKey }) => isKey) };
  };

  describe(`${name} keeps the picture decoder contract`, () => {
    it('gives the picture of a key packet without a packet after it, time after time', async () => {
      const { decoder, keys, pictures, failures } = await open({ keysOnly: true });
      for (const [index, key] of keys.slice(0, 3).entries()) {
        expect(decoder.feed(key, true)).toBe(true);
        await waitUntil(() => pictures.length === index + 1);
        expect(pictures[index]?.packet).toBe(key);
        expect(isJpeg(pictures[index]?.jpeg as Uint8Array)).toBe(true);
      }
      expect(failures).toEqual([]);
      await decoder.close();
    });

    it('gives the pictures that are wanted and no others, each with its packet, in the order they are shown', async () => {
      const { decoder, packets, pictures } = await open({ keysOnly: false });
      const wanted = packets.filter((_, index) => index % 4 === 0 && index < packets.length / 2);
      for (const packet of packets) expect(decoder.feed(packet, wanted.includes(packet))).toBe(true);
      await waitUntil(() => pictures.length >= wanted.length);
      expect(pictures.map(({ packet }) => packet)).toEqual(wanted.toSorted((a, b) => a.ptsUs - b.ptsUs));
      await decoder.close();
    });

    it('goes on at a key packet after a gap', async () => {
      const { decoder, packets, pictures, keys } = await open({ keysOnly: false });
      const second = keys[1] as Packet;
      const fed = [...packets.slice(0, 3), ...packets.slice(packets.indexOf(second))];
      for (const packet of fed) decoder.feed(packet, packet === second);
      await waitUntil(() => pictures.length > 0);
      expect(pictures[0]?.packet).toBe(second);
      await decoder.close();
    });

    it('takes no sound, and nothing once it is closed; closing twice is fine', async () => {
      const { decoder, keys, pictures, failures } = await open({ keysOnly: true });
      const key = keys[0] as Packet;
      expect(decoder.feed({ ...key, track: 'audio' }, true)).toBe(false);
      expect(decoder.feed(key, true)).toBe(true);
      await decoder.close();
      const before = pictures.length;
      expect(decoder.feed(key, true)).toBe(false);
      await decoder.close();
      expect(pictures).toHaveLength(before);
      expect(failures).toEqual([]);
    });
  });
}
