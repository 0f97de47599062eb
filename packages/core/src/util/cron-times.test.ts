import { execFileSync } from 'node:child_process';
import { cronFault, nextCronTime } from './cron-times.ts';

describe('cron expressions', () => {
  it('come at times of this machine', () => {
    const noon = new Date(2026, 0, 1, 12).getTime();
    expect(nextCronTime('30 7 * * 1-5', noon)).toBe(new Date(2026, 0, 2, 7, 30).getTime());
    expect(nextCronTime('0 12 * * *', noon)).toBe(new Date(2026, 0, 2, 12).getTime());
    expect(nextCronTime('0 0 31 2 *', noon)).toBeUndefined();
  });

  it('come the moment the clocks are changed where that leaves them out, and one time of the day comes once where an hour comes twice', () => {
    const script = `
      import { nextCronTime } from ${JSON.stringify(new URL('./cron-times.ts', import.meta.url).href)};
      const asked = [['30 2 * * *', '2026-03-28T12:00Z'], ['30 2 * * *', '2026-03-29T01:00Z'], ['30 2 * * *', '2026-10-25T00:30Z'], ['0,30 2 * * *', '2026-10-25T00:30Z']];
      console.log(JSON.stringify(asked.map(([cron, from]) => new Date(nextCronTime(cron, Date.parse(from))))));`;
    const said = execFileSync(process.execPath, ['--conditions=source', '--no-warnings', '--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'Europe/Berlin' },
    });
    expect(JSON.parse(said)).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z', '2026-10-26T01:30:00.000Z', '2026-10-25T01:00:00.000Z']);
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
