// Pages of events as clients ask for them: their filters become a search, what is found becomes the API's events.
import type { EventFilter, EventPage } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import { viewEvent } from '../model/event-view.ts';
import { type WallMs, wallMs } from '../model/time.ts';
import { type EventSearch, type EventSearchQuery, LARGEST_EVENT_PAGE } from '../ports/event-search.ts';
import { cursorOf, readCursor } from './event-cursor.ts';
import type { EventDesk } from './event-desk.ts';

const DEFAULT_LIMIT = 100;

/** What pages are made with. */
export interface EventPagesOptions {
  readonly search: Pick<EventSearch, 'find'>;
  readonly desk: Pick<EventDesk, 'newest' | 'nameOf'>;
}

/** @throws RecorderError `INPUT_INVALID` where a filter cannot be understood. */
export async function eventPage({ search, desk }: EventPagesOptions, filter: EventFilter): Promise<EventPage> {
  const { events, next } = await search.find(queryOf(filter));
  return {
    // Rows may be seconds behind; what waits to be written is newer.
    events: events.flatMap((row) => viewEvent(desk.newest(row), desk.nameOf(row.cameraId)) ?? []),
    ...(next === undefined ? {} : { nextCursor: cursorOf(next) }),
  };
}

function queryOf(filter: EventFilter): EventSearchQuery {
  const { from, to, cause, zone, minScore, limit = DEFAULT_LIMIT, cursor } = filter;
  const cameraIds = camerasOf(filter);
  return {
    limit: Math.min(LARGEST_EVENT_PAGE, Math.max(1, Math.floor(limit))),
    ...(cameraIds === undefined ? {} : { cameraIds }),
    ...(from === undefined ? {} : { fromMs: timeOf('from', from) }),
    ...(to === undefined ? {} : { toMs: timeOf('to', to) }),
    ...(cause === undefined ? {} : { cause }),
    ...(zone === undefined ? {} : { zone }),
    ...(minScore === undefined ? {} : { minScore }),
    ...(filter.protected === undefined ? {} : { protected: filter.protected }),
    ...(cursor === undefined ? {} : { after: readCursor(cursor) }),
  };
}

function camerasOf({ camera, cameras }: EventFilter): readonly string[] | undefined {
  if (camera === undefined) return cameras;
  return cameras === undefined || cameras.includes(camera) ? [camera] : [];
}

function timeOf(name: string, text: string): WallMs {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new RecorderError('INPUT_INVALID', `${name}: expected a time as 2026-11-22T12:00:00.000Z, got ${JSON.stringify(text.slice(0, 40))}`);
  return wallMs(ms);
}
