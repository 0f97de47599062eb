// Waiting in virtual time.
import type { FakeClock } from '@nightjar/testkit';

/** Lets time pass in steps until `job` is settled, or for `mostMs` at most. @returns What came of it. */
export async function passUntilDone<T>(clock: FakeClock, job: Promise<T>, { stepMs = 100, mostMs = 20_000 } = {}): Promise<T> {
  let isDone = false;
  void job.catch(() => undefined).then(() => (isDone = true));
  for (let passedMs = 0; passedMs < mostMs && !isDone; passedMs += stepMs) await clock.advance(stepMs);
  return job;
}
