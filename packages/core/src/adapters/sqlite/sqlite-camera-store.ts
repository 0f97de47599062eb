// Cameras that were added while the recorder ran, as JSON.
import type { CameraStore, StoredCamera } from '../../ports/camera-store.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** `CameraStore` over one SQLite file. */
export class SqliteCameraStore implements CameraStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async list(): Promise<readonly StoredCamera[]> {
    const rows = await this.#database.run('reading the cameras', () =>
      this.#database.db.selectFrom('cameras').select(['id', 'settings', 'provisioned']).orderBy('number').execute(),
    );
    return rows.map(({ id, settings, provisioned }) => ({ id, settings: JSON.parse(settings) as unknown, provisioned: provisioned === 1 }));
  }

  async put({ id, settings, provisioned }: StoredCamera): Promise<void> {
    const values = { settings: JSON.stringify(settings), provisioned: provisioned ? 1 : 0 };
    await this.#database.durably(`writing camera ${id}`, () =>
      this.#database.db
        .insertInto('cameras')
        .values({ id, ...values })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
        .execute(),
    );
  }

  async delete(id: string): Promise<void> {
    await this.#database.durably(`deleting camera ${id}`, () => this.#database.db.deleteFrom('cameras').where('id', '=', id).execute());
  }
}
