// Waiting for the next thing that happens, or for a moment.
import type { Clock } from '../clock.ts';

/** For one who waits. What happens while nobody does ends the next waiting at once. */
export class Waker {
  readonly #clock: Clock;
  #isCalled = false;
  #resume: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly wake = (): void => {
    this.#isCalled = true;
    this.#resume?.();
  };

  /** @param atMs - On the clock's monotonic time. */
  async until(atMs: number): Promise<void> {
    if (!this.#isCalled) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(Math.max(0, atMs - this.#clock.monotonic()), resolve);
        this.#resume = () => {
          cancel();
          resolve();
        };
      });
      this.#resume = undefined;
    }
    this.#isCalled = false;
  }
}
