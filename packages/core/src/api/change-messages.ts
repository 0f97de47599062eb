// The change feed as messages of a socket: what somebody may hear, heartbeats, and "reload" where something was missed.
import type { Change, RecorderApi } from '@nightjar/client';
import type { Principal } from '../model/permission.ts';
import { jsonText } from '../util/json-text.ts';
import { changeFor } from './change-view.ts';

/** Whose feed, from where. */
export interface ChangeSubscription {
  readonly recorder: Pick<RecorderApi, 'changes'>;
  readonly principal: Principal;
  readonly since?: number;
  readonly signal: AbortSignal;
}

/**
 * Messages without end, until `signal` aborts: changes as they are, `{type: 'heartbeat', seq, at}` at the beginning and every
 * 15 s, and `{type: 'reload', reason, seq}` where changes were missed; what is known must be asked for anew then, and what follows
 * goes on after `seq`.
 */
export async function* changeMessages(subscription: ChangeSubscription): AsyncGenerator<string, void, void> {
  const { signal, since, principal } = subscription;
  let reading = new Reading(subscription, since);
  try {
    while (!signal.aborted) {
      const read = await reading.next();
      if (read.kind === 'end') return;
      if (read.kind === 'missed') {
        reading = new Reading(subscription, undefined);
        yield JSON.stringify({ type: 'reload', reason: read.reason, seq: reading.seq });
      } else if (read.kind === 'alive') {
        yield JSON.stringify({ type: 'heartbeat', seq: reading.seq, at: read.at });
      } else {
        const heard = changeFor(principal, read.change);
        if (heard !== undefined) yield jsonText(heard);
      }
    }
  } finally {
    await reading.end();
  }
}

type Read =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'alive'; readonly at: string }
  | { readonly kind: 'missed'; readonly reason: string }
  | { readonly kind: 'end' };

/** One reading of the feed: whichever comes first, the next change or a sign of life. */
class Reading {
  /** Everything up to it was given. */
  seq = 0;
  readonly #iterator: AsyncIterator<Change>;
  readonly #abort = new AbortController();
  #next: Promise<IteratorResult<Change>> | undefined;
  #aliveAt: string | undefined;
  #wake: () => void = () => undefined;

  constructor({ recorder, signal }: ChangeSubscription, since: number | undefined) {
    let hasBegun = false;
    const onAlive = (seq: number, at: string): void => {
      if (!hasBegun) this.seq = seq;
      hasBegun = true;
      this.#aliveAt = at;
      this.#wake();
    };
    const changes = recorder.changes({ ...(since === undefined ? {} : { since }), signal: AbortSignal.any([signal, this.#abort.signal]), onAlive });
    this.#iterator = changes[Symbol.asyncIterator]();
  }

  /** @throws what the feed threw, unless it has only forgotten. */
  async next(): Promise<Read> {
    try {
      return await this.#read();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'CHANGES_FORGOTTEN') return { kind: 'missed', reason: error.message };
      throw error;
    }
  }

  async #read(): Promise<Read> {
    this.#next ??= this.#iterator.next();
    if (this.#aliveAt === undefined) {
      const alive = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await Promise.race([this.#next, alive]);
    }
    if (this.#aliveAt !== undefined) {
      const at = this.#aliveAt;
      this.#aliveAt = undefined;
      return { kind: 'alive', at };
    }
    const { done, value } = await this.#next;
    this.#next = undefined;
    if (done === true) return { kind: 'end' };
    this.seq = value.seq;
    return { kind: 'change', change: value };
  }

  async end(): Promise<void> {
    this.#abort.abort();
    await this.#next?.catch(() => undefined);
  }
}
