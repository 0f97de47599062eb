import { opusDurationUs } from './opus-duration.ts';

/** CELT, wide band, 20 ms. */
const CONFIGURATION = 23 << 3;

describe('an Opus packet', () => {
  it('lasts as long as its frames together', () => {
    const durations = [0, 1, 2, 3, 12, 13, 16, 17, 18, 19].map((configuration) => opusDurationUs(Uint8Array.of(configuration << 3, 1)) / 1000);
    expect(durations).toEqual([10, 20, 40, 60, 10, 20, 2.5, 5, 10, 20]);
    expect(opusDurationUs(Uint8Array.of(CONFIGURATION | 1, 1, 2))).toBe(40_000);
    expect(opusDurationUs(Uint8Array.of(CONFIGURATION | 3, 3, 1, 2, 3))).toBe(60_000);
    expect(opusDurationUs(Uint8Array.of(CONFIGURATION | 3, 0x43, 2, 1, 2, 3, 0, 0))).toBe(60_000);
  });

  it('that is none, or longer than any may be, lasts no time', () => {
    for (const bad of [[], [CONFIGURATION | 3], [CONFIGURATION | 3, 0], [CONFIGURATION | 3, 7, 1, 2]]) expect(opusDurationUs(Uint8Array.from(bad))).toBe(0);
  });
});
