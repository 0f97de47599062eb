// How many commands are looked at: whoever sends more than anybody needs must not keep the recorder from recording.

/** At once, after a rest. */
const BURST = 1000;
const PER_SECOND = 200;

/** Keeps account of commands. Time comes from outside. */
export class CommandPace {
  #left = BURST;
  #atMs = 0;

  /** Whether another is looked at. @param nowMs - Monotonic. */
  takes(nowMs: number): boolean {
    this.#left = Math.min(BURST, this.#left + ((nowMs - this.#atMs) * PER_SECOND) / 1000);
    this.#atMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
