// Pages of events out of SQLite. Lists of the classes that match are read together, span by span from the newest, so that a page costs
// what it holds, whatever is asked. Statements are constant texts; every value is a parameter.
import type { EventRecord } from '../../model/event.ts';
import { wallMs } from '../../model/time.ts';
import { type EventPosition, type EventSearch, type EventSearchPage, type EventSearchQuery, LARGEST_EVENT_PAGE } from '../../ports/event-search.ts';
import { asksForClasses, matchesEvent } from './event-class.ts';
import { parseEventRow } from './event-row.ts';
import type { EventsTable } from './schema.ts';
import { SearchSpans } from './search-spans.ts';
import type { SqliteDatabase } from './sqlite-database.ts';
import { SqliteEventClasses } from './sqlite-event-classes.ts';

/** Where more classes match, events are looked at one by one instead. */
const MOST_CLASSES = 20_000;
/** Events looked at one by one for one page. Beyond, the page is short and the next one goes on. */
const MOST_EVENTS = 10_000;
/** The same of entries of lists, which cost less. */
const MOST_ENTRIES = 60_000;
/** Entries of one span, at least. */
const ENTRIES_AT_ONCE = 5000;

// Each alone: SQLite finds the ends of an index at once, but both in one question only by reading all of it.
const BOUNDS = `select (select min(start_ms) from events) as oldest_ms, (select max(start_ms) from events) as newest_ms,
  (select max(longest_ms) from event_spans) as longest_ms`;
const LISTED = `from json_each(?) as class cross join event_lists as entry where entry.class_id = class.value
  and entry.start_ms <= ? and entry.start_ms >= ? and (entry.start_ms < ? or entry.id < ?)`;
const COUNT_LISTED = `select count(*) as entries from (select 1 ${LISTED} limit ?)`;
const READ_LISTED = `select entry.start_ms, entry.id ${LISTED}
  and end_ms > ? and max_score >= ? order by entry.start_ms desc, entry.id desc limit ?`;
const LOOKED_AT = `from events indexed by events_by_start
  where start_ms <= ? and start_ms >= ? and (start_ms < ? or id < ?) order by start_ms desc, id desc`;
const LOOK = `select start_ms, id from (select start_ms, id, end_ms, max_score, state, class_id ${LOOKED_AT} limit ?)
  where end_ms > ? and max_score >= ? and state <> 'deleting'
    and (? is null or class_id is null or class_id in (select value from json_each(?))) limit ?`;
const LAST_LOOKED_AT = `select start_ms, id ${LOOKED_AT} limit 1 offset ?`;
const BY_IDS = 'select * from events where id in (select value from json_each(?))';
const BACKLOG = 'select below_id from event_backlog';
const NO_BACKLOG = 'delete from event_backlog';
const SHORTER_BACKLOG = 'update event_backlog set below_id = ?';
const OLDER = 'select * from events where id < ? order by id desc limit ?';
const LIST = 'update events set class_id = ? where id = ?';

interface PositionRow {
  readonly start_ms: number;
  readonly id: number;
}

interface BoundsRow {
  readonly oldest_ms: number | null;
  readonly newest_ms: number | null;
  readonly longest_ms: number | null;
}

/** What was found, and how far everything is known. */
interface Find {
  /** Newest first; one more than the page takes where there are more. */
  readonly positions: readonly EventPosition[];
  readonly stoppedAt?: EventPosition;
}

/** A search with its bounds worked out. */
interface Search {
  readonly query: EventSearchQuery;
  readonly wanted: number;
  readonly after: EventPosition;
  readonly notBeforeMs: number;
}

const positionOf = ({ start_ms, id }: PositionRow): EventPosition => ({ startMs: wallMs(start_ms), id });

