// What lines want done later: `on+N` ends after N seconds, `off+N` begins then. By ZoneMinder's rules.
import type { CameraId } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';

/** Actions of one camera that may wait; a script that says a new cause each time is not to fill the memory. */
export const MOST_WAITING = 64;

/** Timers may be a little early, and nothing is to end before its time. */
const MARGIN_MS = 10;

interface Waiting {
  readonly words: string;
  readonly dueMs: number;
  readonly stop: () => void;
}

/** Actions that wait, by camera. */
export class LineSchedule {
  readonly #clock: Clock;
  readonly #waiting = new Map<CameraId, Set<Waiting>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether one more of a camera may wait. */
  isFull(id: CameraId): boolean {
    return (this.#waiting.get(id)?.size ?? 0) >= MOST_WAITING;
  }

  /**
   * Does something later. What waits under the same words and is due no later is given up for it, so that the same line said again
   * extends; what is due later stays.
   *
   * @param dueMs - Monotonic.
   */
  add(id: CameraId, words: string, dueMs: number, run: () => void): void {
    const all = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, all);
    for (const other of all) {
      if (other.words !== words || other.dueMs > dueMs) continue;
      other.stop();
      all.delete(other);
    }
    const stop = this.#clock.after(Math.max(0, dueMs - this.#clock.monotonic()) + MARGIN_MS, () => {
      this.#forget(id, entry);
      run();
    });
    const entry: Waiting = { words, dueMs, stop };
    all.add(entry);
  }

  /** Gives up everything. */
  clear(): void {
    for (const all of this.#waiting.values()) for (const { stop } of all) stop();
    this.#waiting.clear();
  }

  #forget(id: CameraId, entry: Waiting): void {
    const all = this.#waiting.get(id);
    all?.delete(entry);
    if (all?.size === 0) this.#waiting.delete(id);
  }
}
