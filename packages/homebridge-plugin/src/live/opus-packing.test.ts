import fc from 'fast-check';
import { opusDurationUs, packOpus } from './opus-packing.ts';

/** CELT, wide band, 20 ms, one frame. */
const CONFIGURATION = 23;
const packet = (size: number, fill = size): Uint8Array => Uint8Array.of(CONFIGURATION << 3, ...Array.from({ length: size }, () => fill & 255));

describe('Opus frames in one packet', () => {
  it('have the durations of their configurations', () => {
    const durations = [0, 1, 2, 3, 12, 13, 16, 17, 18, 19].map((configuration) => opusDurationUs(Uint8Array.of(configuration << 3, 1)) / 1000);
    expect(durations).toEqual([10, 20, 40, 60, 10, 20, 2.5, 5, 10, 20]);
    expect(opusDurationUs(Uint8Array.of((CONFIGURATION << 3) | 1, 1, 2))).toBe(40_000);
    expect(opusDurationUs(Uint8Array.of((CONFIGURATION << 3) | 1, 1, 2, 3))).toBe(0);
    expect(opusDurationUs(Uint8Array.of((CONFIGURATION << 3) | 3, 3, 1, 2, 3))).toBe(60_000);
    expect(opusDurationUs(Uint8Array.of((CONFIGURATION << 3) | 3, 0x43, 2, 1, 2, 3, 0, 0))).toBe(60_000);
    for (const bad of [[], [(CONFIGURATION << 3) | 3], [(CONFIGURATION << 3) | 3, 0], [(CONFIGURATION << 3) | 2, 9, 1], [(CONFIGURATION << 3) | 3, 0x82, 9, 1]])
      expect(opusDurationUs(Uint8Array.from(bad))).toBe(0);
  });

  it('are those that went in, whatever their sizes and however often they are packed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1275 }), { minLength: 4, maxLength: 4 }), ([a = 0, b = 0, c = 0, d = 0]) => {
        const all = [packet(a), packet(b), packet(c), packet(d)];
        const packed = packOpus(all);
        const inTwoSteps = packOpus([packOpus(all.slice(0, 2)) ?? packet(0), packOpus(all.slice(2)) ?? packet(0)]);
        expect(opusDurationUs(packed ?? packet(0))).toBe(80_000);
        expect(inTwoSteps).toEqual(packed);
        expect(packed?.subarray(-d || packed.length)).toEqual(packet(d).subarray(1));
      }),
    );
  });

  it('stay apart where they are coded differently, or too long together', () => {
    expect(packOpus([packet(3), Uint8Array.of(19 << 3, 1)])).toBeUndefined();
    expect(packOpus([packet(3), Uint8Array.of((CONFIGURATION << 3) | 4, 1)])).toBeUndefined();
    expect(packOpus(Array.from({ length: 7 }, () => packet(3)))).toBeUndefined();
    const alone = packet(3);
    expect(packOpus([alone])).toBe(alone);
  });
});
