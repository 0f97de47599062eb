import type { ZoneThresholds } from '../model/zone.ts';
import { BitPlane } from './bit-plane.ts';
import { contribution } from './zone-policy.ts';
import { pixelLimits, ThresholdCheck } from './zone-score.ts';

const base: ZoneThresholds = { checkMethod: 'alarmedPixels', minPixelThreshold: 20, filterX: 3, filterY: 3 };
const check = (thresholds: Partial<ZoneThresholds>, residual: Int16Array, size = 100) => {
  const mask = new BitPlane(size, size);
  mask.fill();
  return new ThresholdCheck({ ...base, ...thresholds }, mask).check(residual);
};
const squares = (list: readonly (readonly [number, number, number])[], level = 50, size = 100) => {
  const residual = new Int16Array(size * size);
  for (const [x, y, side] of list) for (let j = 0; j < side; j += 1) residual.fill(level, (y + j) * size + x, (y + j) * size + x + side);
  return residual;
};

describe('ThresholdCheck', () => {
  it('scores a 20x20 square in a 100x100 zone 4 as active, 2 as inclusive and 8 as exclusive', () => {
    const { score } = check({ minAlarmPixels: 1 }, squares([[40, 40, 20]]));
    expect([contribution('active', score), contribution('inclusive', score), contribution('exclusive', score)]).toEqual([4, 2, 8]);
  });

  it('does not alarm but overloads beyond a maximum', () => {
    expect(check({ minAlarmPixels: 1, maxAlarmPixels: 3 }, squares([[40, 40, 20]]))).toEqual({ score: 0, exceeded: true });
    expect(check({ checkMethod: 'filteredPixels', maxFilterPixels: 3 }, squares([[40, 40, 20]]))).toEqual({ score: 0, exceeded: true });
    expect(
      check(
        { checkMethod: 'blobs', maxBlobs: 1 },
        squares([
          [0, 0, 9],
          [40, 40, 9],
        ]),
      ),
    ).toEqual({ score: 0, exceeded: true });
  });

  it('counts levels above the least and up to the most, in both directions', () => {
    expect(check({}, squares([[0, 0, 20]], 20)).score).toBe(0);
    expect(check({}, squares([[0, 0, 20]], -21)).score).toBe(4);
    expect(check({ maxPixelThreshold: 49 }, squares([[0, 0, 20]], 50)).score).toBe(0);
    expect(check({ maxPixelThreshold: 50 }, squares([[0, 0, 20]], 50)).score).toBe(4);
  });

  it('drops pixels outside full blocks, and blobs of the wrong size', () => {
    expect(
      check(
        { checkMethod: 'filteredPixels' },
        squares([
          [0, 0, 2],
          [50, 50, 1],
        ]),
      ).score,
    ).toBe(0);
    expect(check({ checkMethod: 'filteredPixels', filterX: 1, filterY: 1 }, squares([[0, 0, 2]])).score).toBe(1);
    const blobs = squares([
      [0, 0, 10],
      [40, 40, 20],
      [97, 97, 3],
    ]);
    expect(check({ checkMethod: 'blobs', minBlobPixels: 2 }, blobs).score).toBe(4);
    expect(check({ checkMethod: 'blobs', maxBlobPixels: 2, minBlobPixels: 0.5 }, blobs).score).toBe(50);
    expect(check({ checkMethod: 'blobs', minBlobs: 4 }, blobs).score).toBe(0);
  });

  it('scores at least 1, and takes the maximum as the whole where there is one', () => {
    expect(check({}, squares([[0, 0, 3]])).score).toBe(1);
    expect(check({ maxAlarmPixels: 8 }, squares([[0, 0, 20]])).score).toBe(50);
  });

  it('rounds percent of the area half up', () => {
    expect(pixelLimits({ ...base, minAlarmPixels: 0.5, maxAlarmPixels: 1.5 }, 100)).toMatchObject({ minAlarm: 1, maxAlarm: 2, minBlob: 0 });
  });
});
