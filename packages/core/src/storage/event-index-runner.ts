// Counts and lists events that an older version wrote, bit by bit while the recorder runs: sums per camera, and searches, rest on it.
import { RecorderError } from '../errors/recorder-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventSearch } from '../ports/event-search.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { Logger } from '../ports/logger.ts';

/** Events of one call: the database may be synchronous, and camera pipes want to be read in between. */
const LISTED_AT_ONCE = 50;
/** Counting so many takes about a millisecond. */
const COUNTED_AT_ONCE = 1000;
/** The time between two calls is so much longer than a call: recording has the disk and the processor first. */
const REST_PER_WORK = 4;
const SHORTEST_REST_MS = 10;
/** After the database refused. */
const RETRY_MS = 5000;
const PROGRESS_EVERY_MS = 10_000;

/** What the runner works with. */
export interface EventIndexRunnerOptions {
  readonly events: Pick<EventStore, 'countOlder'>;
  readonly search: Pick<EventSearch, 'indexOlder'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Runs until nothing is left to do, or until it is stopped; a start later goes on where it was. */
export class EventIndexRunner {
  readonly #options: EventIndexRunnerOptions;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #toldMs: number | undefined;

  constructor(options: EventIndexRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Stops after the events in hand. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { events, search, log } = this.#options;
    await this.#repeat(() => events.countOlder(COUNTED_AT_ONCE));
    await this.#repeat(() => search.indexOlder(LISTED_AT_ONCE));
    if (this.#toldMs !== undefined && !this.#stopping.signal.aborted) log.info('all events of the older version are prepared');
  }

  async #repeat(work: () => Promise<number>): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    for (let left = Number.POSITIVE_INFINITY; left > 0 && !signal.aborted; ) {
      const beganMs = clock.monotonic();
      const remaining = await this.#step(work);
      left = remaining ?? left;
      const now = clock.monotonic();
      if (left > 0 && remaining !== undefined && now - (this.#toldMs ?? Number.NEGATIVE_INFINITY) >= PROGRESS_EVERY_MS) {
        log.info(`preparing events of an older version; about ${left} are left, recording goes on`, { left });
        this.#toldMs = now;
      }
      if (left > 0) await clock.sleep(remaining === undefined ? RETRY_MS : Math.max(SHORTEST_REST_MS, (now - beganMs) * REST_PER_WORK), signal);
    }
  }

  /** @returns What is left, `undefined` where the database refused. */
  async #step(work: () => Promise<number>): Promise<number | undefined> {
    try {
      return await work();
    } catch (error) {
      const { code, message } = RecorderError.wrap(error, 'DATABASE_FAILED', 'preparing events of an older version');
      this.#options.log.warn(`${message}; it is tried again`, { code });
      return undefined;
    }
  }
}
