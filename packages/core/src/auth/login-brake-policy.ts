// How long whoever failed to log in has to wait. Pure: times come from outside.

/** How much guessing is let pass. */
export interface BrakeLimits {
  /** Failures without a wait. */
  readonly free: number;
  /** The first wait; each failure after it doubles the wait. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** After so long without a failure everything is forgotten. */
  readonly forgetAfterMs: number;
}

/** Of an address: behind a proxy or a router many people have the same one. */
export const ADDRESS_LIMITS: BrakeLimits = { free: 20, firstWaitMs: 1000, longestWaitMs: 900_000, forgetAfterMs: 3_600_000 };

/** Of an account: whoever guesses from many addresses must not keep its owner out for long. */
export const ACCOUNT_LIMITS: BrakeLimits = { free: 5, firstWaitMs: 1000, longestWaitMs: 60_000, forgetAfterMs: 3_600_000 };

/** Failures so far. */
export interface Failures {
  readonly count: number;
  /** When the last one began, monotonic. */
  readonly lastMs: number;
}

/** How long to wait yet; 0: not at all. */
export function heldMs(failures: Failures | undefined, limits: BrakeLimits, nowMs: number): number {
  const remembered = stillKnown(failures, limits, nowMs);
  if (remembered === undefined || remembered.count < limits.free) return 0;
  const waitMs = Math.min(limits.longestWaitMs, limits.firstWaitMs * 2 ** Math.min(40, remembered.count - limits.free));
  return Math.max(0, remembered.lastMs + waitMs - nowMs);
}

/** With one more. */
export const oneMore = (failures: Failures | undefined, limits: BrakeLimits, nowMs: number): Failures => ({
  count: (stillKnown(failures, limits, nowMs)?.count ?? 0) + 1,
  lastMs: nowMs,
});

/** Without the one that turned out to be none; `undefined` where none is left. */
export const oneLess = (failures: Failures | undefined): Failures | undefined =>
  failures === undefined || failures.count <= 1 ? undefined : { ...failures, count: failures.count - 1 };

const stillKnown = (failures: Failures | undefined, limits: BrakeLimits, nowMs: number): Failures | undefined =>
  failures === undefined || nowMs - failures.lastMs > limits.forgetAfterMs ? undefined : failures;
