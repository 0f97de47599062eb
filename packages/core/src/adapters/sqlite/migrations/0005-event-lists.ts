// Lists of events by class, for searches. Nothing of what is stored is touched: events that are there already are listed later, bit by
// bit, while the recorder runs (`SqliteEventSearch.indexOlder`), so this takes no longer with a million of them.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const createTables = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('event_classes')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('camera_id', 'text', (column) => column.notNull())
    .addColumn('causes', 'integer', (column) => column.notNull())
    .addColumn('zones', 'text', (column) => column.notNull().check(sql`json_valid(zones)`))
    .addColumn('protected', 'integer', (column) => column.notNull().check(sql`protected in (0, 1)`))
    .addColumn('score_band', 'integer', (column) => column.notNull())
    .addUniqueConstraint('event_classes_key', ['camera_id', 'causes', 'zones', 'protected', 'score_band'])
    .execute();
  await db.schema
    .createTable('event_lists')
    .addColumn('class_id', 'integer', (column) => column.notNull())
    .addColumn('start_ms', 'integer', (column) => column.notNull())
    .addColumn('id', 'integer', (column) => column.notNull())
    .addColumn('end_ms', 'integer', (column) => column.notNull())
    .addColumn('max_score', 'real', (column) => column.notNull())
    .addPrimaryKeyConstraint('event_lists_key', ['class_id', 'start_ms', 'id'])
    .modifyEnd(sql`without rowid`)
    .execute();
  // Null: not listed, because it is being deleted or was written by an older version and waits for its turn.
  await db.schema.alterTable('events').addColumn('class_id', 'integer').execute();
};

const LIST_NEW = sql.raw(`
  insert into event_lists (class_id, start_ms, id, end_ms, max_score)
    select new.class_id, new.start_ms, new.id, new.end_ms, new.max_score where new.class_id is not null;`);

const UNLIST_OLD = sql.raw('delete from event_lists where class_id = old.class_id and start_ms = old.start_ms and id = old.id;');

const createTriggers = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create trigger events_listed after insert on events for each row begin ${LIST_NEW} end`.execute(db);
  await sql`create trigger events_relisted after update of class_id, start_ms, end_ms, max_score on events for each row
    when old.class_id is not new.class_id or old.start_ms <> new.start_ms or old.end_ms <> new.end_ms or old.max_score <> new.max_score
    begin ${UNLIST_OLD} ${LIST_NEW} end`.execute(db);
  await sql`create trigger events_unlisted after delete on events for each row begin ${UNLIST_OLD} end`.execute(db);
};

/** Version 5. */
export const eventLists: Migration = {
  async up(db): Promise<void> {
    await createTables(db);
    await createTriggers(db);
    // Every event with a smaller id waits to be listed.
    await db.schema
      .createTable('event_backlog')
      .addColumn('below_id', 'integer', (column) => column.notNull())
      .execute();
    await sql`insert into event_backlog (below_id) select coalesce(max(id), 0) + 1 from events having max(id) is not null`.execute(db);
  },
};
