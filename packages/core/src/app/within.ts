// Waiting with a bound, in the time of a clock.
import type { Clock } from '../ports/clock.ts';

/** Waits for a job, but no longer than so many milliseconds; the job goes on by itself. @returns Whether it was done in time. */
export async function within(clock: Pick<Clock, 'sleep'>, ms: number, job: Promise<unknown>): Promise<boolean> {
  const enough = new AbortController();
  try {
    return await Promise.race([job.then(() => true), clock.sleep(ms, enough.signal).then(() => false)]);
  } finally {
    enough.abort();
  }
}
