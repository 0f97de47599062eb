// Virtual time: nothing passes until a test says so, and the calendar can jump without the monotonic clock noticing.
import type { Clock, MonotonicMs, WallMs } from '@nightjar/core';

interface Timer {
  readonly order: number;
  readonly everyMs?: number;
  dueMs: number;
  readonly callback: () => void;
}

/** Where a new clock's calendar stands: 2026-01-01T00:00:00Z. */
export const FAKE_CLOCK_START_MS = Date.UTC(2026, 0, 1);

/** A `Clock` that tests move by hand. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  #nowMs = 0;
  #wallOffsetMs: number;
  #order = 0;

  /** @param startWallMs - Calendar time at the start, in milliseconds since 1970. */
  constructor(startWallMs: number = FAKE_CLOCK_START_MS) {
    this.#wallOffsetMs = startWallMs;
  }

  wall(): WallMs {
    return (this.#wallOffsetMs + this.#nowMs) as WallMs;
  }

  monotonic(): MonotonicMs {
    return this.#nowMs as MonotonicMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const wake = (): void => {
        cancel();
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const cancel = this.after(ms, wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  after(ms: number, callback: () => void): () => void {
    return this.#add({ order: this.#order++, dueMs: this.#nowMs + Math.max(0, ms), callback });
  }

  every(ms: number, callback: () => void): () => void {
    const everyMs = Math.max(1, ms);
    return this.#add({ order: this.#order++, dueMs: this.#nowMs + everyMs, everyMs, callback });
  }

  /** Moves the calendar by `ms` (negative: back), and nothing else. */
  jumpWall(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  /** Sets the calendar to `wall`, and nothing else. */
  setWall(wall: number): void {
    this.#wallOffsetMs = wall - this.#nowMs;
  }

  /** Timers that wait, sleeps included; 0 once everything was released. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /**
   * Lets `ms` pass: timers run when they are due, in the order of their times (then of their creation), and after
   * each one all promises that can settle do. Timers made on the way run too if they are due in time.
   */
  async advance(ms: number): Promise<void> {
    const targetMs = this.#nowMs + ms;
    await settle();
    for (;;) {
      const next = this.#nextDue(targetMs);
      if (next === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      if (next.everyMs === undefined) this.#timers.delete(next);
      else next.dueMs += next.everyMs;
      next.callback();
      await settle();
    }
    this.#nowMs = targetMs;
    await settle();
  }

  /** Lets `ms` pass in which the process does not run (it was frozen): whatever was due meanwhile happens late, and once. */
  async freeze(ms: number): Promise<void> {
    this.#nowMs += ms;
    for (const timer of [...this.#timers].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)) {
      if (timer.dueMs > this.#nowMs || !this.#timers.has(timer)) continue;
      if (timer.everyMs === undefined) this.#timers.delete(timer);
      else timer.dueMs = this.#nowMs + timer.everyMs;
      timer.callback();
      await settle();
    }
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  #nextDue(targetMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs > targetMs) continue;
      if (next === undefined || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) next = timer;
    }
    return next;
  }
}

/** Lets every promise settle that needs neither time nor I/O. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
