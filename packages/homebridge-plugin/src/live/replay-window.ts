// Which packets came already, of the newest ones (RFC 3711 §3.3.2).

const WINDOW = 128;

/** The newest 128 indices of one sender. */
export class ReplayWindow {
  #highest = -1;
  readonly #seen = new Set<number>();

  /** The highest index so far; −1: none. */
  get highest(): number {
    return this.#highest;
  }

  /** Whether a packet with this index may still be taken. */
  isNew(index: number): boolean {
    return index > this.#highest - WINDOW && !this.#seen.has(index);
  }

  /** It was authentic. */
  take(index: number): void {
    this.#seen.add(index);
    if (index <= this.#highest) return;
    for (let old = Math.max(0, this.#highest - WINDOW + 1); old <= index - WINDOW && this.#seen.size > 1; old++) this.#seen.delete(old);
    this.#highest = index;
  }
}
