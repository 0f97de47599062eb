// Cameras and settings that were added or changed while the recorder ran.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Version 6. */
export const cameras: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('cameras')
      .addColumn('number', 'integer', (column) => column.primaryKey())
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('settings', 'text', (column) => column.notNull().check(sql`json_valid(settings)`))
      .addColumn('provisioned', 'integer', (column) => column.notNull().check(sql`provisioned in (0, 1)`))
      .execute();
    await db.schema
      .createTable('settings')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull().check(sql`json_valid(value)`))
      .execute();
  },
};
