import { FakeFrameDecoderFactory, sampleVideoTrack } from '@nightjar/testkit';
import { picturesOf } from '../../test/packets.ts';
import type { FrameDecoder } from '../ports/frame-decoder.ts';
import { SwitchingDecoder } from './switching-decoder.ts';

const setUp = (options: { hang?: boolean } = {}) => {
  const factory = new FakeFrameDecoderFactory(options);
  const times: number[] = [];
  const filters: boolean[] = [];
  const open = (loopFilter: boolean): FrameDecoder => {
    filters.push(loopFilter);
    return factory.open({
      video: sampleVideoTrack(),
      width: 4,
      height: 4,
      live: true,
      onFrame: ({ ptsUs }) => times.push(ptsUs / 1000),
      onFailure: () => undefined,
    });
  };
  return { decoder: new SwitchingDecoder(true, open), factory, times, filters };
};
const [before, after] = [picturesOf(0, 1000), picturesOf(1000, 2000)];
const feed = (decoder: SwitchingDecoder, packets: typeof before): void => {
  for (const packet of packets) decoder.feed(packet, true);
};

describe('SwitchingDecoder', () => {
  it('exchanges its decoder at a key packet and loses no frame', async () => {
    const { decoder, factory, times, filters } = setUp();
    feed(decoder, before);
    decoder.switchTo(false);
    feed(decoder, after);
    expect(factory.opened).toHaveLength(1);
    expect(decoder.pending()).toBe(after.length);
    await decoder.flush();
    expect(filters).toEqual([true, false]);
    expect(times).toEqual([...before, ...after].map(({ ptsUs }) => ptsUs / 1000));
    expect(decoder.pending()).toBe(0);
  });

  it('keeps a decoder that is as it should be', async () => {
    const { decoder, factory } = setUp();
    feed(decoder, before);
    decoder.switchTo(true);
    feed(decoder, after);
    await decoder.flush();
    expect(factory.opened).toHaveLength(1);
  });

  it('closes in the middle of an exchange, and opens nothing then', async () => {
    const { decoder, factory } = setUp({ hang: true });
    feed(decoder, before);
    decoder.switchTo(false);
    feed(decoder, after);
    await decoder.close();
    expect(factory.opened.map(({ isClosed }) => isClosed)).toEqual([true]);
    expect(decoder.pending()).toBeLessThanOrEqual(before.length);
  });
});
