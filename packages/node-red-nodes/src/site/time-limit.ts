// How long something may take.

/**
 * Ends something that takes too long, or that nobody wants any more. By hand, not with `AbortSignal.any`: that keeps something each time for as
 * long as the node lives, on versions of Node that the palette runs on.
 */
export class TimeLimit {
  readonly #abort = new AbortController();
  readonly #limitMs: number;
  readonly #owner: AbortSignal | undefined;
  readonly #reason: () => Error;
  readonly #given = (): void => this.#abort.abort(this.#owner?.reason);
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #endMs = 0;
  #leftMs = 0;

  /** @param owner - Ends it as well, for its own reason. @param reason - Why it ends when the time is over. */
  constructor(limitMs: number, owner: AbortSignal | undefined, reason: () => Error) {
    this.#limitMs = limitMs;
    this.#owner = owner;
    this.#reason = reason;
    if (owner?.aborted === true) this.#given();
    else owner?.addEventListener('abort', this.#given, { once: true });
    this.restart();
  }

  /** What is to end is done with this. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether it took too long. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** @throws Why it was ended. */
  throwIfAborted(): void {
    this.#abort.signal.throwIfAborted();
  }

  /** Something came, or is asked for: the time begins anew. */
  restart(): void {
    this.#leftMs = this.#limitMs;
    this.resume();
  }

  /** While the caller is at work. */
  pause(): void {
    clearTimeout(this.#timer);
    this.#leftMs = Math.max(0, this.#endMs - performance.now());
  }

  /** The caller is done: what was left of the time goes on. */
  resume(): void {
    clearTimeout(this.#timer);
    this.#endMs = performance.now() + this.#leftMs;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#abort.abort(this.#reason());
    }, this.#leftMs);
  }

  /** There is nothing to wait for any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#owner?.removeEventListener('abort', this.#given);
  }
}
