// Whether events are worth an alarm. Those from before are: nothing could be disarmed.
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Version 8. */
export const armed: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable('events')
      .addColumn('armed', 'integer', (column) => column.notNull().defaultTo(1).check(sql`armed in (0, 1)`))
      .execute();
  },
};
