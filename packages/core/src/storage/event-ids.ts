// Event ids without waiting: handed out from ranges the database has reserved.
//
// An id that was not reserved could be somebody else's, and a collision would mix two events' rows and files; so while
// the database is away and the range is used up there is no id. The caller keeps its pre-roll and waits.

import { RecorderError } from '../errors/recorder-error.ts';
import type { EventId } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore } from '../ports/event-store.ts';

/** Ids reserved at once. What is left of a range when the recorder stops is never used. */
const BLOCK = 64;

/** A new range is asked for when fewer ids than this are left. */
const REFILL_BELOW = 32;

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2000;

/** What ids are made of. */
export interface EventIdsOptions {
  readonly store: Pick<EventStore, 'reserveIds'>;
  readonly clock: Clock;
  /** The database refused; `left` ids are still there. Once per outage, and again when the last id is gone. */
  onTrouble(error: RecorderError, left: number): void;
  /** Ids are reserved again. */
  onRecovered(): void;
}

/** Hands out ids. `start` it before use. */
export class EventIds {
  readonly #options: EventIdsOptions;
  readonly #ranges: { next: EventId; readonly end: EventId }[] = [];
  readonly #stopping = new AbortController();
  readonly #waiters = new Set<() => void>();
  #refilling: Promise<void> | undefined;
  #trouble: 'none' | 'reported' | 'reported-empty' = 'none';

  constructor(options: EventIdsOptions) {
    this.#options = options;
  }

  /** Ids that can be had without the database. */
  get left(): number {
    return this.#ranges.reduce((sum, range) => sum + range.end - range.next, 0);
  }

  /**
   * Reserves the first range; goes on trying in the background when `signal` aborts before that worked, so a start-up
   * may give the database a deadline and go on without it.
   */
  async start(signal?: AbortSignal): Promise<void> {
    this.#refill();
    await this.#available(signal);
  }

  /** An id nobody else has or ever had; `undefined` while none is left and the database is away. */
  take(): EventId | undefined {
    const range = this.#ranges[0];
    const id = range?.next;
    if (range) {
      range.next += 1;
      if (range.next === range.end) this.#ranges.shift();
    }
    if (this.left < REFILL_BELOW) this.#refill();
    return id;
  }

  /** The next id, as soon as there is one; `undefined` when `signal` aborts or the recorder stops first. */
  async wait(signal?: AbortSignal): Promise<EventId | undefined> {
    while (!this.#stopping.signal.aborted && signal?.aborted !== true) {
      const id = this.take();
      if (id !== undefined) return id;
      await this.#available(signal);
    }
    return undefined;
  }

  /** Ends all waiting. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#refilling;
  }

  #refill(): void {
    if (this.#refilling !== undefined || this.#stopping.signal.aborted) return;
    this.#refilling = this.#reserve().finally(() => {
      this.#refilling = undefined;
    });
  }

  async #reserve(): Promise<void> {
    const { store, clock, onRecovered } = this.#options;
    for (let retryMs = FIRST_RETRY_MS; !this.#stopping.signal.aborted; retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)) {
      try {
        const next = await store.reserveIds(BLOCK);
        this.#ranges.push({ next, end: next + BLOCK });
        this.#wake();
        if (this.#trouble !== 'none') onRecovered();
        this.#trouble = 'none';
        return;
      } catch (error) {
        this.#report(RecorderError.wrap(error, 'DATABASE_FAILED', 'reserving event ids'));
        await clock.sleep(retryMs, this.#stopping.signal);
      }
    }
  }

  #report(error: RecorderError): void {
    const { left } = this;
    const trouble = left === 0 ? 'reported-empty' : 'reported';
    if (this.#trouble === trouble || this.#trouble === 'reported-empty') return;
    this.#trouble = trouble;
    this.#options.onTrouble(error, left);
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
    this.#waiters.clear();
  }

  #available(signal: AbortSignal | undefined): Promise<void> {
    if (this.left > 0 || this.#stopping.signal.aborted || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', wake);
        this.#waiters.delete(wake);
        resolve();
      };
      this.#waiters.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
