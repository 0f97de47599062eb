// Plans that were made lately: whoever reads a file range by range gets all of them from the plan it began with.
import type { Clock } from '../ports/clock.ts';
import { Slots } from '../util/slots.ts';
import type { PlaybackPlan } from './playback-plan.ts';

/** A new reader gets a plan that somebody else got just before. */
const FRESH_MS = 1000;
/** After so long without a question a plan is given up. */
const KEEP_MS = 120_000;
const MOST_PLANS = 32;
/** Of all plans; the newest is kept, however large. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Readers remembered; the oldest go first. */
const MOST_READERS = 1000;
/** Planned at a time: each takes memory while it is made. */
const AT_ONCE = 2;

/** Who asks for what. */
export interface PlanQuestion {
  /** What is to be planned. */
  readonly subject: string;
  /** Whoever asks again under the same name for later bytes gets them of the plan it began with. */
  readonly reader?: string | undefined;
  /** Bytes that are not the first are asked for. */
  readonly isContinued?: boolean | undefined;
  /** The plan that is read on, where its reader names it. */
  readonly etag?: string | undefined;
}

interface Shelved {
  readonly subject: string;
  readonly plan: PlaybackPlan;
  readonly madeMs: number;
  usedMs: number;
}

/** Keeps plans for a while. */
export class PlanShelf {
  readonly #clock: Clock;
  readonly #slots = new Slots(AT_ONCE);
  /** Those used last are last. */
  readonly #plans = new Set<Shelved>();
  readonly #readers = new Map<string, Shelved>();
  readonly #making = new Map<string, Promise<Shelved>>();
  #cancelSweep: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Finds a plan, or has one made. */
  async find({ subject, reader, isContinued = false, etag }: PlanQuestion, make: () => Promise<PlaybackPlan>): Promise<PlaybackPlan> {
    const key = reader === undefined ? undefined : `${reader}\n${subject}`;
    const named = etag === undefined ? undefined : [...this.#plans].find((shelved) => shelved.subject === subject && shelved.plan.etag === etag);
    if (named !== undefined) return this.#use(named, key);
    const begun = key === undefined ? undefined : this.#readers.get(key);
    if (begun !== undefined && this.#plans.has(begun) && (isContinued || this.#isFresh(begun))) return this.#use(begun, key);
    const fresh = [...this.#plans].findLast((shelved) => shelved.subject === subject && this.#isFresh(shelved));
    return this.#use(fresh ?? (await this.#make(subject, make)), key);
  }

  /** Gives all of them up. */
  clear(): void {
    for (const shelved of [...this.#plans]) this.#retire(shelved);
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
  }

  #make(subject: string, make: () => Promise<PlaybackPlan>): Promise<Shelved> {
    const known = this.#making.get(subject);
    if (known !== undefined) return known;
    const making = this.#slots
      .run(make)
      .then((plan) => {
        const now = this.#clock.monotonic();
        const shelved = { subject, plan, madeMs: now, usedMs: now };
        this.#plans.add(shelved);
        this.#shrink(shelved);
        return shelved;
      })
      .finally(() => this.#making.delete(subject));
    this.#making.set(subject, making);
    return making;
  }

  #isFresh({ madeMs }: Shelved): boolean {
    return this.#clock.monotonic() - madeMs <= FRESH_MS;
  }

  #use(shelved: Shelved, key: string | undefined): PlaybackPlan {
    shelved.usedMs = this.#clock.monotonic();
    if (this.#plans.delete(shelved)) this.#plans.add(shelved);
    if (key !== undefined) {
      this.#readers.delete(key);
      this.#readers.set(key, shelved);
      const [oldest] = this.#readers.keys();
      if (this.#readers.size > MOST_READERS && oldest !== undefined) this.#readers.delete(oldest);
    }
    this.#cancelSweep ??= this.#clock.after(KEEP_MS, () => this.#sweep());
    return shelved.plan;
  }

  #shrink(newest: Shelved): void {
    let bytes = [...this.#plans].reduce((sum, { plan }) => sum + plan.heldBytes, 0);
    for (const shelved of [...this.#plans]) {
      if (this.#plans.size <= MOST_PLANS && bytes <= MOST_BYTES) return;
      if (shelved === newest) continue;
      bytes -= shelved.plan.heldBytes;
      this.#retire(shelved);
    }
  }

  #sweep(): void {
    this.#cancelSweep = undefined;
    for (const shelved of [...this.#plans]) if (this.#clock.monotonic() - shelved.usedMs >= KEEP_MS) this.#retire(shelved);
    if (this.#plans.size > 0) this.#cancelSweep = this.#clock.after(KEEP_MS, () => this.#sweep());
  }

  #retire(shelved: Shelved): void {
    this.#plans.delete(shelved);
    // Whoever began with it begins anew; as long as it is remembered it takes memory.
    for (const [key, begun] of this.#readers) if (begun === shelved) this.#readers.delete(key);
    shelved.plan.retire();
  }
}
