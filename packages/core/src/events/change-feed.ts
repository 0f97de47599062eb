// The change feed: numbers every change, remembers the newest ones, hands them to subscribers who may be slow.
import type { Change, ChangeBody } from '@nightjar/client';
import { isoTime } from '../model/time.ts';
import type { ChangePublisher } from '../ports/change-feed.ts';
import type { Clock } from '../ports/clock.ts';

/** Limits of the feed. */
export interface FeedLimits {
  /** Changes remembered for readers that come back. */
  readonly remembered: number;
  /** Changes that wait for one slow reader before its oldest are dropped. */
  readonly queuedPerReader: number;
}

const DEFAULT_LIMITS: FeedLimits = { remembered: 2000, queuedPerReader: 1000 };

class Reader {
  readonly queue: Change[] = [];
  wake: () => void = () => undefined;
}

/** The feed of one recorder. */
export class ChangeFeed implements ChangePublisher {
  readonly #clock: Clock;
  readonly #limits: FeedLimits;
  readonly #readers = new Set<Reader>();
  #log: Change[] = [];
  #seq = 0;

  constructor(clock: Clock, limits: FeedLimits = DEFAULT_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
  }

  publish(body: ChangeBody): Change {
    this.#seq += 1;
    const change: Change = { ...body, seq: this.#seq, at: isoTime(this.#clock.wall()) };
    this.#log.push(change);
    if (this.#log.length > this.#limits.remembered * 2) this.#log = this.#log.slice(-this.#limits.remembered);
    for (const reader of this.#readers) {
      reader.queue.push(change);
      if (reader.queue.length > this.#limits.queuedPerReader) reader.queue.shift();
      reader.wake();
    }
    return change;
  }

  /** Changes from now on, or after `since` where that is remembered. The subscription begins with the call, not with the first read. */
  subscribe(options: { readonly since?: number; readonly signal?: AbortSignal } = {}): AsyncIterable<Change> {
    const reader = new Reader();
    const { since, signal } = options;
    if (since !== undefined) reader.queue.push(...this.#log.filter((change) => change.seq > since));
    this.#readers.add(reader);
    const forget = (): void => {
      this.#readers.delete(reader);
      reader.wake();
    };
    if (signal?.aborted) forget();
    signal?.addEventListener('abort', forget, { once: true });
    return this.#read(reader, signal);
  }

  async *#read(reader: Reader, signal: AbortSignal | undefined): AsyncGenerator<Change, void, void> {
    try {
      while (signal?.aborted !== true) {
        const next = reader.queue.shift();
        if (next !== undefined) yield next;
        else if (this.#readers.has(reader))
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
        else return;
      }
    } finally {
      this.#readers.delete(reader);
    }
  }
}
