// What waits for the broker, with a bound on everything: one slot for each retained or volatile topic, a queue of events, and one of answers.
import type { TopicSpec } from './topics.ts';

/** One thing to publish. */
export interface Message {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly retain: boolean;
  readonly qos: 0 | 1;
  readonly keep: TopicSpec['keep'];
  readonly expirySeconds?: number;
  readonly contentType?: string;
  readonly userProperties?: Readonly<Record<string, string>>;
  readonly correlationData?: Uint8Array;
}

/** A message in its place. */
export interface Entry {
  readonly message: Message;
  /** When it was put here, milliseconds of the clock given. */
  readonly atMs: number;
  order: number;
}

/** Answers that wait for their turn while commands come faster than the broker takes them; the oldest go first. */
const MOST_ANSWERS = 500;

/** How much may wait. */
export interface OutboxLimits {
  readonly maxEvents: number;
  readonly maxEventAgeMs: number;
}

/**
 * Keeps the order of what is put in; a slot that is overwritten moves to the end.
 * Pure but for the clock it is given.
 */
export class Outbox {
  readonly #limits: OutboxLimits;
  readonly #now: () => number;
  readonly #slots = new Map<string, Entry>();
  #events: Entry[] = [];
  #answers: Entry[] = [];
  #order = 0;
  #dropped = 0;

  constructor(limits: OutboxLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Events waiting. */
  get queued(): number {
    return this.#events.length;
  }

  /** Events given up since the beginning, because there were too many or they were too old. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Messages waiting. */
  get size(): number {
    return this.#slots.size + this.#events.length + this.#answers.length;
  }

  /** Whether a state or a picture waits on the topic. */
  holds(topic: string): boolean {
    return this.#slots.has(topic);
  }

  put(message: Message): void {
    const entry: Entry = { message, atMs: this.#now(), order: this.#order++ };
    if (message.keep === 'event') {
      this.#events.push(entry);
      this.#trim();
      return;
    }
    if (message.keep === 'answer') {
      this.#answers.push(entry);
      if (this.#answers.length > MOST_ANSWERS) this.#answers.shift();
      return;
    }
    this.#slots.delete(message.topic);
    this.#slots.set(message.topic, entry);
  }

  /** The next message, removed; `undefined` when nothing waits. */
  take(): Entry | undefined {
    this.#trim();
    const [slot] = this.#slots.values();
    const [event] = this.#events;
    const [answer] = this.#answers;
    const [first] = [slot, event, answer].filter((entry) => entry !== undefined).toSorted((a, b) => a.order - b.order);
    if (first === undefined) return undefined;
    if (first === event) this.#events.shift();
    else if (first === answer) this.#answers.shift();
    else this.#slots.delete(first.message.topic);
    return first;
  }

  /** Puts events that were sent but not acknowledged back in front, in their order. */
  giveBack(entries: readonly Entry[]): void {
    this.#events = [...entries.filter(({ message }) => message.keep === 'event'), ...this.#events].sort((a, b) => a.order - b.order);
    this.#trim();
  }

  /** Drops volatile messages and answers: the broker is gone, and whoever asked has given up. */
  dropVolatile(): void {
    this.#answers = [];
    for (const [topic, { message }] of this.#slots) {
      if (message.keep === 'volatile') this.#slots.delete(topic);
    }
  }

  /** Drops every slot: the full state is about to be put in again, and the events shall come after it. */
  clearSlots(): void {
    this.#slots.clear();
  }

  /** Moves the events behind everything put in so far; they keep their order. */
  eventsLast(): void {
    for (const entry of this.#events) entry.order = this.#order++;
  }

  #trim(): void {
    const oldestMs = this.#now() - this.#limits.maxEventAgeMs;
    let gone = Math.max(0, this.#events.length - this.#limits.maxEvents);
    while (gone < this.#events.length && (this.#events[gone]?.atMs ?? oldestMs) < oldestMs) gone++;
    if (gone === 0) return;
    this.#events = this.#events.slice(gone);
    this.#dropped += gone;
  }
}
