// Pages of events by what they are. Cost depends on the page, not on how many events are stored.
import type { EventCause, EventRecord } from '../model/event.ts';
import type { CameraId, EventId, ZoneId } from '../model/ids.ts';
import type { WallMs } from '../model/time.ts';

/** A place in the list of events, newest first: just behind the event that starts then and has this id, whether there is one or not. */
export interface EventPosition {
  readonly startMs: WallMs;
  readonly id: EventId;
}

/** What to find. Events that are being deleted are never found. */
export interface EventSearchQuery {
  /** Only of these; absent: of all. */
  readonly cameraIds?: readonly CameraId[];
  /** Events that end after this. */
  readonly fromMs?: WallMs;
  /** Events that start before this. */
  readonly toMs?: WallMs;
  /** Events that have a cause of this kind. */
  readonly cause?: EventCause['kind'];
  /** Events in which this zone moved. */
  readonly zone?: ZoneId;
  /** 0…100. */
  readonly minScore?: number;
  readonly protected?: boolean;
  /** Where the page before ended. */
  readonly after?: EventPosition;
  /** At most 1000. */
  readonly limit: number;
}

/** A page, newest first. */
export interface EventSearchPage {
  readonly events: readonly EventRecord[];
  /** Where the next page begins; absent on the last one. A page may hold fewer events than asked for, even none, and still have a next one. */
  readonly next?: EventPosition;
}

/** Most events of a page. */
export const LARGEST_EVENT_PAGE = 1000;

/** Finds events. Every method rejects with `RecorderError` `DATABASE_BUSY` or `DATABASE_FAILED`. */
export interface EventSearch {
  find(query: EventSearchQuery): Promise<EventSearchPage>;
  /**
   * Makes up to `count` events findable quickly that an older version wrote; newest first. A call stays short.
   *
   * @returns How many events may be left, 0 when there is nothing left to do.
   */
  indexOlder(count: number): Promise<number>;
}
