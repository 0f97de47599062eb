// Logins and machines' tokens in SQLite. A login that was added under an account's stamp is void with it, whoever changes it.
import { sql } from 'kysely';
import type { TokenRecord } from '../../model/account.ts';
import type { WallMs } from '../../model/time.ts';
import { type FoundToken, MOST_LOGINS, type TokenSelection, type TokenStore } from '../../ports/account-store.ts';
import { parseTokenRow, parseUserRow, rowOfToken } from './account-row.ts';
import type { TokensTable } from './schema.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** Most tokens one `list` reads. */
export const TOKEN_LIST_LIMIT = 5000;

/** `TokenStore` over one SQLite file. */
export class SqliteTokenStore implements TokenStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async add(token: TokenRecord): Promise<boolean> {
    const row = rowOfToken(token);
    if (token.kind === 'api') {
      await this.#database.durably("adding a machine's token", () => this.#database.db.insertInto('tokens').values(row).execute());
      return true;
    }
    const columns = Object.keys(row) as (keyof TokensTable)[];
    const values = sql.join(columns.map((column) => sql`${row[column]}`));
    const { numInsertedOrUpdatedRows } = await this.#database.run('adding a login', () =>
      this.#database.db
        .insertInto('tokens')
        .columns(columns)
        .expression(sql`select ${values} from users where name = ${token.user} and stamp = ${token.stamp} and enabled = 1`)
        .executeTakeFirstOrThrow(),
    );
    if (numInsertedOrUpdatedRows !== 1n) return false;
    await this.#endOldest(token.user);
    return true;
  }

  async find(id: string): Promise<FoundToken | undefined> {
    const [token, user] = await this.#database.run('reading a token', async () => {
      const { db } = this.#database;
      const row = await db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined || row.user === null) return [row, undefined];
      return [row, await db.selectFrom('users').selectAll().where('name', '=', row.user).executeTakeFirst()];
    });
    return token && { token: parseTokenRow(token), ...(user === undefined ? {} : { user: parseUserRow(user) }) };
  }

  async list(user?: string): Promise<readonly TokenRecord[]> {
    const rows = await this.#database.run('listing tokens', () => {
      const all = this.#database.db.selectFrom('tokens').selectAll().orderBy('created_ms', 'desc').limit(TOKEN_LIST_LIMIT);
      return (user === undefined ? all : all.where('user', '=', user)).execute();
    });
    return rows.map(parseTokenRow);
  }

  async rotate(id: string, spentId: string, refreshId: string, expiresMs: WallMs): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.durably('renewing a login', () =>
      this.#database.db
        .updateTable('tokens')
        .set({ refresh_id: refreshId, expires_ms: Math.round(expiresMs) })
        .where('id', '=', id)
        .where('refresh_id', '=', spentId)
        .executeTakeFirstOrThrow(),
    );
    return numUpdatedRows === 1n;
  }

  async touch(id: string, atMs: WallMs): Promise<void> {
    await this.#database.run('noting the use of a token', () =>
      this.#database.db
        .updateTable('tokens')
        .set({ last_used_ms: Math.round(atMs) })
        .where('id', '=', id)
        .execute(),
    );
  }

  async delete(which: TokenSelection): Promise<number> {
    const { numDeletedRows } = await this.#database.durably('ending tokens', () => {
      const all = this.#database.db.deleteFrom('tokens');
      if ('id' in which) return all.where('id', '=', which.id).executeTakeFirstOrThrow();
      if ('loginsOf' in which) return all.where('user', '=', which.loginsOf).executeTakeFirstOrThrow();
      return all.where('expires_ms', '<', which.expiredBefore).executeTakeFirstOrThrow();
    });
    return Number(numDeletedRows);
  }

  async #endOldest(user: string): Promise<void> {
    const extra = sql<string>`(select id from tokens where user = ${user} order by created_ms desc, rowid desc limit -1 offset ${MOST_LOGINS})`;
    await this.#database.run('ending the oldest login', () => this.#database.db.deleteFrom('tokens').where('id', 'in', extra).execute());
  }
}
