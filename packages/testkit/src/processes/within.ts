// Waiting with a bound, so that a test says what did not happen instead of hanging.

const LOOK_EVERY_MS = 10;

/** A promise and its two ends. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

export function deferred<T>(): Deferred<T> {
  let ends: Omit<Deferred<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    ends = { resolve, reject };
  });
  return { promise, ...(ends as unknown as Omit<Deferred<T>, 'promise'>) };
}

/** What `work` gives. @throws Error naming `what` after `limitMs`. */
export async function within<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  const tooLate = deferred<never>();
  const timer = setTimeout(() => tooLate.reject(new Error(`${what} took longer than ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([work, tooLate.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks every 10 ms until `look` finds something. @throws Error that `what` words after `limitMs`; what `look` throws. */
export async function until<T>(limitMs: number, what: () => string, look: () => T | undefined): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`within ${limitMs} ms this was not so: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
