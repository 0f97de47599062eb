import { median } from './median.ts';

describe('median', () => {
  it('is the middle value, in whatever order they come', () => {
    const values = [10, 9, 100];
    expect(median(values)).toBe(10);
    expect(median([4, 1, 3, 2])).toBe(3);
    expect(values).toEqual([10, 9, 100]);
  });

  it('is nothing of nothing', () => {
    expect(median([])).toBeUndefined();
  });
});
