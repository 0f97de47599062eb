// Moments as a flow author writes them.

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
/** Numbers below this are seconds since 1970, above it milliseconds: as seconds it is the year 5138. */
const FIRST_MS = 100_000_000_000;

/**
 * A moment as ISO 8601 UTC.
 * @param value - ISO 8601, milliseconds or seconds since 1970, a `Date`, `now`, `today` (midnight here), `yesterday`, or what lies back from now: `-1h`, `-15m`, `-2d`.
 * @throws Error where it is none of these; `name` is the property.
 */
export function momentOf(value: unknown, name: string, now: Date): string {
  const ms = millisecondsOf(value, now);
  if (ms === undefined || !Number.isFinite(ms) || Math.abs(ms) > 8.64e15)
    throw new Error(`${name} is a moment such as 2026-11-22T12:00:00Z, -1h, yesterday, or milliseconds since 1970; got ${JSON.stringify(value)?.slice(0, 60)}`);
  return new Date(ms).toISOString();
}

function millisecondsOf(value: unknown, now: Date): number | undefined {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return Math.abs(value) < FIRST_MS ? value * 1000 : value;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const [, amount, unit] = /^-\s*(\d+(?:\.\d+)?)\s*([smhdw])$/i.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return now.getTime() - Number(amount) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
  if (/^now$/i.test(text)) return now.getTime();
  if (/^(today|yesterday)$/i.test(text)) return new Date(now.getFullYear(), now.getMonth(), now.getDate() - (/^y/i.test(text) ? 1 : 0)).getTime();
  if (/^\d{9,14}$/.test(text)) return millisecondsOf(Number(text), now);
  return /^\d{4}-\d{2}-\d{2}([T ]|$)/.test(text) ? Date.parse(text) : undefined;
}
