// Gaps on their way to the database: nothing that records waits for it, and a database that is away hears of them later.
import type { Gap } from '../model/gap.ts';
import type { Clock } from '../ports/clock.ts';
import type { GapStore } from '../ports/event-store.ts';

/** Gaps kept while the database is away; the oldest go first. About 200 bytes each. */
const MOST_WAITING = 5000;
const RETRY_MS = 2000;

/** What the ledger needs and whom it tells. */
export interface GapLedgerOptions {
  readonly store: Pick<GapStore, 'add'>;
  readonly clock: Clock;
  /** A gap was given up: too many were waiting, or the recorder stops. */
  onLost(gap: Gap): void;
}

/** Notes gaps in order. */
export class GapLedger {
  readonly #options: GapLedgerOptions;
  readonly #stopping = new AbortController();
  #waiting: Gap[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: GapLedgerOptions) {
    this.#options = options;
  }

  /** Gaps that are not in the database yet. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Takes a gap. Returns at once and never throws. */
  add(gap: Gap): void {
    this.#waiting.push(gap);
    if (this.#waiting.length > MOST_WAITING) this.#lose(1);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Tries once more and gives up what is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#writing;
    if (this.#waiting.length > 0) await this.#writeNext();
    this.#lose(this.#waiting.length);
  }

  async #write(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0 && !this.#stopping.signal.aborted) {
      if (!(await this.#writeNext())) await this.#options.clock.sleep(RETRY_MS, this.#stopping.signal);
    }
  }

  async #writeNext(): Promise<boolean> {
    const gap = this.#waiting[0];
    if (gap === undefined) return true;
    try {
      await this.#options.store.add(gap);
    } catch {
      // The queue of rows tells people that the database is away.
      return false;
    }
    if (this.#waiting[0] === gap) this.#waiting.shift();
    return true;
  }

  #lose(count: number): void {
    for (const gap of this.#waiting.splice(0, count)) this.#options.onLost(gap);
  }
}
