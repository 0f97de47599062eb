// Whether a recorder answers at all just now, as all of its cameras' tiles know together: Home asks for one tile after the other, so what one has
// waited for in vain the next must not wait for again. A recorder that is slow, with twenty pictures to decode, is not one that hangs.

/** Shared by the desks of one recorder. */
export class AnswerPace {
  readonly #now: () => number;
  readonly #hangsAfterMs: number;
  #open = 0;
  /** When the oldest question was asked that nothing was answered after. */
  #sinceMs: number | undefined;

  /** @param now - Milliseconds; only differences count. */
  constructor(now: () => number = () => performance.now(), hangsAfterMs = 900) {
    this.#now = now;
    this.#hangsAfterMs = hangsAfterMs;
  }

  /** Whether it was asked long ago and has said nothing to anybody since. */
  get hangs(): boolean {
    return this.#sinceMs !== undefined && this.#now() - this.#sinceMs >= this.#hangsAfterMs;
  }

  asked(): void {
    this.#open += 1;
    this.#sinceMs ??= this.#now();
  }

  /** A question is over: with an answer, whatever it said, or given up. */
  done(hasAnswered: boolean): void {
    this.#open -= 1;
    if (hasAnswered) this.#sinceMs = this.#open > 0 ? this.#now() : undefined;
  }
}
