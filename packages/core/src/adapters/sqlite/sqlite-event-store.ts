// Events in SQLite. Each call is one statement, so no two calls can meet inside a transaction of the shared connection.

import type { RawBuilder, SelectQueryBuilder } from 'kysely';
import { sql } from 'kysely';
import type { EventLifecycle, EventRecord } from '../../model/event.ts';
import type { CameraId, EventId } from '../../model/ids.ts';
import type { EventQuery, EventStore, EventUsage } from '../../ports/event-store.ts';
import { parseEventRow, rowOfEvent } from './event-row.ts';
import type { EventsTable, Schema } from './schema.ts';
import type { SqliteDatabase } from './sqlite-database.ts';
import { SqliteEventClasses } from './sqlite-event-classes.ts';

/** Most rows one `list` reads, whatever it was asked for: a call must stay short. */
export const LIST_LIMIT = 1000;

const STATES: readonly EventLifecycle[] = ['open', 'closed', 'ready', 'deleting'];

const BACKLOG = 'select below_id from camera_totals_backlog';
const NO_BACKLOG = 'delete from camera_totals_backlog';
const SHORTER_BACKLOG = 'update camera_totals_backlog set below_id = ?';
const OLDER = 'select id, camera_id, size_bytes from events where id < ? order by id desc limit ?';
const OLDEST = `select min(id) as id from (${OLDER})`;
const COUNT_OLDER = `insert into camera_totals (camera_id, events, size_bytes)
  select camera_id, count(*), sum(size_bytes) from (${OLDER}) where true group by camera_id
  on conflict (camera_id) do update set events = events + excluded.events, size_bytes = size_bytes + excluded.size_bytes`;

type EventSelect<Row> = SelectQueryBuilder<Schema, 'events', Row>;

/** Keeps events in the states asked for. Nearly all rows are `ready`: a search that wants them must not walk the index by state. */
const withStates = <Row>(query: EventSelect<Row>, states: readonly EventLifecycle[]): EventSelect<Row> => {
  if (!states.includes('ready')) return query.where('state', 'in', [...states]);
  const unwanted = STATES.filter((state) => !states.includes(state));
  return unwanted.length === 0 ? query : query.where('state', 'not in', unwanted);
};

/**
 * Whether few rows can match, whatever else is asked: those of unfinished and of protected events. SQLite keeps no
 * statistics here and would rather walk a whole area or the calendar; a `+` before a column keeps it off that index.
 */
const isRare = (query: EventQuery): boolean => query.protected === true || (query.states !== undefined && !query.states.includes('ready'));

const startOf = (query: EventQuery): RawBuilder<number> => (isRare(query) ? sql<number>`+start_ms` : sql<number>`start_ms`);

/** Keeps events that end after `fromMs`; none of them can have started longer before it than the longest event lasts. */
const endingAfter = <Row>(select: EventSelect<Row>, fromMs: number, query: EventQuery): EventSelect<Row> => {
  const { cameraId } = query;
  const ofCamera = cameraId === undefined ? sql`` : sql`where camera_id = ${cameraId}`;
  return select
    .where('end_ms', '>', fromMs)
    .where(sql<boolean>`${startOf(query)} >= ${fromMs} - (select coalesce(max(longest_ms), 0) from event_spans ${ofCamera})`);
};

/** Continues behind the event with `beforeId`: by start and id, so that pages neither lose nor repeat events whose ids are out of order. */
const before = <Row>(select: EventSelect<Row>, beforeId: EventId, startMs: number | undefined, query: EventQuery): EventSelect<Row> =>
  startMs === undefined ? select.where(sql<boolean>`+id < ${beforeId}`) : select.where(sql<boolean>`(${startOf(query)}, id) < (${startMs}, ${beforeId})`);

