// Events, the counter of their ids, and the sums that triggers keep.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const createEvents = (db: Kysely<unknown>): Promise<void> =>
  db.schema
    .createTable('events')
    .addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id > 0`))
    .addColumn('camera_id', 'text', (column) => column.notNull())
    .addColumn('server_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull().check(sql`state in ('open', 'closed', 'ready', 'deleting')`))
    .addColumn('start_ms', 'integer', (column) => column.notNull().check(sql`typeof(start_ms) = 'integer'`))
    .addColumn('end_ms', 'integer', (column) => column.notNull().check(sql`typeof(end_ms) = 'integer'`))
    .addColumn('causes', 'text', (column) => column.notNull().check(sql`json_valid(causes)`))
    .addColumn('max_score', 'real', (column) => column.notNull())
    .addColumn('total_score', 'real', (column) => column.notNull())
    .addColumn('frames', 'integer', (column) => column.notNull().check(sql`frames >= 0`))
    .addColumn('alarm_frames', 'integer', (column) => column.notNull().check(sql`alarm_frames >= 0`))
    .addColumn('area_id', 'text', (column) => column.notNull())
    .addColumn('scheme', 'text', (column) => column.notNull().check(sql`scheme in ('deep', 'medium', 'shallow')`))
    .addColumn('directory', 'text', (column) => column.notNull().check(sql`directory <> ''`))
    .addColumn('size_bytes', 'integer', (column) => column.notNull().check(sql`size_bytes >= 0`))
    .addColumn('video_codec', 'text', (column) => column.notNull())
    .addColumn('width', 'integer', (column) => column.notNull())
    .addColumn('height', 'integer', (column) => column.notNull())
    .addColumn('has_snapshot', 'integer', (column) => column.notNull().check(sql`has_snapshot in (0, 1)`))
    .addColumn('has_alarm_picture', 'integer', (column) => column.notNull().check(sql`has_alarm_picture in (0, 1)`))
    .addColumn('notes', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull().check(sql`json_valid(tags)`))
    .addColumn('protected', 'integer', (column) => column.notNull().check(sql`protected in (0, 1)`))
    .addColumn('recovered', 'integer', (column) => column.notNull().check(sql`recovered in (0, 1)`))
    .addCheckConstraint('events_end_after_start', sql`end_ms >= start_ms`)
    .execute();

const createIndexes = async (db: Kysely<unknown>): Promise<void> => {
  const indexes: Readonly<Record<string, readonly string[]>> = {
    events_by_start: [],
    events_by_camera: ['camera_id'],
    events_by_area: ['area_id'],
    // What retention asks for: many protected events must not be in its way.
    events_by_area_protection: ['area_id', 'protected'],
    events_by_state: ['state', 'camera_id'],
    events_by_protection: ['protected', 'camera_id'],
  };
  for (const [name, columns] of Object.entries(indexes)) {
    await db.schema
      .createIndex(name)
      .on('events')
      .columns([...columns, 'start_ms', 'id'])
      .execute();
  }
};

const createSums = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('event_totals')
    .addColumn('area_id', 'text', (column) => column.primaryKey())
    .addColumn('events', 'integer', (column) => column.notNull())
    .addColumn('size_bytes', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('event_spans')
    .addColumn('camera_id', 'text', (column) => column.primaryKey())
    .addColumn('longest_ms', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('id_counters')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('next_id', 'integer', (column) => column.notNull().check(sql`next_id > 0`))
    .execute();
  await sql`insert into id_counters (name, next_id) values ('event', 1)`.execute(db);
};

const ADD_NEW = sql.raw(`
  insert into event_totals (area_id, events, size_bytes) values (new.area_id, 1, new.size_bytes)
    on conflict (area_id) do update set events = events + 1, size_bytes = event_totals.size_bytes + excluded.size_bytes;
  insert into event_spans (camera_id, longest_ms) values (new.camera_id, new.end_ms - new.start_ms)
    on conflict (camera_id) do update set longest_ms = excluded.longest_ms where excluded.longest_ms > event_spans.longest_ms;`);

const SUBTRACT_OLD = sql.raw(`
  update event_totals set events = events - 1, size_bytes = size_bytes - old.size_bytes where area_id = old.area_id;`);

// A row rebuilt from a file brings its id along: the counter must jump over it.
const RAISE_COUNTER = sql.raw(`
  update id_counters set next_id = new.id + 1 where name = 'event' and next_id <= new.id;`);

const createTriggers = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create trigger events_inserted after insert on events for each row begin ${ADD_NEW} ${RAISE_COUNTER} end`.execute(db);
  await sql`create trigger events_updated after update on events for each row begin ${SUBTRACT_OLD} ${ADD_NEW} end`.execute(db);
  await sql`create trigger events_deleted after delete on events for each row begin ${SUBTRACT_OLD} end`.execute(db);
};

/** Version 1. */
export const events: Migration = {
  async up(db): Promise<void> {
    await createEvents(db);
    await createIndexes(db);
    await createSums(db);
    await createTriggers(db);
  },
};
