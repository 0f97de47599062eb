// Waiting with a bound, in the time of a clock.

/** What time is waited in. */
export interface Sleeper {
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Waits for a job, but no longer than so many milliseconds; the job goes on by itself.
 *
 * @param signal - Whoever waits has enough when it aborts.
 * @returns Whether it was done in time.
 */
export async function within(clock: Sleeper, ms: number, job: Promise<unknown>, signal?: AbortSignal): Promise<boolean> {
  const enough = new AbortController();
  const stop = (): void => enough.abort();
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([job.then(() => true), clock.sleep(ms, enough.signal).then(() => false)]);
  } finally {
    stop();
    signal?.removeEventListener('abort', stop);
  }
}
