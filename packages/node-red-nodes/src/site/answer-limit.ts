// How long an answer of a recorder may take, and pause.

/**
 * Ends a question that stays without an answer for too long, or that nobody wants any more. By hand, not with `AbortSignal.any`: that keeps
 * something for each question for as long as the node lives, on versions of Node that the palette runs on.
 */
export class AnswerLimit {
  readonly #abort = new AbortController();
  readonly #limitMs: number;
  readonly #owner: AbortSignal | undefined;
  readonly #given = (): void => this.#abort.abort(this.#owner?.reason);
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number, owner: AbortSignal | undefined) {
    this.#limitMs = limitMs;
    this.#owner = owner;
    if (owner?.aborted === true) this.#given();
    else owner?.addEventListener('abort', this.#given, { once: true });
    this.restart();
  }

  /** What the question is asked with. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** @throws Why it was ended. */
  throwIfAborted(): void {
    this.#abort.signal.throwIfAborted();
  }

  /** Something came, or is asked for: the time begins anew. */
  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort.abort(new DOMException('too late', 'TimeoutError')), this.#limitMs);
  }

  /** While the caller is at work. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** There is nothing to wait for any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#owner?.removeEventListener('abort', this.#given);
  }
}
