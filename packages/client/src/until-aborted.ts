// Waiting that ends with a signal, for work that is shared or cannot be stopped.

/** Begins work and waits for it. @throws the signal's reason as soon as that aborts, while what has begun goes on; nothing begins where it has aborted already. */
export async function untilAborted<T>(begin: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  signal?.throwIfAborted();
  const work = begin();
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
