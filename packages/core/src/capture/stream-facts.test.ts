import { packetAt, picturesOf } from '../../test/packets.ts';
import { StreamFactsMeter } from './stream-facts.ts';

const read = (packets: Parameters<StreamFactsMeter['add']>[0][]) => {
  const meter = new StreamFactsMeter();
  for (const packet of packets) meter.add(packet);
  return meter.read();
};

describe('StreamFactsMeter', () => {
  it('knows nothing before two pictures', () => {
    expect(read([])).toEqual({ fps: 0, bitrateKbps: 0, gopSeconds: 0, hasBFrames: false });
    expect(read([packetAt({ ms: 0, isKey: true }), packetAt({ ms: 10, track: 'audio' })])).toEqual({
      fps: 0,
      bitrateKbps: 0,
      gopSeconds: 0,
      hasBFrames: false,
    });
  });

  it('measures frames, bits and GOP of a steady stream', () => {
    expect(read(picturesOf(0, 20_000, { gopMs: 4000, bytes: 1250 }))).toEqual({ fps: 10, bitrateKbps: 100, gopSeconds: 4, hasBFrames: false });
  });

  it('leaves sound out', () => {
    const sound = Array.from({ length: 100 }, (_, index) => packetAt({ ms: index * 64, track: 'audio', bytes: 9999 }));
    expect(read([...picturesOf(0, 5000, { bytes: 1250 }), ...sound]).bitrateKbps).toBe(100);
  });

  it('forgets what is older than five seconds', () => {
    const slow = Array.from({ length: 20 }, (_, index) => packetAt({ ms: 60_000 + index * 1000, isKey: index % 2 === 0, bytes: 125 }));
    expect(read([...picturesOf(0, 60_000), ...slow])).toEqual({ fps: 1, bitrateKbps: 1, gopSeconds: 2, hasBFrames: false });
  });

  it('tells pictures that are shown in another order from ones that are all shown later', () => {
    const shown = (delays: readonly number[]): boolean =>
      read(delays.map((delayMs, index) => packetAt({ ms: index * 100, isKey: index === 0, delayMs }))).hasBFrames;
    expect([shown([100, 100, 100, 100]), shown([100, 300, 0, 0])]).toEqual([false, true]);
  });

  it('stays small over hours', () => {
    expect(read(picturesOf(0, 3_600_000, { gopMs: 2000 }))).toMatchObject({ fps: 10, gopSeconds: 2, hasBFrames: false });
  });
});
