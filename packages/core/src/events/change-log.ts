// What the feed remembers: the newest changes, bounded by their number and by their length as JSON.
import type { Change } from '@nightjar/client';
import { jsonText } from '../util/json-text.ts';

/** Bounds of the memory. The newest change is always remembered. */
export interface ChangeLogLimits {
  readonly changes: number;
  /** Characters of their JSON, all together. */
  readonly characters: number;
}

/** Changes by their numbers, which have no holes. */
export class ChangeLog {
  readonly #limits: ChangeLogLimits;
  #kept: { readonly change: Change; readonly characters: number }[] = [];
  /** Of `#kept`, so many are forgotten already: they leave the list together, not one by one. */
  #forgotten = 0;
  #characters = 0;
  #newest: number;

  /** @param newest - The number before the first change. */
  constructor(limits: ChangeLogLimits, newest: number) {
    this.#limits = limits;
    this.#newest = newest;
  }

  /** Number of the newest change. */
  get newest(): number {
    return this.#newest;
  }

  /** Number of the newest change that is forgotten: whoever knows it can be told everything after. */
  get newestForgotten(): number {
    return this.#newest - (this.#kept.length - this.#forgotten);
  }

  /** The change of that number; `undefined` where it is forgotten or not there yet. */
  get(seq: number): Change | undefined {
    const at = seq - this.newestForgotten - 1;
    return at < 0 ? undefined : this.#kept[this.#forgotten + at]?.change;
  }

  /** @param change - Its number is the one after `newest`. */
  add(change: Change): void {
    const characters = jsonText(change).length;
    this.#kept.push({ change, characters });
    this.#characters += characters;
    this.#newest = change.seq;
    while (this.#kept.length - this.#forgotten > this.#limits.changes || this.#characters > this.#limits.characters) {
      if (this.#forgotten === this.#kept.length - 1) break;
      this.#characters -= this.#kept[this.#forgotten]?.characters ?? 0;
      this.#forgotten += 1;
    }
    if (this.#forgotten <= this.#kept.length / 2) return;
    this.#kept = this.#kept.slice(this.#forgotten);
    this.#forgotten = 0;
  }
}
