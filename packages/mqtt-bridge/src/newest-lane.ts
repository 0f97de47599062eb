// One thing after the other for each key, and of those that wait only the newest: whoever presses a switch often means the last press.

/** Lanes by key. */
export class NewestLane {
  /** What waits in a lane that is busy. */
  readonly #waiting = new Map<string, { readonly job: () => Promise<void>; readonly onPassed: () => void } | undefined>();

  /** @param onPassed - A newer one took its place. */
  run(key: string, job: () => Promise<void>, onPassed: () => void): void {
    if (this.#waiting.has(key)) {
      this.#waiting.get(key)?.onPassed();
      this.#waiting.set(key, { job, onPassed });
    } else void this.#drive(key, job);
  }

  /** Forgets what waits. */
  clear(): void {
    for (const key of this.#waiting.keys()) this.#waiting.set(key, undefined);
  }

  async #drive(key: string, first: () => Promise<void>): Promise<void> {
    for (let job: (() => Promise<void>) | undefined = first; job !== undefined; job = this.#waiting.get(key)?.job) {
      this.#waiting.set(key, undefined);
      await job();
    }
    this.#waiting.delete(key);
  }
}
