// How soon a recorder answers just now, as all of its cameras' tiles know together: Home asks for one tile after the other, so what one has
// waited for in vain the next must not wait for again.

/** Shared by the desks of one recorder. */
export class AnswerPace {
  #isLate = false;

  /** Whether the last question that was waited for had no answer in time. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** A question was waited for in vain. */
  late(): void {
    this.#isLate = true;
  }

  /** It answered, whatever it said. */
  answered(): void {
    this.#isLate = false;
  }
}
