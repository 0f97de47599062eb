import { cronFault, nextCronTime } from './cron-times.ts';

describe('cron expressions', () => {
  it('come at times of this machine', () => {
    const noon = new Date(2026, 0, 1, 12).getTime();
    expect(nextCronTime('30 7 * * 1-5', noon)).toBe(new Date(2026, 0, 2, 7, 30).getTime());
    expect(nextCronTime('0 12 * * *', noon)).toBe(new Date(2026, 0, 2, 12).getTime());
    expect(nextCronTime('0 0 31 2 *', noon)).toBeUndefined();
  });

  it.each([
    ['0 22 * * 1-5', undefined],
    ['*/15 6-9,17 * * mon,fri', undefined],
    ['* * * *', 'an expression of 4 parts'],
    ['* * * * * *', 'an expression of 6 parts'],
    ['@daily', 'an expression of 1 parts'],
    ['99 * * * *', 'an expression that cannot be read (Invalid value for minute: 99)'],
    ['0 0 31 2 *', 'an expression that never comes'],
  ])('%j has the fault %s', (cron, fault) => {
    expect(cronFault(cron)).toBe(fault);
  });
});
