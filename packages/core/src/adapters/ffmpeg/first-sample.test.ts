// The first sample of a track is placed by the second.
import type { Sample } from '@nightjar/media';
import { FirstSamplePlacer } from './first-sample.ts';

const at = (trackId: number, dts: number, duration: number, shift = 0): Sample => ({
  trackId,
  dts,
  pts: dts + shift,
  duration,
  isKey: true,
  data: new Uint8Array(1),
});
const times = (samples: readonly Sample[]): number[][] => samples.map(({ dts, pts, duration }) => [dts, pts, duration]);

describe('the first sample of a track', () => {
  it('that was stretched over the time before the second is put right before it', () => {
    const placer = new FirstSamplePlacer();
    expect(placer.push(at(1, 0, 1500))).toEqual([]);
    expect(times(placer.push(at(1, 1500, 100)))).toEqual([
      [1400, 1400, 100],
      [1500, 1500, 100],
    ]);
    expect(times(placer.push(at(1, 1600, 100)))).toEqual([[1600, 1600, 100]]);
  });

  it('that was squeezed goes below 0, and its picture keeps its order', () => {
    const placer = new FirstSamplePlacer();
    placer.push(at(1, 0, 1, 200));
    expect(times(placer.push(at(1, 1, 100)))).toEqual([
      [-99, 101, 100],
      [1, 1, 100],
    ]);
  });

  it('of one track does not wait for another track', () => {
    const placer = new FirstSamplePlacer();
    placer.push(at(1, 0, 100));
    placer.push(at(2, 0, 20));
    expect(times(placer.push(at(2, 20, 20)))).toEqual([
      [0, 0, 20],
      [20, 20, 20],
    ]);
    expect(times(placer.flush())).toEqual([[0, 0, 100]]);
    expect(placer.flush()).toEqual([]);
  });
});
