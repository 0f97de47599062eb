// Work for messages that goes on side by side and ends in the order the messages came.

/** How much is done at once, and how much may wait. */
export interface LaneLimits {
  readonly atOnce: number;
  /** Messages that may wait or be worked on, all together. */
  readonly most: number;
}

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
  }

  /** Messages that wait or are worked on. */
  get size(): number {
    return this.#size;
  }

  /**
   * Begins `work` when there is room, and calls `finish` after those of all messages before it.
   * @throws LaneFull at once, without calling either.
   */
  run<T>(work: () => Promise<T>, finish: (outcome: { readonly value: T } | { readonly error: unknown }) => void): void {
    if (this.#size >= this.#limits.most) throw new LaneFull(this.#limits.most);
    this.#size += 1;
    const outcome = this.#begin(work);
    const before = this.#last;
    this.#last = (async () => {
      const ended = await outcome;
      await before;
      this.#size -= 1;
      finish(ended);
    })();
  }

  async #begin<T>(work: () => Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> {
    while (this.#running >= this.#limits.atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      return { value: await work() };
    } catch (error) {
      return { error };
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