/** `EventSearch` over one SQLite file. */
export class SqliteEventSearch implements EventSearch {
  readonly #database: SqliteDatabase;
  readonly #classes: SqliteEventClasses;
  #hasBacklog = true;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#classes = new SqliteEventClasses(database);
  }

  find(query: EventSearchQuery): Promise<EventSearchPage> {
    return this.#database.run('searching events', async () => this.#page(query));
  }

  indexOlder(count: number): Promise<number> {
    return this.#database.run('listing older events', async () => this.#database.atOnce(() => this.#listOlder(count)));
  }

  #page(query: EventSearchQuery): EventSearchPage {
    const limit = Math.max(1, Math.min(LARGEST_EVENT_PAGE, Math.floor(query.limit)));
    const { positions, stoppedAt } = this.#search({ query, wanted: limit + 1, ...this.#bounds(query) });
    const page = positions.slice(0, limit);
    const next = positions.length > limit ? page.at(-1) : stoppedAt;
    return { events: this.#events(page, query), ...(next === undefined ? {} : { next }) };
  }

  #bounds({ after, fromMs, toMs = wallMs(Number.MAX_SAFE_INTEGER) }: EventSearchQuery): Pick<Search, 'after' | 'notBeforeMs'> {
    const [bounds] = this.#database.read<BoundsRow>(BOUNDS, []);
    const oldestMs = bounds?.oldest_ms ?? 0;
    const longestMs = bounds?.longest_ms ?? 0;
    const end: EventPosition = { startMs: wallMs(Math.min(toMs, (bounds?.newest_ms ?? 0) + 1)), id: 0 };
    const isLater = after !== undefined && (after.startMs > end.startMs || (after.startMs === end.startMs && after.id > end.id));
    return {
      after: after === undefined || isLater ? end : after,
      // No event that ends after `fromMs` can have started longer before it than the longest event lasts.
      notBeforeMs: fromMs === undefined ? oldestMs : Math.max(oldestMs, fromMs - longestMs),
    };
  }

  #search(search: Search): Find {
    const { query } = search;
    if (search.after.startMs < search.notBeforeMs) return { positions: [] };
    if (!asksForClasses(query)) return this.#look(search, null);
    const classes = this.#classes.matching(query);
    if (classes.length > MOST_CLASSES || this.#isBehind()) return this.#look(search, classes);
    return classes.length === 0 ? { positions: [] } : this.#readLists(search, JSON.stringify(classes));
  }

  #readLists({ query, wanted, after, notBeforeMs }: Search, classes: string): Find {
    const { fromMs = Number.MIN_SAFE_INTEGER, minScore = 0 } = query;
    const spans = new SearchSpans(after, notBeforeMs, wanted);
    const positions: EventPosition[] = [];
    const atOnce = Math.max(ENTRIES_AT_ONCE, wanted * 2);
    let entries = 0;
    for (let span = spans.next(); span !== undefined && positions.length < wanted; span = spans.next()) {
      const window = [span.before.startMs, span.fromMs, span.before.startMs, span.before.id];
      const [counted] = this.#database.read<{ readonly entries: number }>(COUNT_LISTED, [classes, ...window, atOnce + 1]);
      const count = counted?.entries ?? 0;
      if (count > atOnce && spans.shorten()) continue;
      const found = count === 0 ? [] : this.#database.read<PositionRow>(READ_LISTED, [classes, ...window, fromMs, minScore, wanted - positions.length]);
      positions.push(...found.map(positionOf));
      spans.done(found.length / (wanted - positions.length + found.length));
      entries += count;
      if (entries > MOST_ENTRIES && positions.length < wanted && span.fromMs > notBeforeMs) {
        return { positions, stoppedAt: { startMs: wallMs(span.fromMs), id: 0 } };
      }
    }
    return { positions };
  }

  /** Looks at the newest events themselves, listed or not. @param classes - null: all. */
  #look({ query, wanted, after, notBeforeMs }: Search, classes: readonly number[] | null): Find {
    const { fromMs = Number.MIN_SAFE_INTEGER, minScore = 0 } = query;
    const window = [after.startMs, notBeforeMs, after.startMs, after.id];
    const listed = classes && JSON.stringify(classes);
    const rows = this.#database.read<PositionRow>(LOOK, [...window, MOST_EVENTS, fromMs, minScore, listed, listed, wanted]);
    const positions = rows.map(positionOf);
    if (rows.length === wanted) return { positions };
    const [last] = this.#database.read<PositionRow>(LAST_LOOKED_AT, [...window, MOST_EVENTS - 1]);
    return { positions, ...(last === undefined ? {} : { stoppedAt: positionOf(last) }) };
  }

  /** In order. What another program deleted meanwhile is left out, and so is what is not listed and does not match. */
  #events(positions: readonly EventPosition[], query: EventSearchQuery): readonly EventRecord[] {
    const rows = this.#database.read<EventsTable>(BY_IDS, [JSON.stringify(positions.map(({ id }) => id))]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return positions.flatMap(({ id }) => {
      const row = byId.get(id);
      if (row === undefined) return [];
      const event = parseEventRow(row);
      return row.class_id === null && !matchesEvent(event, query) ? [] : [event];
    });
  }

  /** Whether events of an older version wait to be listed; once they are, none ever does again. */
  #isBehind(): boolean {
    this.#hasBacklog &&= this.#database.read(BACKLOG, []).length > 0;
    return this.#hasBacklog;
  }

  #listOlder(count: number): number {
    const [backlog] = this.#database.read<{ readonly below_id: number }>(BACKLOG, []);
    if (backlog === undefined) return 0;
    const rows = this.#database.read<EventsTable>(OLDER, [backlog.below_id, count]);
    for (const row of rows) if (row.class_id === null) this.#database.change(LIST, [this.#classes.idOf(parseEventRow(row)), row.id]);
    const oldest = rows.at(-1);
    if (oldest === undefined) this.#database.change(NO_BACKLOG, []);
    else this.#database.change(SHORTER_BACKLOG, [oldest.id]);
    return oldest?.id ?? 0;
  }
}
