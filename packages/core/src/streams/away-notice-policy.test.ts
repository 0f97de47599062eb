import { awayNotice, isAway } from './away-notice-policy.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const base = { name: 'Front porch', status: 'offline', problem: 'it refused the connection', nowMs: NOON } as const;
const inBerlin = (): number => 60;

describe('what is said in place of a picture', () => {
  it.each([
    [{ ...base, lastFrameMs: NOON - 57 * 60_000 }, inBerlin, ['offline since 12:03 (UTC+01:00)', 'it refused the connection']],
    [{ ...base, lastFrameMs: NOON - 57 * 60_000 }, () => 0, ['offline since 11:03 (UTC)', 'it refused the connection']],
    [{ ...base, lastFrameMs: NOON - 57 * 60_000 }, () => -570, ['offline since 01:33 (UTC-09:30)', 'it refused the connection']],
    [{ ...base, lastFrameMs: NOON - 86_400_000 }, inBerlin, ['offline since 2026-11-21 13:00 (UTC+01:00)', 'it refused the connection']],
    [base, inBerlin, ['not connected', 'it refused the connection']],
    [{ name: 'Front porch', status: 'connecting', nowMs: NOON }, inBerlin, ['not connected yet']],
    [{ name: 'Front porch', status: 'online', nowMs: NOON }, inBerlin, ['waiting for the first picture']],
    [{ ...base, letGo: 'switched off' }, inBerlin, ['switched off']],
  ] as const)('%j', (absence, offset, lines) => {
    expect(awayNotice(absence, offset)).toEqual({ title: 'Front porch', lines });
  });

  it.each([
    ['online', NOON - 60_000, false],
    ['offline', NOON - 2000, false],
    ['offline', NOON - 4000, true],
    ['stalled', NOON - 4000, true],
    ['connecting', undefined, true],
    ['offline', NOON + 3_600_000, true],
  ] as const)('a camera that is %s, newest frame %s: away is %s', (status, lastFrameMs, expected) => {
    expect(isAway({ status, nowMs: NOON, ...(lastFrameMs === undefined ? {} : { lastFrameMs }) })).toBe(expected);
  });
});
