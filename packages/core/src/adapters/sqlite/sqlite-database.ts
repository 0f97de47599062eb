// Opens and closes the SQLite file, owns its pragmas, and maps its errors.
// Calls are synchronous underneath and this process reads camera pipes too: every wait here is kept short.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { RecorderError } from '../../errors/recorder-error.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { keepPrivate } from './private-file.ts';
import type { Schema } from './schema.ts';
import { databaseError } from './sqlite-error.ts';
import { StatementCache } from './statement-cache.ts';

/** Longest a call waits for another program's lock; the caller tries again later, the event loop must not stand still. */
export const BUSY_TIMEOUT_MS = 20;

/** Pages (4 KiB) of log after which a commit also checkpoints: at most 1 MiB to copy and sync at once, also on an SD card. */
const AUTO_CHECKPOINT_PAGES = 256;

/** How often what was committed is synced to the disk, so that a power cut costs at most this much of the non-durable rows. */
const CHECKPOINT_INTERVAL_MS = 30_000;

const MIGRATION_TABLE = 'schema_migrations';

/** What may be set when opening. */
export interface SqliteDatabaseOptions {
  /** Sees every statement that was run, for logs and measuring; parameters may be private. */
  onQuery?(sql: string, parameters: readonly unknown[]): void;
}

/**
 * An open database.
 *
 * Commits are `synchronous = NORMAL`: the file is always consistent, and after a power cut rows since the last
 * checkpoint may be missing, which the event files and the journal make good. What nothing can make good
 * (ids handed out, the last state of an event) goes through `durably`, which syncs before it resolves.
 */
export class SqliteDatabase {
  readonly db: Kysely<Schema>;
  readonly #raw: Database.Database;
  readonly #statements: StatementCache;
  readonly #timer: NodeJS.Timeout;
  readonly #onQuery: SqliteDatabaseOptions['onQuery'];
  #durable = 0;
  #changes = 0;

