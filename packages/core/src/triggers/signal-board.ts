// The signals of one camera: who holds it and until when. The newest word counts: `off` lets everybody go, `on` ends an `off`.
import type { TriggerHold, TriggerSignal, TriggerState } from '../model/trigger.ts';
import type { Clock } from '../ports/clock.ts';
import { DEFAULT_SCORE } from './trigger-limits.ts';

/** Until when something lasts; without a time, until it is taken back. */
interface Term {
  readonly untilMs: number;
  readonly stop: () => void;
}

interface Slot extends Term {
  readonly hold: TriggerHold;
}

/** One camera's signals. */
export class SignalBoard {
  readonly #clock: Clock;
  readonly #onOver: (source: string | undefined) => void;
  readonly #slots = new Map<string, Slot>();
  #off: Term | undefined;

  /** @param onOver - The time of a source's hold is over, or of an `off` (`undefined`). */
  constructor(clock: Clock, onOver: (source: string | undefined) => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  get state(): TriggerState {
    return this.#off === undefined ? { isOff: false, holds: [...this.#slots.values()].map(({ hold }) => hold) } : { isOff: true, holds: [] };
  }

  get isEmpty(): boolean {
    return this.#off === undefined && this.#slots.size === 0;
  }

  /** Whether one more hold of this source is a hold beyond `most`. */
  isFullFor(source: string, most: number): boolean {
    return !this.#slots.has(source) && this.#slots.size >= most;
  }

  /** A source holds the camera; where it does already, for the longer of both times. */
  on({ source, durationMs, score = DEFAULT_SCORE, cause, text, showText }: TriggerSignal): void {
    this.#endOff();
    const before = this.#slots.get(source);
    before?.stop();
    const hold = { source, score, ...said({ cause, text, showText }) };
    this.#slots.set(source, { hold, ...this.#term(durationMs, before, () => this.#release(source)) });
  }

  /** Nobody holds the camera any more, and nothing may raise an alarm; said again, for the longer of both times. */
  off({ durationMs }: TriggerSignal): void {
    for (const { stop } of this.#slots.values()) stop();
    this.#slots.clear();
    const before = this.#off;
    before?.stop();
    this.#off = this.#term(durationMs, before, () => {
      this.#off = undefined;
      this.#onOver(undefined);
    });
  }

  /** A source lets go, and an `off` ends, whoever said it. */
  cancel(source: string): void {
    this.#slots.get(source)?.stop();
    this.#slots.delete(source);
    this.#endOff();
  }

  /** Forgets everything and tells nobody. */
  clear(): void {
    for (const source of [...this.#slots.keys()]) this.cancel(source);
    this.#endOff();
  }

  #endOff(): void {
    this.#off?.stop();
    this.#off = undefined;
  }

  #release(source: string): void {
    this.#slots.delete(source);
    this.#onOver(source);
  }

  #term(durationMs: number | undefined, before: Term | undefined, over: () => void): Term {
    const now = this.#clock.monotonic();
    const untilMs = Math.max(durationMs === undefined ? Number.POSITIVE_INFINITY : now + durationMs, before?.untilMs ?? 0);
    return { untilMs, stop: untilMs === Number.POSITIVE_INFINITY ? () => undefined : this.#clock.after(untilMs - now, over) };
  }
}

/** The texts that were said. */
const said = (texts: Record<'cause' | 'text' | 'showText', string | undefined>): Pick<TriggerHold, 'cause' | 'text' | 'showText'> =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined && text !== ''));
