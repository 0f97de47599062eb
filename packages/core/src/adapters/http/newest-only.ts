// Drops what a slow reader has no time for: the next thing read is always the newest.

/** What comes out of `source`, without what became old before it was asked for. Reads `source` without pause until `signal` aborts. */
export async function* newestOnly<T>(source: AsyncIterator<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  let newest: { readonly value: T } | undefined;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let wake: (() => void) | undefined;
  const pump = async (): Promise<void> => {
    try {
      for (;;) {
        const { done, value } = await source.next();
        if (done === true || signal.aborted) break;
        newest = { value };
        wake?.();
      }
    } catch (error) {
      failure = { error };
    }
    ended = true;
    wake?.();
  };
  const stop = (): void => wake?.();
  signal.addEventListener('abort', stop, { once: true });
  const pumped = pump();
  try {
    while (!signal.aborted) {
      if (newest !== undefined) {
        const { value } = newest;
        newest = undefined;
        yield value;
      } else if (ended) {
        await pumped;
        if (failure !== undefined) throw failure.error;
        return;
      } else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // A source that waits for its next piece ends when it comes, or with the signal; nobody waits for that.
    source.return?.().catch(() => undefined);
  }
}
