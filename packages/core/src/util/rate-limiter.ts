// So many a second, and some at once, for each of many keys; in bounded memory.

/** What is let pass. */
export interface Rate {
  readonly perSecond: number;
  /** At once, after a while without any. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Keeps account of each key. */
export class RateLimiter {
  readonly #rate: () => Rate;
  readonly #mostKeys: number;
  /** The one that was used longest ago first. */
  readonly #buckets = new Map<string, Bucket>();

  /** @param mostKeys - Of more keys than that the one used longest ago is forgotten: it has most of its burst again. */
  constructor(rate: () => Rate, mostKeys = 1) {
    this.#rate = rate;
    this.#mostKeys = mostKeys;
  }

  /**
   * Takes one if there is one.
   *
   * @param nowMs - Monotonic.
   * @returns 0 where one was taken, else in how many milliseconds there will be one.
   */
  take(nowMs: number, key = ''): number {
    const { perSecond, burst } = this.#rate();
    const before = this.#buckets.get(key);
    this.#buckets.delete(key);
    const tokens = before === undefined ? burst : Math.min(burst, before.tokens + (Math.max(0, nowMs - before.atMs) / 1000) * perSecond);
    // Sums of parts of a token are never exact.
    const isTaken = tokens >= 1 - 1e-9;
    this.#buckets.set(key, { tokens: isTaken ? tokens - 1 : tokens, atMs: nowMs });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > this.#mostKeys && oldest !== undefined) this.#buckets.delete(oldest);
    return isTaken ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000 - 1e-6);
  }
}
