// Time, so that tests can own it.
import type { MonotonicMs, WallMs } from '../model/time.ts';

/** The only way to the time and to waiting. */
export interface Clock {
  /** Calendar time; may jump. */
  wall(): WallMs;
  /** Never jumps; only differences mean anything. */
  monotonic(): MonotonicMs;
  /** Resolves after `ms`, or at once when `signal` aborts (it does not reject). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `callback` once after `ms`; the returned function cancels. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
  /** Calls `callback` every `ms` until cancelled. Does not keep the process alive. */
  every(ms: number, callback: () => void): () => void;
}
