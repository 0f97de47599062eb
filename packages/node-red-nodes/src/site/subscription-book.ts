// Who listens to what. A node that is deployed anew is away for some milliseconds: what comes for it meanwhile is held, not lost.
import { matchesTopic } from './topic-filter.ts';

/** A message as it came. */
export interface SiteMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** The broker had kept it: it tells how things are, not that they changed now. */
  readonly retained: boolean;
  /** Of a request that this answers; MQTT 5 only. */
  readonly correlation?: string;
  /** What the publisher says beside the payload; MQTT 5 only. */
  readonly userProperties?: Readonly<Record<string, unknown>>;
}

/** Told of each message that fits, in the order they came. */
export type SiteListener = (message: SiteMessage) => void;

interface Entry {
  readonly owner: string;
  readonly filter: string;
  /** Absent while its owner is away and expected back. */
  listener: SiteListener | undefined;
}

/** How long a node that is deployed anew is waited for. */
const AWAY_MS = 1000;
/** While flows are being deployed it is looked so often whether they are. */
const LOOK_AGAIN_MS = 50;
/** States are short, and so are their topics. */
const LONGEST_STATE_BYTES = 64;
const LONGEST_TOPIC = 500;
const MOST_STATES = 4096;

/** Subscriptions of a site's nodes, by the node's id. */
export class SubscriptionBook {
  #isHeld = false;
  /** States that were told since the broker answered; absent until it has. */
  #newest: Map<string, Buffer> | undefined;
  #entries: Entry[] = [];
  #waiting: (() => void)[] = [];
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #onUnused: (filters: readonly string[]) => void;
  readonly #onFault: (error: unknown) => void;

  /** @param tell.onUnused - Nobody listens to these filters any more. @param tell.onFault - A listener threw. */
  constructor(tell: { onUnused(filters: readonly string[]): void; onFault(error: unknown): void }) {
    this.#onUnused = tell.onUnused;
    this.#onFault = tell.onFault;
  }

  /** Every filter that is wanted, once. */
  get filters(): readonly string[] {
    return [...new Set(this.#entries.map(({ filter }) => filter))];
  }

  /** Those of one owner. */
  filtersOf(owner: string): readonly string[] {
    return this.#entries.filter((entry) => entry.owner === owner).map(({ filter }) => filter);
  }

  /** The owner listens to a filter; if it was away, it is back. */
  add(owner: string, filter: string, listener: SiteListener): void {
    const own = this.#entries.find((entry) => entry.owner === owner && entry.filter === filter && entry.listener === undefined);
    if (own === undefined) this.#entries.push({ owner, filter, listener });
    else own.listener = listener;
    // What it does not ask for again in this turn it does not want any more.
    if (this.#timers.has(owner)) this.#await(owner, 0);
    this.#release();
  }

  /** The owner listens no more; unless it leaves `forGood`, it is waited for. */
  leave(owner: string, forGood: boolean): void {
    for (const entry of this.#entries) if (entry.owner === owner) entry.listener = undefined;
    if (forGood) this.#drop(owner);
    else this.#await(owner, AWAY_MS);
  }

  /** Hands a message to everybody it is for. @returns A promise where it has to wait for somebody who is away; nothing is to be delivered before it resolves. */
  deliver(message: SiteMessage): Promise<void> | undefined {
    if (this.#isHeld || (!message.retained && this.#isAwaited(message.topic))) return this.#wait(message);
    this.#hand(message);
    return undefined;
  }

  /** Flows are being deployed: nothing is handed to anybody, since what they are wired to may not be there, and nobody is given up. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Flows run. */
  go(): void {
    this.#isHeld = false;
    this.#release();
  }

  /** There is a new connection; what is told before the broker has answered may be older than what it kept. */
  begin(): void {
    this.#newest = undefined;
  }

  /** The broker has answered. Some send what they had kept after what was published meanwhile; from now on that is put right. */
  settled(): void {
    this.#newest = new Map();
  }

  /** Forgets everybody. What was held is never delivered. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#isHeld = false;
    this.#entries = [];
    this.#waiting = [];
  }

  async #wait(message: SiteMessage): Promise<void> {
    while (this.#isHeld || (!message.retained && this.#isAwaited(message.topic))) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#hand(message);
  }

  #hand(come: SiteMessage): void {
    const message = this.#newestOf(come);
    for (const { filter, listener } of [...this.#entries]) {
      if (listener === undefined || !matchesTopic(filter, message.topic)) continue;
      try {
        listener(message);
      } catch (error) {
        this.#onFault(error);
      }
    }
  }

  #newestOf(message: SiteMessage): SiteMessage {
    const { topic, payload, retained } = message;
    if (this.#newest === undefined) return message;
    if (retained) return { ...message, payload: this.#newest.get(topic) ?? payload };
    this.#newest.delete(topic);
    if (this.#newest.size >= MOST_STATES) this.#newest.clear();
    // A copy: what came is a part of all that the socket had at that moment.
    if (payload.byteLength <= LONGEST_STATE_BYTES && topic.length <= LONGEST_TOPIC) this.#newest.set(topic, Buffer.from(payload));
    return message;
  }

  #isAwaited(topic: string): boolean {
    return this.#entries.some(({ listener, filter }) => listener === undefined && matchesTopic(filter, topic));
  }

  #await(owner: string, ms: number): void {
    clearTimeout(this.#timers.get(owner));
    this.#timers.set(
      owner,
      setTimeout(() => (this.#isHeld ? this.#await(owner, LOOK_AGAIN_MS) : this.#drop(owner)), ms),
    );
  }

  #drop(owner: string): void {
    clearTimeout(this.#timers.get(owner));
    this.#timers.delete(owner);
    const before = this.filters;
    this.#entries = this.#entries.filter((entry) => entry.owner !== owner || entry.listener !== undefined);
    const left = new Set(this.filters);
    const unused = before.filter((filter) => !left.has(filter));
    if (unused.length > 0) this.#onUnused(unused);
    this.#release();
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
