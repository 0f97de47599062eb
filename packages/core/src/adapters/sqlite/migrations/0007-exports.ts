// Exports that were asked for over the API. Ids are never given twice, so that an address never means another file.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Version 7. */
export const exports: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('exports')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('camera_id', 'text', (column) => column.notNull())
      .addColumn('camera_name', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull().check(sql`state in ('queued', 'running', 'done', 'failed', 'cancelled')`))
      .addColumn('is_span', 'integer', (column) => column.notNull().check(sql`is_span in (0, 1)`))
      .addColumn('events', 'text', (column) => column.notNull().check(sql`json_valid(events)`))
      .addColumn('from_ms', 'integer', (column) => column.notNull())
      .addColumn('to_ms', 'integer', (column) => column.notNull())
      .addColumn('created_ms', 'integer', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('finished_ms', 'integer')
      .addColumn('file', 'text', (column) => column.check(sql`file is null or json_valid(file)`))
      .addColumn('error', 'text', (column) => column.check(sql`error is null or json_valid(error)`))
      .execute();
  },
};
