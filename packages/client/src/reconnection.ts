// How long to wait before the next try: longer each time, and never the same for everybody at once.

/** Bounds of the wait. */
export interface ReconnectionLimits {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Waits between tries of one connection. */
export class Reconnection {
  readonly #limits: ReconnectionLimits;
  readonly #random: () => number;
  #failures = 0;

  /** @param random - 0…1, uniformly. */
  constructor(limits: ReconnectionLimits, random: () => number = Math.random) {
    this.#limits = limits;
    this.#random = random;
  }

  /** It works again: the next wait is the first. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Milliseconds until the next try: between half of the doubled wait and all of it, or what was asked for where that is longer. */
  nextMs(atLeastMs = 0): number {
    const fullMs = Math.min(this.#limits.longestMs, this.#limits.firstMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    return Math.max(atLeastMs, fullMs * (0.5 + this.#random() / 2));
  }
}

/** Resolves after `ms`, or at once when `signal` aborts. */
export const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
