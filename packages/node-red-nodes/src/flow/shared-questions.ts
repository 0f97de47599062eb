// One question for many that want the same: whoever comes while it is asked waits for the next one, together with the others.

interface Turn<T> {
  readonly running: Promise<T>;
  next: Promise<T> | undefined;
}

/** At most one question of a kind is asked and one waits, and only so many are asked at once. */
export class SharedQuestions<T> {
  readonly #atOnce: number;
  readonly #turns = new Map<string, Turn<T>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param atOnce - Questions of all kinds together. */
  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** The answer to a question that is asked now or later, never to one that was asked before. @param key - What is asked. */
  ask(key: string, question: () => Promise<T>): Promise<T> {
    const turn = this.#turns.get(key);
    if (turn === undefined) return this.#begin(key, question);
    turn.next ??= turn.running.then(
      () => this.#begin(key, question),
      () => this.#begin(key, question),
    );
    return turn.next;
  }

  #begin(key: string, question: () => Promise<T>): Promise<T> {
    const running = this.#asked(question);
    const turn: Turn<T> = { running, next: undefined };
    this.#turns.set(key, turn);
    const ended = (): void => {
      if (turn.next === undefined) this.#turns.delete(key);
    };
    running.then(ended, ended);
    return running;
  }

  async #asked(question: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await question();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
