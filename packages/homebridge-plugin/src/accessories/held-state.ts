// A state that is on at least so long, and never for ever: home hubs miss what is too short, and record without end what sticks.

import { type Clock, systemClock } from '../clock.ts';

/** How long a state may be on. */
export interface HoldLimits {
  readonly shortestMs: number;
  /** Longer than this it is taken for stuck, and stays off until it was off. */
  readonly longestMs: number;
  /** It stays on so much longer than what it follows. Default 0. */
  readonly lingerMs?: number;
}

/** Follows a state and says when what is shown of it changes. */
export class HeldState {
  readonly #limits: HoldLimits;
  readonly #time: Pick<Clock, 'after'>;
  readonly #show: (isOn: boolean) => void;
  readonly #onStuck: () => void;
  #isWanted = false;
  #isShown = false;
  /** It was on for too long, and has not been off since. */
  #isStuck = false;
  /** Whether it has been on for the shortest time. */
  #mayEnd = true;
  #cancelShortest: () => void = () => undefined;
  #cancelLongest: () => void = () => undefined;
  #cancelLinger: () => void = () => undefined;

  constructor(limits: HoldLimits, show: (isOn: boolean) => void, { time = systemClock as Pick<Clock, 'after'>, onStuck = (): void => undefined } = {}) {
    this.#limits = limits;
    this.#show = show;
    this.#time = time;
    this.#onStuck = onStuck;
  }

  /** What is shown now. */
  get isOn(): boolean {
    return this.#isShown;
  }

  set(isOn: boolean): void {
    this.#cancelLinger();
    if (!isOn) this.#isStuck = false;
    if (!isOn && this.#isWanted && this.#isShown && (this.#limits.lingerMs ?? 0) > 0) {
      this.#cancelLinger = this.#time.after(this.#limits.lingerMs ?? 0, () => this.#want(false));
      return;
    }
    this.#want(isOn);
  }

  /** Off now, however short it was on: there is nothing to see any more. */
  drop(): void {
    this.#cancel();
    this.#isWanted = false;
    this.#isStuck = false;
    this.#mayEnd = true;
    this.#shows(false);
  }

  /** Stops every timer; nothing is shown any more. */
  stop(): void {
    this.#cancel();
  }

  #want(isOn: boolean): void {
    this.#isWanted = isOn;
    if (isOn && !this.#isShown && !this.#isStuck) this.#begin();
    if (!isOn && this.#isShown && this.#mayEnd) this.#end();
  }

  #begin(): void {
    this.#mayEnd = false;
    this.#cancelShortest = this.#time.after(this.#limits.shortestMs, () => {
      this.#mayEnd = true;
      if (!this.#isWanted) this.#end();
    });
    this.#cancelLongest = this.#time.after(this.#limits.longestMs, () => {
      this.#isStuck = this.#isWanted;
      this.#end();
      if (this.#isStuck) this.#onStuck();
    });
    this.#shows(true);
  }

  #end(): void {
    this.#cancel();
    this.#mayEnd = true;
    this.#shows(false);
  }

  #cancel(): void {
    this.#cancelShortest();
    this.#cancelLongest();
    this.#cancelLinger();
  }

  #shows(isOn: boolean): void {
    if (isOn === this.#isShown) return;
    this.#isShown = isOn;
    this.#show(isOn);
  }
}