/** `EventStore` over one SQLite file. */
export class SqliteEventStore implements EventStore {
  readonly #database: SqliteDatabase;
  readonly #classes: SqliteEventClasses;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#classes = new SqliteEventClasses(database);
  }

  async reserveIds(count: number): Promise<EventId> {
    if (!Number.isSafeInteger(count) || count < 1) throw new TypeError(`count must be a positive integer, got ${count}`);
    const { next_id: next } = await this.#database.durably('reserving event ids', () =>
      this.#database.db
        .updateTable('id_counters')
        .set((eb) => ({ next_id: eb('next_id', '+', count) }))
        .where('name', '=', 'event')
        .returning('next_id')
        .executeTakeFirstOrThrow(),
    );
    return next - count;
  }

  async put(event: EventRecord): Promise<void> {
    const { id } = event;
    const write = async (): Promise<void> => {
      const { id: _, ...columns } = rowOfEvent(event, this.#classes.idOf(event));
      await this.#database.db
        .insertInto('events')
        .values({ id, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
        .execute();
    };
    const what = `writing event ${id}`;
    // The last states have no journal behind them any more; until then a marker beside the video makes a loss good.
    const isLast = event.state === 'ready' || event.state === 'deleting';
    await (isLast ? this.#database.durably(what, write) : this.#database.run(what, write));
  }

  async get(id: EventId): Promise<EventRecord | undefined> {
    const row = await this.#database.run(`reading event ${id}`, () =>
      this.#database.db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    return row && parseEventRow(row);
  }

  async list(query: EventQuery): Promise<readonly EventRecord[]> {
    if (query.states?.length === 0 || query.limit <= 0) return [];
    const rows = await this.#database.run('listing events', async () => (await this.#select(query)).execute());
    return rows.map(parseEventRow);
  }

  async delete(id: EventId): Promise<void> {
    await this.#database.run(`deleting the row of event ${id}`, () => this.#database.db.deleteFrom('events').where('id', '=', id).execute());
  }

  async usage(areaId?: string): Promise<EventUsage> {
    const rows = await this.#database.run('reading the usage', () => {
      const totals = this.#database.db.selectFrom('event_totals').select(['events', 'size_bytes']);
      return (areaId === undefined ? totals : totals.where('area_id', '=', areaId)).execute();
    });
    return rows.reduce((sum, row) => ({ events: sum.events + row.events, sizeBytes: sum.sizeBytes + row.size_bytes }), { events: 0, sizeBytes: 0 });
  }

  usageByCamera(): Promise<ReadonlyMap<CameraId, EventUsage> | undefined> {
    return this.#database.run('reading the usage of cameras', async () => {
      if (this.#database.read(BACKLOG, []).length > 0) return undefined;
      const rows = await this.#database.db.selectFrom('camera_totals').selectAll().execute();
      return new Map(rows.map((row) => [row.camera_id, { events: row.events, sizeBytes: row.size_bytes }]));
    });
  }

  countOlder(count: number): Promise<number> {
    return this.#database.run('counting older events', async () => this.#database.atOnce(() => this.#countOlder(count)));
  }

  #countOlder(count: number): number {
    const [backlog] = this.#database.read<{ readonly below_id: number }>(BACKLOG, []);
    if (backlog === undefined) return 0;
    const [oldest] = this.#database.read<{ readonly id: number | null }>(OLDEST, [backlog.below_id, count]);
    const next = oldest?.id ?? 0;
    this.#database.change(COUNT_OLDER, [backlog.below_id, count]);
    if (next === 0) this.#database.change(NO_BACKLOG, []);
    else this.#database.change(SHORTER_BACKLOG, [next]);
    return next;
  }

  async #select(query: EventQuery): Promise<EventSelect<EventsTable>> {
    const direction = query.order === 'oldest' ? 'asc' : 'desc';
    let select: EventSelect<EventsTable> = this.#database.db.selectFrom('events').selectAll();
    if (query.cameraId !== undefined) select = select.where('camera_id', '=', query.cameraId);
    if (query.areaId !== undefined) select = select.where(isRare(query) ? sql<boolean>`+area_id = ${query.areaId}` : sql<boolean>`area_id = ${query.areaId}`);
    if (query.protected === true) select = select.where('protected', '=', 1);
    if (query.protected === false)
      select = select.where(query.areaId === undefined || isRare(query) ? sql<boolean>`+protected = 0` : sql<boolean>`protected = 0`);
    if (query.states !== undefined) select = withStates(select, query.states);
    if (query.toMs !== undefined) select = select.where(sql<boolean>`${startOf(query)} < ${query.toMs}`);
    if (query.fromMs !== undefined) select = endingAfter(select, query.fromMs, query);
    if (query.beforeId !== undefined) {
      const cursor = await this.#database.db.selectFrom('events').select('start_ms').where('id', '=', query.beforeId).executeTakeFirst();
      select = before(select, query.beforeId, cursor?.start_ms, query);
    }
    return select
      .orderBy(startOf(query), direction)
      .orderBy('id', direction)
      .limit(Math.min(Math.floor(query.limit), LIST_LIMIT));
  }
}
