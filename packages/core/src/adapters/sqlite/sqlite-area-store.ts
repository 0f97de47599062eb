// What the database knows of storage areas.
import type { AreaStore } from '../../ports/event-store.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** `AreaStore` over one SQLite file. */
export class SqliteAreaStore implements AreaStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async identity(areaId: string): Promise<string | undefined> {
    const row = await this.#database.run(`reading area ${areaId}`, () =>
      this.#database.db.selectFrom('areas').select('identity').where('id', '=', areaId).executeTakeFirst(),
    );
    return row?.identity;
  }

  async remember(areaId: string, identity: string, path: string): Promise<void> {
    await this.#database.durably(`writing area ${areaId}`, () =>
      this.#database.db
        .insertInto('areas')
        .values({ id: areaId, identity, path })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ identity, path }))
        .execute(),
    );
  }
}
