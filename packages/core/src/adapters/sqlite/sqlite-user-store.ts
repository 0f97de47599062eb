// Accounts in SQLite. What must hold for all of them is part of the statement that could break it.
import { type RawBuilder, sql } from 'kysely';
import { isAdmin, type UserRecord } from '../../model/account.ts';
import type { WallMs } from '../../model/time.ts';
import { MOST_USERS, type UserStore } from '../../ports/account-store.ts';
import { parseUserRow, rowOfUser } from './account-row.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** `UserStore` over one SQLite file. */
export class SqliteUserStore implements UserStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async get(name: string): Promise<UserRecord | undefined> {
    const row = await this.#database.run('reading an account', () =>
      this.#database.db.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst(),
    );
    return row && parseUserRow(row);
  }

  async list(): Promise<readonly UserRecord[]> {
    const rows = await this.#database.run('listing accounts', () =>
      this.#database.db.selectFrom('users').selectAll().orderBy('name').limit(MOST_USERS).execute(),
    );
    return rows.map(parseUserRow);
  }

  async add(user: UserRecord): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database.durably('adding an account', () =>
      this.#database.db
        .insertInto('users')
        .values(rowOfUser(user))
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirstOrThrow(),
    );
    return numInsertedOrUpdatedRows === 1n;
  }

  async replace(user: UserRecord): Promise<'done' | 'stale' | 'last-admin'> {
    const { name, created_ms: _created, last_login_ms: _login, ...columns } = rowOfUser(user);
    const { numUpdatedRows } = await this.#database.durably('changing an account', () => {
      const update = this.#database.db
        .updateTable('users')
        .set({ ...columns, revision: user.revision + 1 })
        .where('name', '=', name)
        .where('revision', '=', user.revision);
      return (isAdmin(user) ? update : update.where(isDispensable(name))).executeTakeFirstOrThrow();
    });
    if (numUpdatedRows === 1n) return 'done';
    return (await this.get(name))?.revision === user.revision ? 'last-admin' : 'stale';
  }

  async delete(name: string): Promise<'done' | 'unknown' | 'last-admin'> {
    const { numDeletedRows } = await this.#database.durably('deleting an account', () =>
      this.#database.db.deleteFrom('users').where('name', '=', name).where(isDispensable(name)).executeTakeFirstOrThrow(),
    );
    if (numDeletedRows === 1n) return 'done';
    return (await this.get(name)) === undefined ? 'unknown' : 'last-admin';
  }

  async sawLogin(name: string, atMs: WallMs): Promise<void> {
    await this.#database.run('noting a login', () =>
      this.#database.db
        .updateTable('users')
        .set({ last_login_ms: Math.round(atMs) })
        .where('name', '=', name)
        .execute(),
    );
  }
}

/** Whether the account does not administer the recorder, or another one does too. */
const isDispensable = (name: string): RawBuilder<boolean> =>
  sql<boolean>`(is_admin = 0 or exists (select 1 from users as other where other.is_admin = 1 and other.name <> ${name}))`;
