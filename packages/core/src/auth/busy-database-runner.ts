// Waits while another program holds the database. Each try may block this process for a moment, so those that wait try one after the
// other, with pauses: reading cameras goes on between them.
import { RecorderError } from '../errors/recorder-error.ts';
import type { Clock } from '../ports/clock.ts';

/** How long a call waits before it says `DATABASE_BUSY`. */
export const PATIENCE_MS = 2000;
const PAUSE_MS = 80;
/** Calls that wait at a time; more are told at once. */
const MOST_WAITING = 100;

/** Runs calls of the database's stores. */
export class BusyDatabaseRunner {
  readonly #clock: Pick<Clock, 'monotonic' | 'sleep'>;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(clock: Pick<Clock, 'monotonic' | 'sleep'>) {
    this.#clock = clock;
  }

  /** @throws What `call` throws; `DATABASE_BUSY` when that is all it threw for `PATIENCE_MS`. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    return this.#waiting === 0 ? this.read(call) : this.#inTurn(call);
  }

  /** As `run`, of a call that writes nothing: who writes does not keep it waiting, and so must not those who wait to write. */
  async read<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    return this.#inTurn(call);
  }

  async #inTurn<T>(call: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) throw busy();
    this.#waiting += 1;
    const deadlineMs = this.#clock.monotonic() + PATIENCE_MS;
    const turn = this.#last.then(() => this.#tryUntil(deadlineMs, call));
    this.#last = turn.then(nothing, nothing);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #tryUntil<T>(deadlineMs: number, call: () => Promise<T>): Promise<T> {
    while (this.#clock.monotonic() < deadlineMs) {
      try {
        return await call();
      } catch (error) {
        if (!isBusy(error)) throw error;
      }
      await this.#clock.sleep(PAUSE_MS);
    }
    throw busy();
  }
}

const isBusy = (error: unknown): boolean => RecorderError.of(error, 'DATABASE_BUSY') !== undefined;
const busy = (): RecorderError => new RecorderError('DATABASE_BUSY', 'the database is locked by another program; try again');
const nothing = (): void => undefined;
