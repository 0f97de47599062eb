// Moments and spans as a flow author writes them.
import { types } from 'node:util';
import { shownValue } from './shown-value.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
/** Numbers below this are seconds since 1970, above it milliseconds: as seconds it is the year 5138. */
const FIRST_MS = 100_000_000_000;
const FURTHEST_MS = 8.64e15;
const BACK = /^-\s*(?:\d+(?:\.\d+)?\s*[smhdw]\s*)+$/i;
const BACK_PARTS = /(\d+(?:\.\d+)?)\s*([smhdw])/gi;

/** From when to when, as ISO 8601 UTC; absent where it is open. */
export interface Span {
  readonly from?: string;
  readonly to?: string;
}

/**
 * A moment as ISO 8601 UTC.
 * @param value - ISO 8601 (without a zone: the time here), milliseconds or seconds since 1970, a `Date`, `now`, `today` (midnight here), `yesterday`, or
 * what lies back from now: `-1h`, `-15m`, `-1d12h`.
 * @throws Error where it is none of these; `name` is the property.
 */
export function momentOf(value: unknown, name: string, now: Date): string {
  const ms = millisecondsOf(value, now);
  if (ms === undefined || !Number.isFinite(ms) || Math.abs(ms) > FURTHEST_MS)
    throw new Error(`${name} is a moment such as 2026-11-22T12:00:00Z, -1h, yesterday, or milliseconds since 1970; got ${shownValue(value)}`);
  return new Date(ms).toISOString();
}

/**
 * A span of time. What is `undefined` is open; for the order an open end is now.
 * @throws Error where a moment is none, or the span does not begin before it ends.
 */
export function spanOf({ from, to }: { readonly from: unknown; readonly to: unknown }, now: Date): Span {
  const first = from === undefined ? undefined : momentOf(from, 'from', now);
  const last = to === undefined ? undefined : momentOf(to, 'to', now);
  const end = last ?? now.toISOString();
  if (first !== undefined && Date.parse(first) >= Date.parse(end))
    throw new Error(`from (${first}) has to lie before to (${end}${last === undefined ? ', which is now' : ''})`);
  return { ...(first === undefined ? {} : { from: first }), ...(last === undefined ? {} : { to: last }) };
}

function millisecondsOf(value: unknown, now: Date): number | undefined {
  // Function nodes have a `Date` of their own.
  if (types.isDate(value)) return value.getTime();
  if (typeof value === 'number') return Math.abs(value) < FIRST_MS ? value * 1000 : value;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (BACK.test(text)) return now.getTime() - [...text.matchAll(BACK_PARTS)].reduce((sum, part) => sum + lengthOf(part), 0);
  if (/^now$/i.test(text)) return now.getTime();
  if (/^(today|yesterday)$/i.test(text)) return new Date(now.getFullYear(), now.getMonth(), now.getDate() - (/^y/i.test(text) ? 1 : 0)).getTime();
  if (/^\d{9,14}$/.test(text)) return millisecondsOf(Number(text), now);
  // A day alone would be one of UTC.
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Date.parse(`${text}T00:00`);
  return /^\d{4}-\d{2}-\d{2}[T ]/.test(text) ? Date.parse(text) : undefined;
}

const lengthOf = ([, amount = '', unit = '']: RegExpMatchArray): number => Number(amount) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
