// Rows on their way to the database: nothing that records ever waits for it.
import { InvariantError, RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import type { EventId } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore } from '../ports/event-store.ts';

/** Rows kept while the database is away, unless set otherwise. About 1 KiB each. */
export const DEFAULT_MAX_ROWS = 10_000;

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2000;

/** Rows written in one go: the database may be synchronous, and camera pipes want to be read in between. */
const ROWS_PER_TURN = 16;

/** What the queue needs and whom it tells. */
export interface EventWriterQueueOptions {
  readonly store: Pick<EventStore, 'put'>;
  readonly clock: Clock;
  /** Rows of different events kept at most; the oldest go first. */
  readonly maxRows?: number;
  /** The database stopped taking rows. Once per outage. */
  onTrouble(error: RecorderError): void;
  /** It takes rows again. */
  onRecovered(): void;
  /** A row is in the database. Absent: nobody cares. */
  onWritten?(event: EventRecord): void;
  /** A row was given up: the queue was full, or the row breaks a rule of the database. The event's file can rebuild it. */
  onLost(event: EventRecord, error: RecorderError): void;
}

/** Write-behind queue in front of `EventStore`. */
export class EventWriterQueue {
  readonly #options: EventWriterQueueOptions;
  readonly #maxRows: number;
  /** In order of the first save; saving again keeps the place and replaces the row. */
  readonly #rows = new Map<EventId, EventRecord>();
  readonly #stopping = new AbortController();
  readonly #idle = new Set<() => void>();
  #wake = new AbortController();
  #writing: Promise<void> | undefined;
  #inFlight: EventId | undefined;
  #isTroubled = false;

  constructor(options: EventWriterQueueOptions) {
    this.#options = options;
    this.#maxRows = options.maxRows ?? DEFAULT_MAX_ROWS;
    if (!Number.isSafeInteger(this.#maxRows) || this.#maxRows < 2) throw new TypeError(`maxRows must be an integer above 1, got ${this.#maxRows}`);
  }

  /** Rows that are not in the database yet. */
  get size(): number {
    return this.#rows.size;
  }

  /** The newest row of an event that is not in the database yet. */
  pending(id: EventId): EventRecord | undefined {
    return this.#rows.get(id);
  }

  /** Takes a row; of each event only the newest is written. Returns at once and never throws. */
  save(event: EventRecord): void {
    if (!this.#rows.has(event.id) && this.#rows.size >= this.#maxRows) this.#dropOldest();
    this.#rows.set(event.id, event);
    if (this.#stopping.signal.aborted) return;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Gives a row up that is not written yet, because its event was deleted. */
  forget(id: EventId): void {
    this.#rows.delete(id);
  }

  /** Writes what is there, trying again at once. @returns Whether everything was written within `timeoutMs`. */
  async flush(timeoutMs: number): Promise<boolean> {
    if (this.#rows.size === 0) return true;
    this.#wake.abort();
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel();
        this.#idle.delete(done);
        resolve();
      };
      const cancel = this.#options.clock.after(timeoutMs, done);
      this.#idle.add(done);
    });
    return this.#rows.size === 0;
  }

  /** Stops writing after the row in hand; what is left stays unwritten (`flush` first). */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    await this.#writing;
  }

  async #write(): Promise<void> {
    // The caller of `save` gets its call stack back before a synchronous database takes it.
    await Promise.resolve();
    let retryMs = FIRST_RETRY_MS;
    let written = 0;
    for (let row = this.#first(); row && !this.#stopping.signal.aborted; row = this.#first()) {
      const error = await this.#writeOne(row);
      if (error === undefined) {
        retryMs = FIRST_RETRY_MS;
        written += 1;
        if (written % ROWS_PER_TURN === 0) await this.#options.clock.sleep(0, this.#stopping.signal);
        continue;
      }
      this.#wake = new AbortController();
      if (this.#stopping.signal.aborted) break;
      await this.#options.clock.sleep(retryMs, this.#wake.signal);
      retryMs = this.#idle.size > 0 ? FIRST_RETRY_MS : Math.min(retryMs * 2, LONGEST_RETRY_MS);
    }
    for (const done of [...this.#idle]) done();
  }

  /** @returns The error after which to wait. */
  async #writeOne(row: EventRecord): Promise<RecorderError | undefined> {
    const { store, onTrouble, onRecovered, onWritten, onLost } = this.#options;
    try {
      this.#inFlight = row.id;
      await store.put(row);
    } catch (caught) {
      const error = RecorderError.wrap(caught, 'DATABASE_FAILED', `writing event ${row.id}`);
      if (error.context['constraint'] === true) {
        this.#remove(row);
        onLost(row, error);
        return undefined;
      }
      if (!this.#isTroubled) onTrouble(error);
      this.#isTroubled = true;
      return error;
    } finally {
      this.#inFlight = undefined;
    }
    this.#remove(row);
    if (this.#isTroubled) onRecovered();
    this.#isTroubled = false;
    onWritten?.(row);
    return undefined;
  }

  #first(): EventRecord | undefined {
    return this.#rows.values().next().value;
  }

  /** Takes a row out unless a newer one has replaced it meanwhile. */
  #remove(row: EventRecord): void {
    if (this.#rows.get(row.id) === row) this.#rows.delete(row.id);
  }

  #dropOldest(): void {
    for (const row of this.#rows.values()) {
      if (row.id === this.#inFlight) continue;
      this.#rows.delete(row.id);
      this.#options.onLost(row, new RecorderError('DATABASE_FAILED', `the queue of ${this.#maxRows} unwritten rows is full`));
      return;
    }
    throw new InvariantError('a full queue has no row to drop');
  }
}
