// Lists events that an older version wrote, bit by bit while the recorder runs, so that searches find them quickly.
import { RecorderError } from '../errors/recorder-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventSearch } from '../ports/event-search.ts';
import type { Logger } from '../ports/logger.ts';

/** Events of one call: the database may be synchronous, and camera pipes want to be read in between. */
const EVENTS_AT_ONCE = 50;
/** The time between two calls is so much longer than a call: recording has the disk and the processor first. */
const REST_PER_WORK = 4;
const SHORTEST_REST_MS = 10;
/** After the database refused. */
const RETRY_MS = 5000;
const PROGRESS_EVERY_MS = 10_000;

/** What the runner works with. */
export interface EventIndexRunnerOptions {
  readonly search: Pick<EventSearch, 'indexOlder'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Runs until nothing is left to do, or until it is stopped; a start later goes on where it was. */
export class EventIndexRunner {
  readonly #options: EventIndexRunnerOptions;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

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
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    let toldMs: number | undefined;
    for (let left = Number.POSITIVE_INFINITY; left > 0 && !signal.aborted; ) {
      const beganMs = clock.monotonic();
      const remaining = await this.#step();
      left = remaining ?? left;
      const now = clock.monotonic();
      if (left > 0 && remaining !== undefined && now - (toldMs ?? Number.NEGATIVE_INFINITY) >= PROGRESS_EVERY_MS) {
        log.info(`preparing events of an older version for searches; about ${left} are left, recording goes on`, { left });
        toldMs = now;
      }
      if (left > 0) await clock.sleep(remaining === undefined ? RETRY_MS : Math.max(SHORTEST_REST_MS, (now - beganMs) * REST_PER_WORK), signal);
    }
    if (toldMs !== undefined && !signal.aborted) log.info('all events of the older version are prepared for searches');
  }

  /** @returns What is left, `undefined` where the database refused. */
  async #step(): Promise<number | undefined> {
    try {
      return await this.#options.search.indexOlder(EVENTS_AT_ONCE);
    } catch (error) {
      const { code, message } = RecorderError.wrap(error, 'DATABASE_FAILED', 'preparing events for searches');
      this.#options.log.warn(`${message}; it is tried again`, { code });
      return undefined;
    }
  }
}
