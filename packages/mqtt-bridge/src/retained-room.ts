// How much of other programs the embedded broker keeps: retained messages outlive whoever sent them, and nothing else bounds them.

/** What may be kept of all clients but the recorder. */
export interface RetainedLimits {
  readonly maxBytes: number;
  readonly maxTopics: number;
}

/** Keeps account of retained messages of clients. */
export class RetainedRoom {
  readonly #limits: RetainedLimits;
  readonly #kept = new Map<string, number>();
  #bytes = 0;

  constructor(limits: RetainedLimits) {
    this.#limits = limits;
  }

  /** Whether a message of `bytes` may be kept on a topic, in place of what is kept there; it counts from then on. Without bytes the topic is forgotten. */
  take(topic: string, bytes: number): boolean {
    const before = this.#kept.get(topic);
    const size = bytes === 0 ? 0 : bytes + topic.length;
    const total = this.#bytes - (before ?? 0) + size;
    if (size > 0 && (total > this.#limits.maxBytes || (before === undefined && this.#kept.size >= this.#limits.maxTopics))) return false;
    this.#bytes = total;
    if (size === 0) this.#kept.delete(topic);
    else this.#kept.set(topic, size);
    return true;
  }
}
