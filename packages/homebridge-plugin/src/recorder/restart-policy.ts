// When a recorder that ended is started again, and how often that is told.

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
/** A recorder that ran for so long did not fail to start. */
const STEADY_MS = 60_000;
const TOLD_EVERY_MS = 600_000;

/** What has happened so far. */
export interface RestartHistory {
  /** Ends without a steady run in between, the last one included. */
  readonly failures: number;
  /** On a clock that never jumps; absent: nothing was told yet of this trouble. */
  readonly toldMs?: number;
}

/** What to do about an end. */
export interface RestartDecision {
  readonly waitMs: number;
  readonly isTold: boolean;
  readonly history: RestartHistory;
}

/**
 * @param ranMs - How long it answered before it ended; 0: never.
 * @param firstMs - To wait after the first end; each further one doubles it, up to a minute.
 */
export function onEnd({ failures, toldMs }: RestartHistory, ranMs: number, nowMs: number, firstMs: number = FIRST_MS): RestartDecision {
  const isFresh = ranMs >= STEADY_MS;
  const count = isFresh ? 1 : failures + 1;
  const isTold = isFresh || toldMs === undefined || nowMs - toldMs >= TOLD_EVERY_MS;
  return {
    waitMs: Math.min(LONGEST_MS, firstMs * 2 ** Math.min(count - 1, 10)),
    isTold,
    history: { failures: count, ...(isTold ? { toldMs: nowMs } : toldMs === undefined ? {} : { toldMs }) },
  };
}
