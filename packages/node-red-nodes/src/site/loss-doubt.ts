// Whether a recorder or camera that is said to be lost is. A broker that is stopped publishes the last wills of all that were connected, and one that is
// back still has them until they are, too.
import { OFFLINE, ONLINE, type SiteBoard } from './site-board.ts';
import type { SiteMessage } from './subscription-book.ts';

/** A message with its topic below the base. */
interface BoardMessage {
  readonly topic: string;
  readonly message: SiteMessage;
}

const PRESENCE = /^(server\/[^/]+\/state|camera\/[^/]+\/availability)$/;
/** A broker that is stopped ends within this; a recorder says of its cameras first what it then says of itself. */
const STOP_WITHIN_MS = 500;
/** Those whose broker is back have come back within this. */
const RETURN_WITHIN_MS = 3000;
/** With so many messages held back nobody waits any longer. */
const MOST_HELD = 10_000;

/** Hands on what the board is told; what was there and is said to be lost only if it is still so in a moment. */
export class LossDoubt {
  readonly #board: Pick<SiteBoard, 'text' | 'confirm'>;
  readonly #handOn: (topic: string, message: SiteMessage) => void;
  /** What came since somebody was said to be lost, in order. */
  #held: BoardMessage[] | undefined;
  #heldTimer: NodeJS.Timeout | undefined;
  /** Of those that the broker had kept as lost, by topic. */
  readonly #returning = new Map<string, NodeJS.Timeout>();

  constructor(board: Pick<SiteBoard, 'text' | 'confirm'>, handOn: (topic: string, message: SiteMessage) => void) {
    this.#board = board;
    this.#handOn = handOn;
  }

  /** Whether something is held back. */
  get isOpen(): boolean {
    return this.#held !== undefined || this.#returning.size > 0;
  }

  /** @param topic - Below the base. */
  take(topic: string, message: SiteMessage): void {
    if (this.#held !== undefined && this.#held.length >= MOST_HELD) this.#release();
    if (this.#held !== undefined) this.#held.push({ topic, message });
    else if (!PRESENCE.test(topic) || !this.#doubts(topic, message)) this.#handOn(topic, message);
  }

  /** The connection ended: nothing of it counts, it is told anew on the next one. */
  forget(): void {
    clearTimeout(this.#heldTimer);
    this.#held = undefined;
    for (const topic of [...this.#returning.keys()]) this.#settle(topic);
  }

  /** @returns Whether the message is held back. */
  #doubts(topic: string, message: SiteMessage): boolean {
    const isOffline = message.payload.toString('utf8', 0, OFFLINE.length + 1) === OFFLINE;
    if (isOffline && this.#returning.has(topic)) return true;
    this.#settle(topic);
    if (!isOffline || this.#board.text(topic) !== ONLINE) return false;
    if (message.retained) this.#awaitReturn(topic, message);
    else this.#hold(topic, message);
    return true;
  }

  #awaitReturn(topic: string, message: SiteMessage): void {
    this.#board.confirm(topic);
    const timer = setTimeout(() => {
      this.#returning.delete(topic);
      this.#handOn(topic, message);
    }, RETURN_WITHIN_MS);
    this.#returning.set(topic, timer);
  }

  #hold(topic: string, message: SiteMessage): void {
    this.#held = [{ topic, message }];
    this.#heldTimer = setTimeout(() => this.#release(), STOP_WITHIN_MS);
  }

  #release(): void {
    clearTimeout(this.#heldTimer);
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const each of held) this.#handOn(each.topic, each.message);
  }

  #settle(topic: string): void {
    clearTimeout(this.#returning.get(topic));
    this.#returning.delete(topic);
  }
}
