import { mediaUs, wallMs } from '../model/time.ts';
import { DriftWatch } from './drift-watch.ts';

const PIXELS = 64 * 36;
const GOP = 10;
const FRAME_US = 200_000;

/** Plays GOPs whose frames wander off by `drift` levels over each, but only while decoded without filter. */
const play = (watch: DriftWatch, gops: number, options: { drift: number; pump?: number; fedAhead?: number }) => {
  const { drift, pump = 0, fedAhead = 0 } = options;
  const filtered: boolean[] = [];
  const fed: boolean[] = [];
  const total = gops * GOP;
  const feed = (index: number): void => {
    fed.push(watch.feed({ isKey: index % GOP === 0, ptsUs: mediaUs(index * FRAME_US) }));
  };
  for (let index = 0; index < total; index += 1) {
    while (fed.length <= Math.min(total - 1, index + fedAhead)) feed(fed.length);
    const isFiltered = fed[index] ?? true;
    const level = 100 + (isFiltered ? 0 : (drift * (index % GOP)) / (GOP - 1)) + pump * index;
    watch.look({ width: 64, height: 36, luma: new Uint8Array(PIXELS).fill(level), ptsUs: mediaUs(index * FRAME_US), wallMs: wallMs(0) });
    if (index % GOP === 0) filtered.push(isFiltered);
  }
  return filtered;
};

describe('DriftWatch', () => {
  it('leaves the filter out of a stream that does not drift', () => {
    const filtered = play(new DriftWatch(0), 12, { drift: 0 });
    expect([filtered[0], filtered.at(-1)]).toEqual([true, false]);
  });

  it('puts it back where frames drift without it, once', () => {
    const filtered = play(new DriftWatch(0), 30, { drift: 18 });
    expect(filtered).toContain(false);
    expect(filtered.slice(-10)).not.toContain(false);
  });

  it('takes no exposure that pumps for drift', () => {
    expect(play(new DriftWatch(0), 12, { drift: 0, pump: 1 }).at(-1)).toBe(false);
  });

  it('decides at the same packet however far reading runs ahead', () => {
    const changes = [0, 1, 13, 59].map((fedAhead) => play(new DriftWatch(60), 20, { drift: 0, fedAhead }).indexOf(false));
    expect(changes[0]).toBeGreaterThan(5);
    expect(new Set(changes).size).toBe(1);
  });
});
