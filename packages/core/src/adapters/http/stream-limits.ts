// How many answers without end may be under way, for one address and for all.
import { RecorderError } from '../../errors/recorder-error.ts';
import { networkOf } from '../../util/network-of.ts';

/** Counts streams. */
export class StreamLimits {
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #byAddress = new Map<string, number>();
  #open = 0;

  constructor(limits: { readonly most: number; readonly mostOfOne: number }) {
    this.#most = limits.most;
    this.#mostOfOne = limits.mostOfOne;
  }

  /** @returns Gives the place back; harmless when called twice. @throws RecorderError `TOO_MANY_REQUESTS` for one address, `STREAMS_EXHAUSTED` for all. */
  take(peer: string): () => void {
    const address = networkOf(peer);
    const count = this.#byAddress.get(address) ?? 0;
    if (count >= this.#mostOfOne) throw new RecorderError('TOO_MANY_REQUESTS', `${count} streams are open from this address already`);
    if (this.#open >= this.#most) throw new RecorderError('STREAMS_EXHAUSTED', `${this.#open} streams are open already`);
    this.#open += 1;
    this.#byAddress.set(address, count + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#open -= 1;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    };
  }
}
