// A change feed in memory, with a bounded memory of what was published.
import type { Change, ChangeBody, ChangeReading } from '@nightjar/client';
import { RecorderError } from '@nightjar/core';

/** Numbers changes and gives them to any number of readers; whoever is too slow is told so. */
export class FakeChangeFeed {
  readonly #size: number;
  readonly #kept: Change[] = [];
  readonly #wake = new Set<() => void>();
  #seq: number;

  /**
   * @param size - Changes remembered.
   * @param first - Number of the first change.
   */
  constructor(size: number, first = 1) {
    this.#size = size;
    this.#seq = first - 1;
  }

  publish(body: ChangeBody, at: string): Change {
    const change: Change = { ...body, seq: ++this.#seq, at };
    this.#kept.push(change);
    if (this.#kept.length > this.#size) this.#kept.shift();
    for (const wake of this.#wake) wake();
    return change;
  }

  /** Changes from the moment of this call, or after `since`. */
  read({ since, signal, onAlive }: ChangeReading): AsyncIterable<Change> {
    const isKnown = since === undefined || (since <= this.#seq && since >= this.#seq - this.#kept.length);
    const from = since ?? this.#seq;
    if (isKnown && !signal?.aborted) onAlive?.(from, new Date().toISOString());
    return this.#follow(from, isKnown, signal);
  }

  async *#follow(after: number, isKnown: boolean, signal: AbortSignal | undefined): AsyncGenerator<Change, void, void> {
    let seq = after;
    if (!isKnown && !signal?.aborted) throw new RecorderError('CHANGES_FORGOTTEN', `the change ${after} is too long ago, or not of this recorder`);
    while (!signal?.aborted) {
      const next = this.#kept.find((change) => change.seq > seq);
      if (next) {
        if (next.seq !== seq + 1) throw new RecorderError('CHANGES_FORGOTTEN', 'changes came faster than they were read');
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
