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

interface Words {
  readonly text: string;
  readonly stop: () => void;
}

/** One camera's signals. */
export class SignalBoard {
  readonly #clock: Clock;
  readonly #onOver: (what: string) => void;
  readonly #slots = new Map<string, Slot>();
  /** What sources want pictures to show, the newest last. */
  readonly #words = new Map<string, Words>();
  #off: Term | undefined;

  /** @param onOver - The time is over of what is named. */
  constructor(clock: Clock, onOver: (what: string) => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  get state(): TriggerState {
    const shown = [...this.#words.values()].at(-1);
    const words = shown === undefined ? {} : { showText: shown.text };
    if (this.#off !== undefined) return { isOff: true, holds: [], ...words };
    return { isOff: false, holds: [...this.#slots.values()].map(({ hold }) => hold), ...words };
  }

  get isEmpty(): boolean {
    return this.#off === undefined && this.#slots.size === 0 && this.#words.size === 0;
  }

  holds(source: string): boolean {
    return this.#slots.has(source);
  }

  /** Whether one more hold, or word, of this source is one beyond `most`. */
  isFullFor(source: string, most: number): boolean {
    const isFull = (known: ReadonlyMap<string, unknown>): boolean => !known.has(source) && known.size >= most;
    return isFull(this.#slots) || isFull(this.#words);
  }

  /** A source holds the camera; where it does already, for the longer of both times. */
  on({ source, durationMs, score = DEFAULT_SCORE, cause, text, showText }: TriggerSignal): void {
    this.#endOff();
    const before = this.#slots.get(source);
    before?.stop();
    const hold = { source, score, ...said({ cause, text, showText }) };
    this.#slots.set(source, { hold, ...this.#term(durationMs, before, () => this.#release(source)) });
    if (showText !== undefined && showText !== '') this.#say(source, showText);
  }

  /** Pictures show what a source says, or nothing of it any more; whoever lets go of the camera takes it away as well. */
  show({ source, durationMs, showText = '' }: TriggerSignal): void {
    this.#unsay(source);
    if (showText !== '') this.#say(source, showText, durationMs);
  }

  /** Nobody holds the camera any more, and nothing may raise an alarm; said again, for the longer of both times. */
  off({ durationMs }: TriggerSignal): void {
    for (const [source, { stop }] of this.#slots) {
      stop();
      this.#unsay(source);
    }
    this.#slots.clear();
    const before = this.#off;
    before?.stop();
    this.#off = this.#term(durationMs, before, () => {
      this.#off = undefined;
      this.#onOver('trigger off');
    });
  }

  /** A source lets go, and an `off` ends, whoever said it. */
  cancel(source: string): void {
    this.#slots.get(source)?.stop();
    this.#slots.delete(source);
    this.#unsay(source);
    this.#endOff();
  }

  /** Forgets everything but what pictures show, and tells nobody. */
  free(): void {
    for (const source of [...this.#slots.keys()]) this.cancel(source);
    this.#endOff();
  }

  /** Forgets everything and tells nobody. */
  clear(): void {
    this.free();
    for (const source of [...this.#words.keys()]) this.#unsay(source);
  }

  #say(source: string, text: string, durationMs?: number): void {
    this.#unsay(source);
    const stop =
      durationMs === undefined
        ? () => undefined
        : this.#clock.after(durationMs, () => {
            this.#words.delete(source);
            this.#onOver(`the text of ${source} on pictures`);
          });
    this.#words.set(source, { text, stop });
  }

  #unsay(source: string): void {
    this.#words.get(source)?.stop();
    this.#words.delete(source);
  }

  #endOff(): void {
    this.#off?.stop();
    this.#off = undefined;
  }

  #release(source: string): void {
    this.#slots.delete(source);
    this.#unsay(source);
    this.#onOver(`trigger on by ${source}`);
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
