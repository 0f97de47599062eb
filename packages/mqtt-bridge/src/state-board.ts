// What was said last on each topic that is a state, so that nothing is said twice.
import { emptyMessage, plainMessage } from './messages.ts';
import type { Message } from './outbox.ts';
import type { TopicName } from './topics.ts';

/** Says states. */
export class StateBoard {
  readonly #base: string;
  readonly #publish: (message: Message) => void;
  /** By topic. */
  readonly #said = new Map<string, Message>();

  constructor(base: string, publish: (message: Message) => void) {
    this.#base = base;
    this.#publish = publish;
  }

  /** Publishes a state unless it was the last thing said there. @param name - What `<name>` is in the topic's pattern. */
  say(topic: TopicName, id: string, payload: string, name?: string): void {
    const message = plainMessage(this.#base, topic, { id, name, payload });
    if (this.#said.get(message.topic)?.payload === payload) return;
    this.#said.set(message.topic, message);
    this.#publish(message);
  }

  /** Publishes it although nothing changed: somebody who asked for something else must learn what is so. */
  repeat(topic: TopicName, id: string, payload: string, name?: string): void {
    const message = plainMessage(this.#base, topic, { id, name, payload });
    this.#said.set(message.topic, message);
    this.#publish(message);
  }

  /** Empties a retained topic. */
  empty(topic: string): void {
    this.#said.delete(topic);
    this.#publish(emptyMessage(topic));
  }

  /** Publishes every state again. */
  repeatAll(): void {
    for (const message of this.#said.values()) this.#publish(message);
  }

  /** What begins with this is said anew. */
  forgetBelow(beginning: string): void {
    for (const topic of [...this.#said.keys()]) if (topic.startsWith(beginning)) this.#said.delete(topic);
  }

  /** Everything is said anew. */
  forget(): void {
    this.#said.clear();
  }
}
