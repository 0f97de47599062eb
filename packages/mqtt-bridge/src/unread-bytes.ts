// What was sent to clients and is not read: bounded for each by whoever sends, and for all of them here.
import type { Duplex } from 'node:stream';

const LOOK_MS = 250;

/** Disconnects those with most to read while all together have too much. */
export class UnreadBytes {
  readonly #connections: Iterable<Duplex>;
  readonly #most: number;

  /** @param most - Bytes of all connections. */
  constructor(connections: Iterable<Duplex>, most: number) {
    this.#connections = connections;
    this.#most = most;
  }

  /** Looks now and then; does not keep the process alive. */
  start(): void {
    setInterval(() => this.look(), LOOK_MS).unref();
  }

  look(): void {
    const waiting = [...this.#connections].map((connection) => ({ connection, bytes: connection.writableLength }));
    let total = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= this.#most) return;
    for (const { connection, bytes } of waiting.sort((a, b) => b.bytes - a.bytes)) {
      connection.destroy();
      total -= bytes;
      if (total <= this.#most) return;
    }
  }
}
