// The gap ledger. A gap is what it says: the same one twice is one.
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Version 2. */
export const gaps: Migration = {
  async up(db): Promise<void> {
    await db.schema
      .createTable('gaps')
      .addColumn('camera_id', 'text', (column) => column.notNull())
      .addColumn('from_ms', 'integer', (column) => column.notNull())
      .addColumn('to_ms', 'integer', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('lost_frames', 'integer', (column) => column.notNull().check(sql`lost_frames >= 0`))
      .addPrimaryKeyConstraint('gaps_key', ['camera_id', 'from_ms', 'reason'])
      .addCheckConstraint('gaps_end_after_start', sql`to_ms >= from_ms`)
      .execute();
    await db.schema.createIndex('gaps_by_end').on('gaps').columns(['camera_id', 'to_ms']).execute();
  },
};
