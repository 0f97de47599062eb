// Home Assistant says when it has started; whoever is to be found by it answers.

/** It asks that not everybody answers at once. */
const SPREAD_MS = 5000;

/** Chance and time. */
export interface BirthOptions {
  /** 0…1. Default `Math.random`. */
  random?(): number;
  /** Calls back once; what it returns calls it off. Default: `setTimeout`. */
  after?(ms: number, callback: () => void): () => void;
}

/** Waits between a birth and the answer; one at a time. */
export class Birth {
  readonly #options: Required<BirthOptions>;
  readonly #answer: () => void;
  #cancel: (() => void) | undefined;

  constructor(answer: () => void, { random = Math.random, after = callLater }: BirthOptions = {}) {
    this.#answer = answer;
    this.#options = { random, after };
  }

  /** What was said on the topic. One that the broker kept came before this connection, on which everything is said anyway. */
  heard(text: string, retained: boolean): void {
    if (retained || text !== 'online' || this.#cancel) return;
    this.#cancel = this.#options.after(this.#options.random() * SPREAD_MS, () => {
      this.#cancel = undefined;
      this.#answer();
    });
  }

  /** Calls the answer off. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

function callLater(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
