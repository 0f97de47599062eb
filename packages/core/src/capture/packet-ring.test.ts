import fc from 'fast-check';
import { PACKETS_START_MS, packetAt, picturesOf } from '../../test/packets.ts';
import { wallMs } from '../model/time.ts';
import { PacketRing } from './packet-ring.ts';

const at = (ms: number) => wallMs(PACKETS_START_MS + ms);
const timesOf = (packets: readonly { readonly dtsUs: number }[]): number[] => packets.map(({ dtsUs }) => dtsUs / 1000);
const ringOf = (packets: Parameters<PacketRing['push']>[0][], limits = { keepMs: 5000, maxBytes: 1e9 }): PacketRing => {
  const ring = new PacketRing(limits);
  for (const packet of packets) ring.push(packet);
  return ring;
};

describe('PacketRing', () => {
  it('keeps nothing before the first key packet', () => {
    const ring = ringOf([packetAt({ ms: 0 }), packetAt({ ms: 50, track: 'audio' }), packetAt({ ms: 100, isKey: true })]);
    expect(timesOf(ring.cut(at(0)))).toEqual([100]);
  });

  it('cuts at the last key packet at or before the time asked for', () => {
    const ring = ringOf(picturesOf(0, 4500));
    expect(timesOf(ring.cut(at(2000)))[0]).toBe(2000);
    expect(timesOf(ring.cut(at(2999)))[0]).toBe(2000);
    expect(timesOf(ring.cut(at(3000)))).toEqual(timesOf(picturesOf(3000, 4500)));
    expect(timesOf(ring.cut(at(-9999)))[0]).toBe(0);
    expect(timesOf(ring.cut(at(99_999)))[0]).toBe(4000);
  });

  it('keeps at least the time it should, in whole GOPs', () => {
    const ring = ringOf(picturesOf(0, 60_000, { gopMs: 2000 }));
    const times = timesOf(ring.cut(at(0)));
    expect(times[0]).toBe(54_000);
    expect(times).toEqual(timesOf(picturesOf(54_000, 60_000)));
  });

  it('keeps a GOP of minutes whole, because its end is nothing without its beginning', () => {
    const ring = ringOf(picturesOf(0, 180_000, { gopMs: 180_000 }));
    expect(timesOf(ring.cut(at(179_000)))).toHaveLength(1800);
  });

  it('drops the oldest GOP when bytes run out, and counts that', () => {
    const ring = ringOf(picturesOf(0, 4000), { keepMs: 60_000, maxBytes: 2500 });
    expect(ring.bytes).toBeLessThanOrEqual(2500);
    expect(timesOf(ring.cut(at(0)))[0]).toBe(2000);
    expect(ring.overflows).toBe(2);
  });

  it('holds nothing until the next key packet when one GOP is larger than allowed', () => {
    const ring = ringOf(picturesOf(0, 2000, { gopMs: 60_000 }), { keepMs: 60_000, maxBytes: 1000 });
    expect(ring.cut(at(0))).toEqual([]);
    expect(ring.bytes).toBe(0);
    ring.push(packetAt({ ms: 2000, isKey: true }));
    expect(timesOf(ring.cut(at(0)))).toEqual([2000]);
  });

  it('is bounded for packets without bytes and without an end of the GOP', () => {
    const empty = { ...packetAt({ ms: 1 }), data: new Uint8Array() };
    const ring = ringOf([packetAt({ ms: 0, isKey: true })]);
    for (let count = 0; count < 100_001; count += 1) ring.push(empty);
    expect(ring.cut(at(0))).toEqual([]);
    expect(ring.overflows).toBe(1);
  });

  it('never holds more than allowed, and always begins with a key packet', () => {
    const packet = fc.record({ isKey: fc.boolean(), bytes: fc.integer({ min: 1, max: 500 }), track: fc.constantFrom('video' as const, 'audio' as const) });
    fc.assert(
      fc.property(fc.array(packet), fc.integer({ min: 100, max: 3000 }), (shapes, maxBytes) => {
        const ring = new PacketRing({ keepMs: 1000, maxBytes });
        for (const [index, { isKey, bytes, track }] of shapes.entries()) {
          ring.push(packetAt({ ms: index * 40, isKey: isKey && track === 'video', bytes, track }));
          const held = ring.cut(at(0));
          expect(ring.bytes).toBe(held.reduce((sum, { data }) => sum + data.length, 0));
          expect(ring.bytes).toBeLessThanOrEqual(maxBytes);
          if (held[0] !== undefined) expect([held[0].track, held[0].isKey]).toEqual(['video', true]);
        }
      }),
    );
  });

  it('gives the pictures needed to show one, without sound', () => {
    const ring = ringOf([...picturesOf(0, 2500), packetAt({ ms: 2500, track: 'audio' })]);
    expect(timesOf(ring.upTo(at(1350)))).toEqual([1000, 1100, 1200, 1300]);
    expect(timesOf(ring.upTo(at(9999)))).toEqual([2000, 2100, 2200, 2300, 2400]);
    expect(ring.upTo(at(-1))).toEqual([]);
  });

  it('gives the reference that a B-frame needs and that is shown after it', () => {
    const ring = ringOf([
      packetAt({ ms: 0, isKey: true, delayMs: 100 }),
      packetAt({ ms: 100, delayMs: 300 }),
      packetAt({ ms: 200, delayMs: 0 }),
      packetAt({ ms: 300, delayMs: 0 }),
    ]);
    expect(timesOf(ring.upTo(at(200)))).toEqual([0, 100, 200]);
  });

  it('forgets a run', () => {
    const ring = ringOf(picturesOf(0, 3000));
    ring.clear();
    expect([ring.cut(at(0)), ring.upTo(at(9999)), ring.bytes]).toEqual([[], [], 0]);
  });
});
