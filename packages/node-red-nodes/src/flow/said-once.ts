// Remembers which messages about events were told: brokers may bring one twice.
import type { EventObject } from './event-filter.ts';

/** More than a broker sends again. */
const MOST = 2000;
/** Of what says which one it is; what is longer no recorder sent. */
const LONGEST = 300;

/** The newest messages of one node. */
export class SaidOnce {
  readonly #keys: Set<string>;

  /** @param left - Of the node before. */
  constructor(left: Iterable<string> = []) {
    this.#keys = new Set(left);
  }

  get keys(): readonly string[] {
    return [...this.#keys];
  }

  /** Whether it comes for the first time. One that does not say which it is always does. */
  isNew(camera: string, event: EventObject): boolean {
    const { id, event_type: type, seq, start, ts } = event as EventObject & Readonly<Record<'id' | 'seq' | 'start' | 'ts', unknown>>;
    if (seq === undefined) return true;
    // A signal has no id; and a recorder that was set up anew, or another one that has the camera now, counts from one again.
    const key = JSON.stringify([camera, id ?? null, start ?? ts ?? null, type, seq]);
    if (key.length > LONGEST) return true;
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    for (const oldest of this.#keys) {
      if (this.#keys.size <= MOST) break;
      this.#keys.delete(oldest);
    }
    return true;
  }
}
