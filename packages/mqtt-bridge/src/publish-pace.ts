// How fast a client's messages are taken. Whoever sends more is not read for a moment, so that the network holds it back: nothing is lost.

/** A message of this size counts as one more. */
const BYTES_PER_UNIT = 64 * 1024;

/** Keeps account of one client. Time comes from outside. */
export class PublishPace {
  readonly #perSecond: number;
  /** When everything that was taken is paid for, if nothing more comes. */
  #paidAtMs = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Takes a message. @param nowMs - Monotonic. @returns How long it has to wait, milliseconds; a second's worth may come at once. */
  delayMs(bytes: number, nowMs: number): number {
    const units = 1 + Math.floor(bytes / BYTES_PER_UNIT);
    this.#paidAtMs = Math.max(this.#paidAtMs, nowMs) + (units * 1000) / this.#perSecond;
    return Math.max(0, this.#paidAtMs - nowMs - 1000);
  }
}
