// A change feed in memory, with a bounded memory of what was published.
import type { Change, ChangeBody } from '@nightjar/client';

/** Numbers changes from 1 and gives them to any number of readers; a slow reader misses the oldest. */
export class FakeChangeFeed {
  readonly #size: number;
  readonly #kept: Change[] = [];
  readonly #wake = new Set<() => void>();
  #seq = 0;

  /** @param size - Changes remembered. */
  constructor(size: number) {
    this.#size = size;
  }

  publish(body: ChangeBody, at: string): Change {
    const change: Change = { ...body, seq: ++this.#seq, at };
    this.#kept.push(change);
    if (this.#kept.length > this.#size) this.#kept.shift();
    for (const wake of this.#wake) wake();
    return change;
  }

  /** Changes from the moment of this call, or after `since`. */
  read({ since, signal }: { readonly since?: number; readonly signal?: AbortSignal }): AsyncIterable<Change> {
    return this.#follow(since ?? this.#seq, signal);
  }

  async *#follow(after: number, signal: AbortSignal | undefined): AsyncGenerator<Change, void, void> {
    let seq = after;
    while (!signal?.aborted) {
      const next = this.#kept.find((change) => change.seq > seq);
      if (next) {
        seq = next.seq;
        yield next;
      } else {
        await this.#published(signal);
      }
    }
  }

  async #published(signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#wake.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#wake.add(done);
      signal?.addEventListener('abort', done);
    });
  }
}
