// Sums per camera. Nothing of what is stored is touched: events that are there already are counted later, bit by bit, while the recorder
// runs (`SqliteEventStore.countOlder`). Until its turn comes an event below the mark is in no sum, whatever becomes of it.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const isCounted = (row: 'old' | 'new') => sql.raw(`${row}.id >= coalesce((select below_id from camera_totals_backlog), 0)`);

const ADD_NEW = sql.raw(`
  insert into camera_totals (camera_id, events, size_bytes) values (new.camera_id, 1, new.size_bytes)
    on conflict (camera_id) do update set events = events + 1, size_bytes = camera_totals.size_bytes + excluded.size_bytes;`);

const SUBTRACT_OLD = sql.raw('update camera_totals set events = events - 1, size_bytes = size_bytes - old.size_bytes where camera_id = old.camera_id;');

const createTriggers = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create trigger events_counted after insert on events for each row when ${isCounted('new')} begin ${ADD_NEW} end`.execute(db);
  await sql`create trigger events_recounted after update of camera_id, size_bytes on events for each row
    when (old.camera_id <> new.camera_id or old.size_bytes <> new.size_bytes) and ${isCounted('new')}
    begin ${SUBTRACT_OLD} ${ADD_NEW} end`.execute(db);
  await sql`create trigger events_discounted after delete on events for each row when ${isCounted('old')} begin ${SUBTRACT_OLD} end`.execute(db);
};

/** Version 9. */
export const cameraTotals: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('camera_totals')
      .addColumn('camera_id', 'text', (column) => column.primaryKey())
      .addColumn('events', 'integer', (column) => column.notNull())
      .addColumn('size_bytes', 'integer', (column) => column.notNull())
      .execute();
    // At most one row: every event with a smaller id waits to be counted.
    await db.schema
      .createTable('camera_totals_backlog')
      .addColumn('below_id', 'integer', (column) => column.notNull())
      .execute();
    await createTriggers(db);
    await sql`insert into camera_totals_backlog (below_id) select max(id) + 1 from events having max(id) is not null`.execute(db);
  },
};
