// Which events of a camera reach into a span of time, also those that are being recorded.
import type { EventRecord } from '../model/event.ts';
import type { CameraId, EventId } from '../model/ids.ts';
import { wallMs } from '../model/time.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { Span } from './parse-span.ts';

/** Events in one file, and in one timeline. */
export const MOST_EVENTS = 10_000;
/** How old the row of an event may be that is being recorded. */
const ROW_AGE_MS = 10_000;
const PAGE = 1000;

/** Where events are looked up. */
export interface EventLookup {
  readonly events: Pick<EventStore, 'list'>;
  /** The newest row of an event. */
  find(id: EventId): Promise<EventRecord | undefined>;
}

/** A camera's events that reach into a span, by start; where there are too many, the newest. */
export const eventsIn = async (
  { events: store, find }: EventLookup,
  cameraId: CameraId,
  { fromMs, toMs }: Span,
): Promise<{ readonly events: readonly EventRecord[]; readonly isPartial: boolean }> => {
  const range = { cameraId, toMs: wallMs(toMs) };
  const rows = new Map<EventId, EventRecord>();
  // The row of an event that is being recorded is some seconds old, and may end before the span begins.
  for (const row of await store.list({ ...range, states: ['open'], limit: PAGE })) {
    const newest = (await find(row.id)) ?? row;
    if (newest.state !== 'deleting' && newest.endMs + ROW_AGE_MS > fromMs) rows.set(row.id, newest);
  }
  let beforeId: EventId | undefined;
  for (let isMore = true; isMore && rows.size <= MOST_EVENTS; ) {
    const cursor = beforeId === undefined ? {} : { beforeId };
    const page = await store.list({ ...range, fromMs: wallMs(fromMs), states: ['closed', 'ready'], limit: PAGE, ...cursor });
    for (const row of page) rows.set(row.id, row);
    beforeId = page.at(-1)?.id;
    isMore = page.length === PAGE;
  }
  const events = [...rows.values()].sort((a, b) => a.startMs - b.startMs || a.id - b.id);
  return { events: events.slice(-MOST_EVENTS), isPartial: events.length > MOST_EVENTS };
};
