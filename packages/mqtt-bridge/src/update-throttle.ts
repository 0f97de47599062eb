// Lets the updates of each event through at most once in an interval.

/** Forgotten beyond this, oldest first: events that never ended. */
const MAX_EVENTS = 1000;

/** Decides for each event by itself. */
export class UpdateThrottle {
  readonly #intervalMs: number;
  readonly #now: () => number;
  readonly #lastMs = new Map<number, number>();

  constructor(intervalMs: number, now: () => number) {
    this.#intervalMs = intervalMs;
    this.#now = now;
  }

  mayPass(eventId: number): boolean {
    const nowMs = this.#now();
    const lastMs = this.#lastMs.get(eventId);
    if (lastMs !== undefined && nowMs - lastMs < this.#intervalMs) return false;
    this.#lastMs.delete(eventId);
    this.#lastMs.set(eventId, nowMs);
    const [oldest] = this.#lastMs.keys();
    if (this.#lastMs.size > MAX_EVENTS && oldest !== undefined) this.#lastMs.delete(oldest);
    return true;
  }

  /** The event ended. */
  forget(eventId: number): void {
    this.#lastMs.delete(eventId);
  }
}
