// How many different refusals are written one by one: as many of each sort, and no network has more than its part of them.

/** Refusals of a sort that are written at once, and one more each so often. */
export const REFUSAL_BURST = 100;
const REFILL_MS = 2000;
/** The same for a single network. */
export const NETWORK_BURST = 20;
const NETWORK_REFILL_MS = 60_000;

interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

const filled = (bucket: Bucket | undefined, most: number, refillMs: number, nowMs: number): number =>
  bucket === undefined ? most : Math.min(most, bucket.left + (nowMs - bucket.atMs) / refillMs);

/** The allowance of one sort of refusals. */
export class RefusalAllowance {
  #all: Bucket | undefined;
  /** Of networks that took something; few, since each of it was taken from `#all` too. */
  readonly #networks = new Map<string, Bucket>();

  /** Takes one, or says that there is none. @param nowMs - Monotonic. */
  take(network: string, nowMs: number): boolean {
    const ofNetwork = filled(this.#networks.get(network), NETWORK_BURST, NETWORK_REFILL_MS, nowMs);
    const ofAll = filled(this.#all, REFUSAL_BURST, REFILL_MS, nowMs);
    if (ofNetwork < 1 || ofAll < 1) return false;
    this.#networks.set(network, { left: ofNetwork - 1, atMs: nowMs });
    this.#all = { left: ofAll - 1, atMs: nowMs };
    return true;
  }

  /** Forgets networks that have their whole part again. */
  tidy(nowMs: number): void {
    for (const [network, bucket] of this.#networks)
      if (filled(bucket, NETWORK_BURST, NETWORK_REFILL_MS, nowMs) >= NETWORK_BURST) this.#networks.delete(network);
  }

  /** Networks that are remembered. */
  get size(): number {
    return this.#networks.size;
  }
}
