// Exports, and what is known of their files.
import type { Insertable, Selectable } from 'kysely';
import type { ExportRecord, ExportState } from '../../model/export.ts';
import type { ExportId } from '../../model/ids.ts';
import { wallMs } from '../../model/time.ts';
import type { ExportStore } from '../../ports/export-store.ts';
import type { ExportsTable } from './schema.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** `ExportStore` over one SQLite file. */
export class SqliteExportStore implements ExportStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async add(facts: Omit<ExportRecord, 'id'>): Promise<ExportRecord> {
    const { id } = await this.#database.durably('writing an export', () =>
      this.#database.db.insertInto('exports').values(rowOf(facts)).returning('id').executeTakeFirstOrThrow(),
    );
    return { id, ...facts };
  }

  async update({ id, ...facts }: ExportRecord): Promise<void> {
    await this.#database.durably(`writing export ${id}`, () => this.#database.db.updateTable('exports').set(rowOf(facts)).where('id', '=', id).execute());
  }

  async list(): Promise<readonly ExportRecord[]> {
    const rows = await this.#database.run('reading the exports', () => this.#database.db.selectFrom('exports').selectAll().orderBy('id').execute());
    return rows.map(recordOf);
  }

  async delete(id: ExportId): Promise<void> {
    await this.#database.durably(`deleting export ${id}`, () => this.#database.db.deleteFrom('exports').where('id', '=', id).execute());
  }
}

const rowOf = (facts: Omit<ExportRecord, 'id'>): Insertable<ExportsTable> => ({
  camera_id: facts.cameraId,
  camera_name: facts.cameraName,
  name: facts.name,
  state: facts.state,
  is_span: facts.isSpan ? 1 : 0,
  events: JSON.stringify(facts.events),
  from_ms: facts.fromMs,
  to_ms: facts.toMs,
  created_ms: facts.createdMs,
  created_by: facts.createdBy,
  finished_ms: facts.finishedMs ?? null,
  file: facts.file === undefined ? null : JSON.stringify(facts.file),
  error: facts.error === undefined ? null : JSON.stringify(facts.error),
});

const recordOf = (row: Selectable<ExportsTable>): ExportRecord => ({
  id: row.id,
  cameraId: row.camera_id,
  cameraName: row.camera_name,
  name: row.name,
  state: row.state as ExportState,
  isSpan: row.is_span === 1,
  events: JSON.parse(row.events) as ExportRecord['events'],
  fromMs: wallMs(row.from_ms),
  toMs: wallMs(row.to_ms),
  createdMs: wallMs(row.created_ms),
  createdBy: row.created_by,
  ...(row.finished_ms === null ? {} : { finishedMs: wallMs(row.finished_ms) }),
  ...(row.file === null ? {} : { file: JSON.parse(row.file) as NonNullable<ExportRecord['file']> }),
  ...(row.error === null ? {} : { error: JSON.parse(row.error) as NonNullable<ExportRecord['error']> }),
});
