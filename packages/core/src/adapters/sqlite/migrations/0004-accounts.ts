// Accounts, their tokens, and the audit log. Names are ASCII and compared without regard to case.
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const ROLE = sql`role in ('admin', 'operator', 'viewer')`;

/** Version 4. */
export const accounts: Migration = {
  async up(db): Promise<void> {
    await db.schema
      .createTable('users')
      .addColumn('name', sql`text collate nocase`, (column) => column.primaryKey().notNull())
      .addColumn('password_hash', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull().check(ROLE))
      .addColumn('permissions', 'text', (column) => column.check(sql`permissions is null or json_valid(permissions)`))
      .addColumn('cameras', 'text', (column) => column.check(sql`cameras is null or json_valid(cameras)`))
      .addColumn('enabled', 'integer', (column) => column.notNull().check(sql`enabled in (0, 1)`))
      .addColumn('is_admin', 'integer', (column) => column.notNull().check(sql`is_admin in (0, 1)`))
      .addColumn('created_ms', 'integer', (column) => column.notNull())
      .addColumn('last_login_ms', 'integer')
      .addColumn('stamp', 'text', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('users_by_admin').on('users').column('is_admin').execute();
    await db.schema
      .createTable('tokens')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('kind', 'text', (column) => column.notNull().check(sql`kind in ('login', 'api')`))
      .addColumn('name', 'text')
      .addColumn('user', sql`text collate nocase`, (column) => column.references('users.name').onDelete('cascade'))
      .addColumn('stamp', 'text')
      .addColumn('refresh_id', 'text')
      .addColumn('address', 'text')
      .addColumn('secret_hash', 'text')
      .addColumn('role', 'text', (column) => column.check(sql`role is null or ${ROLE}`))
      .addColumn('cameras', 'text', (column) => column.check(sql`cameras is null or json_valid(cameras)`))
      .addColumn('created_by', 'text')
      .addColumn('created_ms', 'integer', (column) => column.notNull())
      .addColumn('expires_ms', 'integer')
      .addColumn('last_used_ms', 'integer')
      .addCheckConstraint(
        'tokens_are_whole',
        sql`(kind = 'login' and user is not null and stamp is not null and refresh_id is not null and expires_ms is not null)
         or (kind = 'api' and user is null and name is not null and secret_hash is not null and role is not null)`,
      )
      .execute();
    await db.schema.createIndex('tokens_by_user').on('tokens').columns(['user', 'created_ms']).execute();
    await db.schema.createIndex('tokens_by_creation').on('tokens').column('created_ms').execute();
    await db.schema.createIndex('tokens_by_expiry').on('tokens').column('expires_ms').execute();
    await db.schema
      .createTable('audit')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('at_ms', 'integer', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('is_refusal', 'integer', (column) => column.notNull().check(sql`is_refusal in (0, 1)`))
      .addColumn('name', 'text')
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('count', 'integer', (column) => column.notNull().check(sql`count > 0`))
      .execute();
    await db.schema.createIndex('audit_by_refusal').on('audit').columns(['is_refusal', 'id']).execute();
    await db.schema.createIndex('audit_by_time').on('audit').column('at_ms').execute();
  },
};
