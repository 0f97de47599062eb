import { wallMs } from '../model/time.ts';
import { parseTime } from './parse-time.ts';

const now = wallMs(Date.parse('2026-11-23T04:30:00.000Z'));
const local = (...parts: readonly [number, number, number, number?, number?]): number =>
  new Date(parts[0], parts[1] - 1, parts[2], parts[3] ?? 0, parts[4] ?? 0).getTime();

describe('a time on the command line', () => {
  it.each([
    ['2h', now - 7_200_000],
    ['1.5h', now - 5_400_000],
    ['90 min ago', now - 5_400_000],
    ['3d', now - 259_200_000],
    ['now', now],
    ['2026-11-23T04:00Z', Date.parse('2026-11-23T04:00:00Z')],
    ['2026-11-23 04:00:01.5+01:00', Date.parse('2026-11-23T03:00:01.500Z')],
    ['2026-11-23', local(2026, 11, 23)],
    ['2026-11-23T04:05', local(2026, 11, 23, 4, 5)],
  ])('%j is read', (text, expected) => {
    expect(parseTime(text, '--since', now)).toBe(expected);
  });

  it('knows today and yesterday', () => {
    const midnight = new Date(now).setHours(0, 0, 0, 0);
    expect(parseTime('today', '--since', now)).toBe(midnight);
    expect(new Date(parseTime('yesterday', '--since', now)).getHours()).toBe(0);
    expect(parseTime('yesterday', '--since', now)).toBeLessThan(midnight);
  });

  it.each(['', 'soon', '2', '2x', '-2h', '2026-13-01', '2026-11-23T25:00', '11/23/2026'])('%j is refused with what is taken', (text) => {
    expect(() => parseTime(text, '--until', now)).toThrow('--until takes a time such as 2h');
  });
});
