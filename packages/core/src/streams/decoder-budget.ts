// How many decoders for viewers may run at once, all cameras together: each is a process of some 45 MB.

/** Counts places. */
export class DecoderBudget {
  readonly most: number;
  #taken = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** Whether there is a place to take. */
  get hasRoom(): boolean {
    return this.#taken < this.most;
  }

  /** Takes a place: gives back how to leave it (once), or `undefined` where there is none. */
  take(): (() => void) | undefined {
    if (!this.hasRoom) return undefined;
    this.#taken += 1;
    let isHeld = true;
    return () => {
      if (isHeld) this.#taken -= 1;
      isHeld = false;
    };
  }
}
