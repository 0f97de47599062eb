// Waiting that can be ended.

/** Resolves after `ms`, or at once when `signal` aborts. It keeps the process alive meanwhile, unless `isIdle`. */
export function pause(ms: number, signal: AbortSignal, { isIdle = false } = {}): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    if (isIdle) timer.unref();
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}
