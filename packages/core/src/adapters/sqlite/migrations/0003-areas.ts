// Storage areas: which disk was seen where.
import type { Migration } from 'kysely/migration';

/** Version 3. */
export const areas: Migration = {
  async up(db): Promise<void> {
    await db.schema
      .createTable('areas')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('identity', 'text', (column) => column.notNull())
      .addColumn('path', 'text', (column) => column.notNull())
      .execute();
  },
};
