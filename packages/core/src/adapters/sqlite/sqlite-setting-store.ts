// Settings that were changed while the recorder ran, as JSON.
import type { SettingStore } from '../../ports/camera-store.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** `SettingStore` over one SQLite file. */
export class SqliteSettingStore implements SettingStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async all(): Promise<ReadonlyMap<string, unknown>> {
    const rows = await this.#database.run('reading the settings', () => this.#database.db.selectFrom('settings').selectAll().execute());
    return new Map(rows.map(({ name, value }) => [name, JSON.parse(value) as unknown]));
  }

  async put(name: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    await this.#database.durably(`writing setting ${name}`, () =>
      this.#database.db
        .insertInto('settings')
        .values({ name, value: text })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: text }))
        .execute(),
    );
  }

  async delete(name: string): Promise<void> {
    await this.#database.durably(`deleting setting ${name}`, () => this.#database.db.deleteFrom('settings').where('name', '=', name).execute());
  }
}
