import { FakeFrameDecoderFactory, isJpeg, sampleVideoTrack, settle } from '@nightjar/testkit';
import { packetAt } from '../../test/packets.ts';
import type { Frame } from '../model/frame.ts';
import type { KeyFrameDecoder } from '../ports/frame-decoder.ts';
import { RestingDecoder } from './resting-decoder.ts';

const untilTold = () => {
  let tell = (): void => undefined;
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { told, tell: () => tell() };
};

/** @param leave - What a decoder that goes waits for. */
const setUp = (leave: Promise<void> = Promise.resolve()) => {
  const factory = new FakeFrameDecoderFactory();
  const times: number[] = [];
  const video = sampleVideoTrack();
  const request = { video, width: 4, height: 4, live: true, onFrame: ({ ptsUs }: Frame) => times.push(ptsUs / 1000), onFailure: () => undefined };
  const decoder = new RestingDecoder((): KeyFrameDecoder => {
    const fake = factory.openForKeyFrames(request);
    return {
      feed: (packet, isWanted) => fake.feed(packet, isWanted),
      picture: (wanted) => fake.picture(wanted),
      pending: () => fake.pending(),
      flush: () => fake.flush(),
      close: () => leave.then(() => fake.close()),
    };
  });
  const key = (ms: number) => packetAt({ ms, isKey: true });
  const picture = () => decoder.picture({ video, packets: [key(0)] });
  return { decoder, factory, times, key, picture };
};

describe('RestingDecoder', () => {
  it('goes after two pictures, and is back for the next packet or picture', async () => {
    const { decoder, factory, times, key, picture } = setUp();
    decoder.feed(key(0), true);
    await decoder.flush();
    expect(isJpeg(await picture())).toBe(true);
    expect(factory.opened.map(({ isClosed }) => isClosed)).toEqual([false]);
    await picture();
    expect(factory.opened.map(({ isClosed }) => isClosed)).toEqual([true]);
    decoder.feed(key(2000), true);
    decoder.feed(key(4000), true);
    await decoder.flush();
    expect([times, factory.opened.length, decoder.pending()]).toEqual([[0, 2000, 4000], 2, 0]);
    await Promise.all([picture(), picture()]);
    expect(isJpeg(await picture())).toBe(true);
    expect(factory.opened.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
    await decoder.close();
    expect(factory.opened[2]?.isClosed).toBe(true);
  });

  it('stays while it owes a frame, and goes before the next packet', async () => {
    const { decoder, factory, times, key, picture } = setUp();
    decoder.feed(key(0), true);
    await Promise.all([picture(), picture()]);
    expect(factory.opened[0]?.isClosed).toBe(false);
    await decoder.flush();
    decoder.feed(key(2000), true);
    await settle();
    expect(factory.opened[0]?.isClosed).toBe(true);
    await decoder.flush();
    expect([times, factory.opened.length]).toEqual([[0, 2000], 2]);
    await decoder.close();
  });

  it('is never two: what comes while one goes waits for that', async () => {
    const leave = untilTold();
    const { decoder, factory, times, key, picture } = setUp(leave.told);
    await Promise.all([picture(), picture()]);
    decoder.feed(key(0), true);
    const third = picture();
    await settle();
    expect([factory.opened.length, decoder.pending()]).toEqual([1, 1]);
    leave.tell();
    expect(isJpeg(await third)).toBe(true);
    await decoder.flush();
    expect([factory.opened.length, times]).toEqual([2, [0]]);
    await decoder.close();
  });

  it('closes while one goes, and opens nothing then', async () => {
    const leave = untilTold();
    const { decoder, factory, key, picture } = setUp(leave.told);
    await Promise.all([picture(), picture()]);
    decoder.feed(key(0), true);
    const refused = expect(picture()).rejects.toMatchObject({ code: 'PICTURE_FAILED' });
    const closed = decoder.close();
    leave.tell();
    await Promise.all([closed, refused]);
    expect(factory.opened.map(({ isClosed }) => isClosed)).toEqual([true]);
  });
});
