// The database for commands that run beside the recorder.
import { existsSync } from 'node:fs';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { SqliteDatabase } from '../adapters/sqlite/sqlite-database.ts';
import type { Config } from '../config/config.ts';
import { RecorderError } from '../errors/recorder-error.ts';

/** How long a command waits for the recorder's lock before it gives up, in ms; one try is much shorter. */
const PATIENCE_MS = 3000;
const PAUSE_MS = 50;

/**
 * Opens the database of a configuration. It is made only where it was lost and is to be rebuilt from what is on disk; where
 * nothing was recorded there is nothing to show.
 *
 * @throws RecorderError `DATABASE_FAILED`, `DATABASE_TOO_NEW`, or `DATABASE_BUSY` after 3 s.
 */
export async function openDatabase({ database: { file } }: Config, signal: AbortSignal, rebuild = false): Promise<SqliteDatabase> {
  if (!existsSync(file) && !rebuild)
    throw new RecorderError(
      'DATABASE_FAILED',
      `there is no database at ${file}: nothing was recorded with this configuration yet, or it was lost (nightjar check --repair rebuilds it)`,
    );
  const deadline = systemClock.monotonic() + PATIENCE_MS;
  for (;;) {
    try {
      return await SqliteDatabase.open(file);
    } catch (error) {
      const isBusy = RecorderError.of(error, 'DATABASE_BUSY') !== undefined;
      if (!isBusy || signal.aborted || systemClock.monotonic() >= deadline) throw error;
      await systemClock.sleep(PAUSE_MS, signal);
    }
  }
}
