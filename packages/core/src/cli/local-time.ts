// Points in time as people read them on a screen.

/** `2026-11-23 04:05:06` in the zone of this machine. @param timeMs - Milliseconds since 1970. */
export function localTime(timeMs: number): string {
  const time = new Date(timeMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
