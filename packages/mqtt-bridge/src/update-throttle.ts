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

  /** The event began, and that was told: an update at the same moment would say nothing new, and could overtake it. */
  begin(eventId: number): void {
    this.#lastMs.delete(eventId);
    this.#lastMs.set(eventId, this.#now());
    const [oldest] = this.#lastMs.keys();
    if (this.#lastMs.size > MAX_EVENTS && oldest !== undefined) this.#lastMs.delete(oldest);
  }

  mayPass(eventId: number): boolean {
    const lastMs = this.#lastMs.get(eventId);
    if (lastMs !== undefined && this.#now() - lastMs < this.#intervalMs) return false;
    this.begin(eventId);
    return true;
  }

  /** The event ended. */
  forget(eventId: number): void {
    this.#lastMs.delete(eventId);
  }
}
