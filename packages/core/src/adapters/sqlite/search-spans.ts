// Which span of time a search reads next: short ones where much is found, long ones where little is. Pure.

import { wallMs } from '../../model/time.ts';
import type { EventPosition } from '../../ports/event-search.ts';

/** The first one, for each hundred events that are wanted: where twenty cameras see something all day it holds about as many. */
const FIRST_MS = 3_600_000;
const FIRST_EVENTS = 100;
/** How much longer than the one before a span may be, or how much shorter when it held too much. */
const STEP = 8;

/** Everything behind `before` that does not start before `fromMs`. */
export interface SearchSpan {
  readonly before: EventPosition;
  readonly fromMs: number;
}

/** Spans from the newest to the oldest, without holes. */
export class SearchSpans {
  readonly #endMs: number;
  #before: EventPosition;
  #lengthMs: number;
  /** Where the span under way begins. */
  #fromMs: number;
  #isOver = false;

  /** @param endMs - Nothing before this is read. @param wanted - Events wanted. */
  constructor(before: EventPosition, endMs: number, wanted: number) {
    this.#lengthMs = Math.ceil(FIRST_MS * Math.max(1, wanted / FIRST_EVENTS));
    this.#before = before;
    this.#endMs = endMs;
    this.#fromMs = before.startMs;
  }

  /** The next span, or the same again, shorter, after `shorten`; `undefined` when everything was read. */
  next(): SearchSpan | undefined {
    if (this.#isOver) return undefined;
    this.#fromMs = Math.max(this.#endMs, this.#before.startMs - this.#lengthMs);
    return { before: this.#before, fromMs: this.#fromMs };
  }

  /** There is too much in the span. @returns Whether it can be shorter. */
  shorten(): boolean {
    const lengthMs = Math.floor((this.#before.startMs - this.#fromMs) / STEP);
    if (lengthMs < 1) return false;
    this.#lengthMs = lengthMs;
    return true;
  }

  /** The span was read. @param share - How much of what is wanted was found in it. */
  done(share: number): void {
    this.#isOver = this.#fromMs <= this.#endMs;
    this.#before = { startMs: wallMs(this.#fromMs), id: 0 };
    this.#lengthMs = Math.ceil(this.#lengthMs * Math.max(1, Math.min(STEP, share > 0 ? 1.5 / share - 1 : STEP)));
  }
}
