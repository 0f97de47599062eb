// Work for messages that goes on side by side and ends in the order the messages came.

/** How much is done at once, and how much may wait. */
export interface LaneLimits {
  readonly atOnce: number;
  /** Messages that may wait or be worked on, all together. */
  readonly most: number;
  /** Once it is aborted nothing waiting begins, and nothing is finished any more: the node is closed. */
  readonly signal?: AbortSignal;
}

/** What came of the work for a message. */
export type LaneOutcome<T> = { readonly value: T } | { readonly error: unknown };

/** There is no room for another message. */
export class LaneFull extends Error {
  constructor(most: number) {
    super(`${most} messages are waiting already; send them slower (a delay node can limit the rate)`);
    this.name = 'LaneFull';
  }
}

/** A lane of one node. */
export class OrderedLane {
  readonly #limits: LaneLimits;
  readonly #waiting: (() => void)[] = [];
  #last: Promise<unknown> = Promise.resolve();
  #running = 0;
  #size = 0;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
    // Those that wait end at once instead of holding their messages.
    limits.signal?.addEventListener(
      'abort',
      () => {
        for (const begin of this.#waiting.splice(0)) begin();
      },
      { once: true },
    );
  }

  /** Messages that wait or are worked on. */
  get size(): number {
    return this.#size;
  }

  /**
   * Begins `work` when there is room, and calls `finish` after those of all messages before it; a fault in `finish` does not stop the next ones.
   * @throws LaneFull at once, without calling either.
   */
  run<T>(work: () => Promise<T>, finish: (outcome: LaneOutcome<T>) => void): void {
    if (this.#size >= this.#limits.most) throw new LaneFull(this.#limits.most);
    this.#size += 1;
    const outcome = this.#begin(work);
    const before = this.#last;
    this.#last = (async () => {
      const ended = await outcome;
      await before;
      this.#size -= 1;
      if (!this.#isClosed) finish(ended);
    })().catch(() => undefined);
  }

  get #isClosed(): boolean {
    return this.#limits.signal?.aborted === true;
  }

  async #begin<T>(work: () => Promise<T>): Promise<LaneOutcome<T>> {
    // A place that gets free is handed to whoever waits longest, so that nobody who comes meanwhile takes it.
    if (this.#running >= this.#limits.atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      this.#limits.signal?.throwIfAborted();
      return { value: await work() };
    } catch (error) {
      return { error };
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
