// Names of events: the camera's prefix, expanded, and the event's id.
import type { EventId } from '../model/ids.ts';
import type { WallMs } from '../model/time.ts';

const two = (value: number): string => String(value).padStart(2, '0');

const FIELDS: Readonly<Record<string, (at: Date) => string>> = {
  Y: (at) => String(at.getFullYear()),
  y: (at) => two(at.getFullYear() % 100),
  m: (at) => two(at.getMonth() + 1),
  d: (at) => two(at.getDate()),
  H: (at) => two(at.getHours()),
  M: (at) => two(at.getMinutes()),
  S: (at) => two(at.getSeconds()),
  '%': () => '%',
};

/** Expands `%Y %y %m %d %H %M %S %%` (local time of the event's start) in a prefix and appends the id; other text stays. */
export function eventName(prefix: string, start: WallMs, id: EventId): string {
  const at = new Date(start);
  return `${prefix.replace(/%([YymdHMS%])/g, (whole, field: string) => FIELDS[field]?.(at) ?? whole)}${id}`;
}
