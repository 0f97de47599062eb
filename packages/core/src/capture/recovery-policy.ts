// What to do after a run ended: how long to wait before the next. Pure.
import type { ErrorCode } from '../errors/codes.ts';

/** What is known when a run has ended. */
export interface RunFacts {
  readonly code: ErrorCode;
  /** How long pictures came; 0 when none did. */
  readonly deliveredMs: number;
  /** Runs before this one that ended without having delivered for `STEADY_MS`. */
  readonly failures: number;
}

/** A run that delivered this long was a good one: start counting anew. */
export const STEADY_MS = 10_000;

const QUICK_MS = 250;
/** A run that delivered this long is worth coming back to at once: every wait is footage lost. */
const WORTH_MS = 2000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const LONGEST_WAIT_DELIVERING_MS = 2000;
const JITTER = 0.2;

/**
 * How long to wait before connecting again, in milliseconds.
 *
 * 1. A stream that changed is opened again at once: the camera is there. One that changes again and again is not believed.
 * 2. A camera that delivered pictures comes back quickly, however often it drops: 0.25 s later after 2 s of pictures, at most 2 s after less.
 * 3. One that did not is asked ever less often: 1 s, 2 s, 4 s … 30 s, ± 20 % so that a site's cameras don't come in step.
 *
 * @param random - 0…1.
 */
export function waitBeforeNextRun(facts: RunFacts, random: number): number {
  if (facts.code === 'CAPTURE_STREAM_CHANGED' && facts.failures === 0) return 0;
  const spread = 1 + JITTER * (2 * random - 1);
  if (facts.deliveredMs >= WORTH_MS) return QUICK_MS * spread;
  if (facts.deliveredMs > 0) return Math.min(LONGEST_WAIT_DELIVERING_MS, QUICK_MS * 2 ** Math.min(facts.failures, 10)) * spread;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(facts.failures, 10)) * spread;
}

/** Runs in a row whose first key picture disagreed before the announcement is no longer believed: once may be a camera that was just set up anew. */
const DISAGREEMENTS = 2;

/** Whether the next run takes its track from the stream itself, because the camera keeps announcing another one than it sends. */
export const takesInBand = (disagreements: number): boolean => disagreements >= DISAGREEMENTS;
