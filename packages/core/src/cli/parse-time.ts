// Points in time as people write them on a command line.
import { RecorderError } from '../errors/recorder-error.ts';
import { type WallMs, wallMs } from '../model/time.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * `2h` (before `now`), `now`, `today`, `yesterday`, `2026-11-23`, `2026-11-23T04:00` (both local) or ISO 8601 with zone.
 *
 * @param option - What is written before it, for the message.
 * @throws RecorderError `USAGE`.
 */
export function parseTime(text: string, option: string, now: WallMs): WallMs {
  const ago = /^(\d{1,6}(?:\.\d+)?) ?(s|m|min|h|d|w)(?: ago)?$/.exec(text);
  if (ago !== null) return wallMs(Math.round(now - Number(ago[1]) * (UNIT_MS[ago[2] ?? ''] ?? 0)));
  if (text === 'now') return now;
  if (text === 'today' || text === 'yesterday') {
    const midnight = new Date(now);
    midnight.setHours(0, 0, 0, 0);
    if (text === 'yesterday') midnight.setDate(midnight.getDate() - 1);
    return wallMs(midnight.getTime());
  }
  // A date alone would be read as UTC, a date with a time as local time; people mean local time both times.
  const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  const parsed = iso === null ? Number.NaN : Date.parse(`${iso[1]}T${iso[2] ?? '00:00'}${iso[3] ?? ''}`);
  if (Number.isNaN(parsed)) throw new RecorderError('USAGE', `${option} takes a time such as 2h, yesterday, 2026-11-23 or 2026-11-23T04:00Z`);
  return wallMs(parsed);
}
