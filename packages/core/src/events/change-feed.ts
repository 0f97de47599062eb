// The change feed: numbers every change, remembers the newest ones, and lets readers follow at their own pace. A reader is a
// place in what is remembered, so a slow one costs nothing: it is told so where something is forgotten before it came by.
import type { Change, ChangeBody, ChangeReading } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import { isoTime } from '../model/time.ts';
import type { ChangePublisher } from '../ports/change-feed.ts';
import type { Clock } from '../ports/clock.ts';
import { ChangeLog, type ChangeLogLimits } from './change-log.ts';

/** At 1 KiB a change, some minutes of a busy recorder and hours of a quiet one. */
const DEFAULT_LIMITS: ChangeLogLimits = { changes: 5000, characters: 4 * 1024 * 1024 };

/**
 * Numbers a millisecond of the calendar is worth. Numbers begin at the time the recorder starts, so that they grow over
 * restarts without being stored: no recorder has a million changes a second for as long as it runs. They stay exact (below 2⁵³)
 * until the year 2255.
 */
const NUMBERS_PER_MS = 1000;

/** How often a reader that wants to know is told that its feed is alive. */
export const HEARTBEAT_MS = 15_000;

/** The feed of one recorder. */
export class ChangeFeed implements ChangePublisher {
  readonly #clock: Clock;
  readonly #log: ChangeLog;
  /** Before the first number of this recorder. */
  readonly #start: number;
  readonly #waiting = new Set<() => void>();
  readonly #figures = { readers: 0, published: 0, missed: 0 };

  constructor(clock: Clock, limits: ChangeLogLimits = DEFAULT_LIMITS) {
    this.#clock = clock;
    this.#start = Math.max(0, Math.floor(clock.wall())) * NUMBERS_PER_MS;
    this.#log = new ChangeLog(limits, this.#start);
  }

  /** Who reads now, what was published, and what readers were too slow for. */
  get figures(): { readonly readers: number; readonly published: number; readonly missed: number } {
    return this.#figures;
  }

  publish(body: ChangeBody): Change {
    this.#figures.published += 1;
    const change: Change = { ...body, seq: this.#log.newest + 1, at: isoTime(this.#clock.wall()) };
    this.#log.add(change);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
    return change;
  }

  /**
   * Changes from now on, or after `since`, and all of them. The reading begins with the call, not with the first read.
   *
   * A read throws RecorderError `CHANGES_FORGOTTEN` where changes are lost: those after `since` are forgotten, `since` is no number
   * this recorder has given, or the reader is too slow.
   */
  subscribe({ since, signal, onAlive }: ChangeReading = {}): AsyncIterable<Change> {
    const { newest, newestForgotten } = this.#log;
    if (since !== undefined && (since > newest || since < newestForgotten || !Number.isSafeInteger(since))) {
      return this.#read({ seq: since }, () => undefined, signal, new RecorderError('CHANGES_FORGOTTEN', `the change ${since} ${this.#whyForgotten(since)}`));
    }
    const place = { seq: since ?? newest };
    return this.#read(place, this.#beat(place, onAlive, signal), signal);
  }

  async *#read(place: { seq: number }, stop: () => void, signal: AbortSignal | undefined, refusal?: RecorderError): AsyncGenerator<Change, void, void> {
    this.#figures.readers += 1;
    try {
      while (signal?.aborted !== true) {
        if (refusal !== undefined) throw refusal;
        const lost = this.#log.newestForgotten - place.seq;
        if (lost > 0) {
          this.#figures.missed += lost;
          throw new RecorderError('CHANGES_FORGOTTEN', `${lost} changes came faster than they were read`);
        }
        const next = this.#log.get(place.seq + 1);
        if (next === undefined) await this.#published(signal);
        else {
          yield next;
          // Only who comes back for more has taken it.
          place.seq = next.seq;
        }
      }
    } finally {
      this.#figures.readers -= 1;
      stop();
    }
  }

  #whyForgotten(since: number): string {
    if (since > this.#log.newest) return 'is none this recorder has given since it started';
    return since < this.#start ? 'is of before the recorder was started, and those are not kept' : 'is too long ago';
  }

  #beat(place: { readonly seq: number }, onAlive: ChangeReading['onAlive'], signal: AbortSignal | undefined): () => void {
    if (onAlive === undefined || signal?.aborted === true) return () => undefined;
    const beat = (): void => onAlive(place.seq, isoTime(this.#clock.wall()));
    beat();
    const cancel = this.#clock.every(HEARTBEAT_MS, beat);
    signal?.addEventListener('abort', cancel, { once: true });
    return () => {
      signal?.removeEventListener('abort', cancel);
      cancel();
    };
  }

  #published(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
