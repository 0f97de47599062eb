// Keeps prepared statements: Kysely asks for one with every query, and parsing the same SQL again costs more than most queries.
import type Database from 'better-sqlite3';

/** Different statements the recorder has; each one kept costs a few KiB. */
const MOST_STATEMENTS = 64;

/** What Kysely needs of a database, with the statements used last kept. They are not for `iterate`: one statement reads one result at a time. */
export class StatementCache {
  readonly #database: Database.Database;
  readonly #most: number;
  /** By their SQL, the one that was used longest ago first. */
  readonly #statements = new Map<string, Database.Statement<unknown[]>>();

  constructor(database: Database.Database, most = MOST_STATEMENTS) {
    this.#database = database;
    this.#most = most;
  }

  /** How many are kept. */
  get size(): number {
    return this.#statements.size;
  }

  /** The statement for this SQL; SQLite itself prepares it anew where the schema has changed since. */
  prepare(sql: string): Database.Statement<unknown[]> {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.delete(sql);
    this.#statements.set(sql, statement);
    const [oldest] = this.#statements.keys();
    if (this.#statements.size > this.#most && oldest !== undefined) this.#statements.delete(oldest);
    return statement;
  }

  /** Closes the database. */
  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}
