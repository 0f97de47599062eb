// The clock of this machine.
import { performance } from 'node:perf_hooks';
import { monotonicMs, wallMs } from '../../model/time.ts';
import type { Clock } from '../../ports/clock.ts';

/** Node fires at once when asked to wait longer than this (2³¹ − 1 ms, 24.8 days). */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Real time. */
export const systemClock: Clock = {
  wall: () => wallMs(Date.now()),
  monotonic: () => monotonicMs(performance.now()),
  sleep: async (ms, signal) => {
    for (let left = Math.max(0, ms); signal?.aborted !== true; left -= LONGEST_TIMER_MS) {
      await waitFor(Math.min(left, LONGEST_TIMER_MS), signal);
      if (left <= LONGEST_TIMER_MS) return;
    }
  },
  after: (ms, callback) => {
    let left = ms;
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const step = Math.min(left, LONGEST_TIMER_MS);
      left -= step;
      timer = setTimeout(() => (left > 0 ? arm() : callback()), step).unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
  every: (ms, callback) => {
    const timer = setInterval(callback, Math.min(ms, LONGEST_TIMER_MS)).unref();
    return () => clearInterval(timer);
  },
};

const waitFor = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
