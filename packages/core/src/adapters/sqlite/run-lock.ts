// One recorder per database: a lock that the operating system lets go of when its holder dies, however it dies.
// Node has no file locks; SQLite has, so an empty database beside the real one is locked.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { RecorderError } from '../../errors/recorder-error.ts';
import { databaseError } from './sqlite-error.ts';

const lockFile = (databaseFile: string): string => `${databaseFile}.lock`;

/** Takes the lock; `undefined` where somebody has it. */
function tryLock(databaseFile: string): Database.Database | undefined {
  let raw: Database.Database | undefined;
  try {
    mkdirSync(dirname(databaseFile), { recursive: true });
    raw = new Database(lockFile(databaseFile), { timeout: 0 });
    raw.exec('BEGIN EXCLUSIVE');
    return raw;
  } catch (error) {
    raw?.close();
    const failure = databaseError(error, `locking ${lockFile(databaseFile)}`);
    if (failure.code === 'DATABASE_BUSY') return undefined;
    throw failure;
  }
}

/** Held by a recorder from its start to its end. */
export class RunLock {
  readonly #raw: Database.Database;

  private constructor(raw: Database.Database) {
    this.#raw = raw;
  }

  /** Takes the lock of a database. @throws RecorderError `ALREADY_RUNNING` where another process has it, `DATABASE_FAILED`. */
  static acquire(databaseFile: string): RunLock {
    const raw = tryLock(databaseFile);
    if (raw === undefined) throw new RecorderError('ALREADY_RUNNING', `another recorder uses the database ${databaseFile}`);
    return new RunLock(raw);
  }

  /** Whether a recorder holds the lock of a database right now. @throws RecorderError `DATABASE_FAILED`. */
  static isHeld(databaseFile: string): boolean {
    const raw = tryLock(databaseFile);
    raw?.close();
    return raw === undefined;
  }

  /** Lets go of it. Repeating it is fine. */
  release(): void {
    this.#raw.close();
  }
}