  private constructor(raw: Database.Database, options: SqliteDatabaseOptions) {
    this.#raw = raw;
    this.#statements = new StatementCache(raw);
    this.#onQuery = options.onQuery;
    this.db = new Kysely<Schema>({
      dialect: new SqliteDialect({ database: this.#statements }),
      log: (entry) => options.onQuery?.(entry.query.sql, entry.query.parameters),
    });
    this.#timer = setInterval(() => this.checkpoint(), CHECKPOINT_INTERVAL_MS);
    this.#timer.unref();
  }

  /**
   * Opens (and creates) the file and brings its schema up to date.
   *
   * @param path - The file; its directory is made. `:memory:` for a database that lives as long as this object.
   * @throws RecorderError `DATABASE_TOO_NEW`, `DATABASE_BUSY`, `DATABASE_FAILED`.
   */
  static async open(path: string, options: SqliteDatabaseOptions = {}): Promise<SqliteDatabase> {
    let raw: Database.Database | undefined;
    let opened: SqliteDatabase | undefined;
    try {
      if (path !== ':memory:') {
        mkdirSync(dirname(path), { recursive: true });
        keepPrivate(path);
      }
      raw = new Database(path, { timeout: BUSY_TIMEOUT_MS });
      raw.pragma('journal_mode = WAL');
      raw.pragma('synchronous = NORMAL');
      raw.pragma('foreign_keys = ON');
      raw.pragma(`wal_autocheckpoint = ${AUTO_CHECKPOINT_PAGES}`);
      opened = new SqliteDatabase(raw, options);
      await opened.#migrate(path);
      return opened;
    } catch (error) {
      if (opened) clearInterval(opened.#timer);
      raw?.close();
      throw databaseError(error, `opening the database ${path}`);
    }
  }

  /** Runs a query and maps what it throws. */
  async run<T>(what: string, query: () => Promise<T>): Promise<T> {
    try {
      return await query();
    } catch (error) {
      throw databaseError(error, what);
    }
  }

  /**
   * Rows of one statement, at once: for what is asked hundreds of times for one answer, where building a query each time would take
   * longer than running it.
   *
   * @param statement - A constant text; values are parameters.
   */
  read<Row>(statement: string, parameters: readonly unknown[]): readonly Row[] {
    this.#onQuery?.(statement, parameters);
    return this.#statements.prepare(statement).all(...parameters) as Row[];
  }

  /** Runs one statement that changes something, at once, as `read`. */
  change(statement: string, parameters: readonly unknown[]): void {
    this.#onQuery?.(statement, parameters);
    this.#statements.prepare(statement).run(...parameters);
  }

  /** Runs `work`, which must not wait for anything, as one transaction. */
  atOnce<T>(work: () => T): T {
    return this.#raw.transaction(work).immediate();
  }

  /** As `run`, and what was written survives a power cut once it resolves. */
  async durably<T>(what: string, query: () => Promise<T>): Promise<T> {
    return this.run(what, async () => {
      if (this.#durable === 0) this.#raw.pragma('synchronous = FULL');
      this.#durable += 1;
      try {
        return await query();
      } finally {
        this.#durable -= 1;
        if (this.#durable === 0 && this.#raw.open) this.#raw.pragma('synchronous = NORMAL');
      }
    });
  }

  /** Copies the log into the file as far as nobody is in the way; never waits, never throws. */
  checkpoint(): void {
    if (!this.#raw.open) return;
    try {
      const changes = Number(this.#raw.prepare('select total_changes()').pluck().get());
      if (changes === this.#changes) return;
      this.#raw.pragma('wal_checkpoint(PASSIVE)');
      this.#changes = changes;
    } catch {
      // The next interval, or the close, tries again; nothing is lost by a longer log.
    }
  }

  /** Writes a copy of the whole database to a new file, without stopping writers. @throws RecorderError `DATABASE_FAILED`. */
  async backup(path: string): Promise<void> {
    keepPrivate(path);
    await this.run(`copying the database to ${path}`, () => this.#raw.backup(path));
  }

  /** Empties the log into the file and closes it. Repeating it is fine. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#raw.open) return;
    try {
      this.#raw.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // Another program reads: the log stays and is read at the next open.
    }
    await this.db.destroy();
    // Kysely closes only what it has used.
    if (this.#raw.open) this.#raw.close();
  }

  /** Under SQLite's own write lock: two programs may open a new file at once, and Kysely's lock table keeps neither out. */
  async #migrate(path: string): Promise<void> {
    if (await this.#isUpToDate(path)) return;
    this.#raw.exec('begin immediate');
    try {
      if (!(await this.#isUpToDate(path))) await this.#applyMigrations();
      this.#raw.exec('commit');
    } catch (error) {
      if (this.#raw.inTransaction) this.#raw.exec('rollback');
      throw error;
    }
  }

  async #applyMigrations(): Promise<void> {
    const migrator = new Migrator({
      db: this.db,
      provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
      migrationTableName: MIGRATION_TABLE,
      migrationLockTableName: `${MIGRATION_TABLE}_lock`,
      disableTransactions: true,
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
  }

  /** @throws RecorderError `DATABASE_TOO_NEW`. */
  async #isUpToDate(path: string): Promise<boolean> {
    const { rows: tables } = await sql`select name from sqlite_master where type = 'table' and name = ${MIGRATION_TABLE}`.execute(this.db);
    if (tables.length === 0) return false;
    const { rows } = await sql<{ name: string }>`select name from ${sql.table(MIGRATION_TABLE)}`.execute(this.db);
    const unknown = rows.find((row) => !(row.name in MIGRATIONS));
    if (unknown) throw new RecorderError('DATABASE_TOO_NEW', `the database ${path} has the unknown migration ${unknown.name}`);
    return rows.length === Object.keys(MIGRATIONS).length;
  }
}
