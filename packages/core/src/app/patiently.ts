// Writing for a person who waits: a database that another program holds is asked again for a moment.
import { RecorderError } from '../errors/recorder-error.ts';
import type { Clock } from '../ports/clock.ts';

const WITHIN_MS = 3000;
const AGAIN_MS = 50;

/** Does it, and again within 3 s while the database is busy. @throws RecorderError Whatever it rejected with last. */
export async function patiently<T>(clock: Pick<Clock, 'monotonic' | 'sleep'>, write: () => Promise<T>): Promise<T> {
  const deadlineMs = clock.monotonic() + WITHIN_MS;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (RecorderError.of(error, 'DATABASE_BUSY') === undefined || clock.monotonic() >= deadlineMs) throw error;
      await clock.sleep(AGAIN_MS);
    }
  }
}
