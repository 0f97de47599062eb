// The database is for the recorder alone: it names who came and went, and when.
import { chmodSync, closeSync, constants, openSync } from 'node:fs';

const PRIVATE_MODE = 0o600;

/** What SQLite writes beside a database. It gives new ones the database's own mode. */
const BESIDE: readonly string[] = ['', '-wal', '-shm', '-journal'];

/**
 * Makes a database file that only its owner may read, or makes one that is there so, with what is beside it.
 *
 * Never throws: what is in the way here is in SQLite's way too, and it says so better; a file of another user stays as it is.
 */
export function keepPrivate(path: string): void {
  try {
    // Never opened when it is there: closing it would drop the locks that SQLite holds on it in this process.
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, PRIVATE_MODE));
  } catch {
    for (const suffix of BESIDE) restrict(`${path}${suffix}`);
  }
}

function restrict(path: string): void {
  try {
    chmodSync(path, PRIVATE_MODE);
  } catch {
    // Not there, or not ours.
  }
}
