// Topics the broker does not let us publish on: what is said of them, and what is tried again so that a mended access list is noticed.
import type { Message } from './outbox.ts';

/** More names help nobody. */
const MOST = 1000;
/** What is no state cannot be tried again; if nothing of it was refused for so long, it may be allowed by now. */
const FORGET_MS = 600_000;

/** What the broker refused and has not taken since. */
export class RefusedTopics {
  /** The newest refused message of each topic, the longest refused first. */
  readonly #messages = new Map<string, { readonly message: Message; readonly what: string; readonly atMs: number }>();

  /** One sentence, the same for any number of others, which grows and shrinks one by one; `undefined` where nothing is refused. */
  get problem(): string | undefined {
    const [first] = this.#messages.values();
    if (first === undefined) return undefined;
    return `The broker ${first.what} on ${first.message.topic}${this.#messages.size === 1 ? '' : ' and other topics'}`;
  }

  /** States to send again; the rest is over, and forgotten after a while. @param nowMs - Monotonic. */
  again(nowMs: number): readonly Message[] {
    for (const [topic, { message, atMs }] of this.#messages) if (message.keep !== 'state' && nowMs - atMs > FORGET_MS) this.#messages.delete(topic);
    return [...this.#messages.values()].map(({ message }) => message).filter(({ keep }) => keep === 'state');
  }

  /** @param what - What the broker does: a verb that `on` and a topic may follow. @param nowMs - Monotonic. */
  refused(message: Message, what: string, nowMs: number): void {
    if (this.#messages.size < MOST || this.#messages.has(message.topic)) this.#messages.set(message.topic, { message, what, atMs: nowMs });
  }

  /** @returns Whether it was refused before. */
  taken({ topic }: Message): boolean {
    return this.#messages.delete(topic);
  }

  clear(): void {
    this.#messages.clear();
  }
}
