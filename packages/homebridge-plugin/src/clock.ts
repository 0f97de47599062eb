// Time, so that tests can own it.
import { performance } from 'node:perf_hooks';

/** The way of live views and recordings to the time and to waiting. */
export interface Clock {
  /** Milliseconds since 1970; may jump. */
  wall(): number;
  /** Milliseconds that never jump; only differences mean anything. */
  monotonic(): number;
  /** Calls `callback` once after `ms`; the returned function cancels. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

/** Real time. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
