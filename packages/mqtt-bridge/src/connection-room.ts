// How many connections there are, and from where. Those who never log in must not keep the others out: the longest of them goes first. Those
// who did must not keep the recorder out.
import type { Duplex } from 'node:stream';

/** Places beyond those of clients: who comes back when every client is there has to say first that it is the recorder. */
const KEPT = 2;

/** Connections of all doors. */
export class ConnectionRoom {
  readonly #most: number;
  /** With the address of the other end. */
  readonly #open = new Map<Duplex, string>();
  /** Those that have not logged in, the oldest first. */
  readonly #nameless = new Set<Duplex>();
  /** Those that have, the recorder not among them. */
  readonly #clients = new Set<Duplex>();

  constructor(most: number) {
    this.#most = most;
  }

  get connections(): Iterable<Duplex> {
    return this.#open.keys();
  }

  /** @returns Whether there is room; the connection is closed where there is none. */
  enter(connection: Duplex, address: string): boolean {
    const [longest] = this.#nameless;
    const isFull = this.#open.size >= this.#most + KEPT;
    if (isFull && longest === undefined) {
      connection.destroy();
      return false;
    }
    if (isFull && longest !== undefined) {
      this.#leave(longest);
      longest.destroy();
    }
    this.#open.set(connection, address);
    this.#nameless.add(connection);
    connection.once('close', () => this.#leave(connection));
    return true;
  }

  /** One takes the place of another, as TLS does of the connection below it. @returns Whether that has a place. */
  exchange(connection: Duplex, next: Duplex): boolean {
    const address = this.#open.get(connection);
    if (address === undefined) return false;
    this.#leave(connection);
    this.#open.set(next, address);
    this.#nameless.add(next);
    next.once('close', () => this.#leave(next));
    return true;
  }

  /** @returns Whether there is a place for who has logged in now. */
  loggedIn(connection: Duplex, isRecorder: boolean): boolean {
    if (!isRecorder && this.#clients.size >= this.#most) return false;
    this.#nameless.delete(connection);
    if (!isRecorder) this.#clients.add(connection);
    return true;
  }

  /** Where the other end is; empty where nobody knows any more. */
  addressOf(connection: Duplex): string {
    return this.#open.get(connection) ?? '';
  }

  #leave(connection: Duplex): void {
    this.#open.delete(connection);
    this.#nameless.delete(connection);
    this.#clients.delete(connection);
  }
}
