// How much of a broker's retained topics is kept: whoever may publish there decides how many there are.

/** Ids as recorders make them, and a little more. */
const THING = /^(camera|server)\/[A-Za-z0-9._-]{1,64}\//;
/** No house has more. */
const MOST_THINGS: Readonly<Record<string, number>> = { camera: 1024, server: 64 };
const MOST_TOPICS_OF_ONE = 64;
const LONGEST_BYTES = 65_536;
const MOST_BYTES = 16 * 1024 * 1024;

/** Counts what is kept. */
export class BoardRoom {
  /** Sizes by topic, by thing: `camera/porch/`. */
  readonly #things = new Map<string, Map<string, number>>();
  #bytes = 0;

  /** @returns Whether a text of so many bytes may be kept on this topic, in place of what was kept on it; it then counts. */
  take(topic: string, bytes: number): boolean {
    const [thing, kind = ''] = THING.exec(topic) ?? [];
    if (thing === undefined) return false;
    const topics = this.#things.get(thing);
    const before = topics?.get(topic);
    const hasRoom =
      bytes <= LONGEST_BYTES &&
      this.#bytes - (before ?? 0) + bytes <= MOST_BYTES &&
      (before !== undefined || (topics === undefined ? this.#count(kind) < (MOST_THINGS[kind] ?? 0) : topics.size < MOST_TOPICS_OF_ONE));
    if (!hasRoom) return false;
    this.#bytes += bytes - (before ?? 0);
    if (topics === undefined) this.#things.set(thing, new Map([[topic, bytes]]));
    else topics.set(topic, bytes);
    return true;
  }

  /** Nothing is kept on this topic any more. */
  leave(topic: string): void {
    const [thing = ''] = THING.exec(topic) ?? [];
    const topics = this.#things.get(thing);
    this.#bytes -= topics?.get(topic) ?? 0;
    topics?.delete(topic);
    if (topics?.size === 0) this.#things.delete(thing);
  }

  clear(): void {
    this.#things.clear();
    this.#bytes = 0;
  }

  #count(kind: string): number {
    let count = 0;
    for (const thing of this.#things.keys()) if (thing.startsWith(`${kind}/`)) count += 1;
    return count;
  }
}
