// Moments and spans as flow authors write them.
import { runInNewContext } from 'node:vm';
import { momentOf, spanOf } from './moment.ts';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const at = (value: unknown): string => momentOf(value, 'from', NOW);
const midnight = (days: number): string => new Date(NOW.getFullYear(), NOW.getMonth(), NOW.getDate() - days).toISOString();

describe('momentOf', () => {
  it.each([
    ['-1h', '2026-11-22T11:00:00.000Z'],
    [' - 15 m ', '2026-11-22T11:45:00.000Z'],
    ['-1d12h', '2026-11-21T00:00:00.000Z'],
    ['-0.5H', '2026-11-22T11:30:00.000Z'],
    ['-2w', '2026-11-08T12:00:00.000Z'],
    ['now', '2026-11-22T12:00:00.000Z'],
    ['today', midnight(0)],
    ['Yesterday', midnight(1)],
    ['2026-11-20T10:00:00+02:00', '2026-11-20T08:00:00.000Z'],
    ['2026-11-20', new Date(2026, 10, 20).toISOString()],
    ['2026-11-20 10:00', new Date(2026, 10, 20, 10).toISOString()],
    [1_763_812_800_000, '2025-11-22T12:00:00.000Z'],
    [1_763_812_800, '2025-11-22T12:00:00.000Z'],
    ['1763812800000', '2025-11-22T12:00:00.000Z'],
    [new Date('2026-11-01T00:00:00Z'), '2026-11-01T00:00:00.000Z'],
  ])('reads %j', (value, moment) => {
    expect(at(value)).toBe(moment);
  });

  it('takes the Date of a function node, which is another one', () => {
    expect(at(runInNewContext('new Date(0)'))).toBe('1970-01-01T00:00:00.000Z');
  });

  it.each([['soon'], ['1h'], ['-1y'], [true], [{}], [Number.NaN], [1e20], ['2026-13-45'], [new Date(Number.NaN)]])('refuses %j', (value) => {
    expect(() => at(value)).toThrow(/^from is a moment such as 2026-11-22T12:00:00Z, -1h, yesterday, or milliseconds since 1970; got /);
  });
});

describe('spanOf', () => {
  it('leaves open what is not given', () => {
    expect(spanOf({ from: '-1h', to: undefined }, NOW)).toEqual({ from: '2026-11-22T11:00:00.000Z' });
    expect(spanOf({ from: undefined, to: '-1h' }, NOW)).toEqual({ to: '2026-11-22T11:00:00.000Z' });
  });

  it('refuses one that ends before it begins', () => {
    expect(() => spanOf({ from: '-1h', to: '-2h' }, NOW)).toThrow('from (2026-11-22T11:00:00.000Z) has to lie before to (2026-11-22T10:00:00.000Z)');
    expect(() => spanOf({ from: 'now', to: undefined }, NOW)).toThrow(
      'from (2026-11-22T12:00:00.000Z) has to lie before to (2026-11-22T12:00:00.000Z, which is now)',
    );
  });
});
