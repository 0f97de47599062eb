import { zoneMask } from './zone-mask.ts';

describe('zoneMask', () => {
  it('is the whole picture without a polygon', () => {
    expect(zoneMask(undefined, 33, 7).count()).toBe(33 * 7);
  });

  it('covers exactly the pixels whose centre is inside', () => {
    const half = zoneMask(
      [
        { x: 0.5, y: 0 },
        { x: 1, y: 0 },
        { x: 1, y: 1 },
        { x: 0.5, y: 1 },
      ],
      80,
      10,
    );
    expect([half.count(), half.get(39, 5), half.get(40, 5)]).toEqual([400, false, true]);
    const triangle = zoneMask(
      [
        { x: 0, y: 0 },
        { x: 1, y: 0 },
        { x: 0, y: 1 },
      ],
      100,
      100,
    );
    expect(Math.abs(triangle.count() - 5000)).toBeLessThanOrEqual(50);
  });

  it('parts a polygon that is not convex', () => {
    const corners = [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 1, y: 1 },
      { x: 0.75, y: 1 },
      { x: 0.75, y: 0.5 },
      { x: 0.25, y: 0.5 },
      { x: 0.25, y: 1 },
      { x: 0, y: 1 },
    ];
    const arch = zoneMask(corners, 40, 40);
    expect([arch.get(5, 35), arch.get(20, 35), arch.get(35, 35), arch.get(20, 5)]).toEqual([true, false, true, true]);
  });
});
