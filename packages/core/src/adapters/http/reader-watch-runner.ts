// Gives up who reads nothing of what was sent. One timer looks at all of them; what they have read is what was sent without what still waits
// here and in the operating system, which buffers megabytes: by what it takes from us alone, a slow reader and none look alike for minutes.
import { connectionKey, readUnread, type UnreadBytes } from './unread-bytes.ts';

/** Looks in the time somebody may read nothing. */
const LOOKS = 12;
/** Where the system does not tell what it holds: so many times the patience, since a slow reader makes room for us only now and then. */
const BLIND_PATIENCE = 3;

/** The writing side of a connection, as `net.Socket` has it. */
export interface Connection {
  readonly localPort?: number | undefined;
  readonly remotePort?: number | undefined;
  /** Given to the connection so far. */
  readonly bytesWritten: number;
  /** Of these, what waits in this process. */
  readonly writableLength: number;
}

interface Reader {
  readonly connection: Connection;
  readonly giveUp: () => void;
  readBytes: number;
  progressMs: number;
}

/** What the watch is made with. */
export interface ReaderWatchOptions {
  /** How long somebody may read nothing; it is noticed within a sixth more. */
  readonly stalledMs: number;
  /** For tests. */
  readonly unread?: () => Promise<UnreadBytes | undefined>;
  /** For tests; monotonic. */
  readonly now?: () => number;
}

/** Watches readers. */
export class ReaderWatchRunner {
  readonly #stalledMs: number;
  readonly #unread: () => Promise<UnreadBytes | undefined>;
  readonly #now: () => number;
  readonly #readers = new Set<Reader>();
  readonly #timer: NodeJS.Timeout;

  constructor({ stalledMs, unread = readUnread, now = () => performance.now() }: ReaderWatchOptions) {
    this.#stalledMs = stalledMs;
    this.#unread = unread;
    this.#now = now;
    this.#timer = setInterval(() => void this.look(), stalledMs / LOOKS);
    this.#timer.unref();
  }

  /** Calls `giveUp` once nothing was read for too long of what was sent. @returns Stops that. */
  watch(connection: Connection, giveUp: () => void): () => void {
    const reader: Reader = { connection, giveUp, readBytes: 0, progressMs: this.#now() };
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** Looks at each reader. */
  async look(): Promise<void> {
    if (this.#readers.size === 0) return;
    const unread = await this.#unread();
    const patienceMs = unread === undefined ? this.#stalledMs * BLIND_PATIENCE : this.#stalledMs;
    const nowMs = this.#now();
    for (const reader of [...this.#readers]) {
      const { localPort, remotePort, bytesWritten, writableLength } = reader.connection;
      const waiting = writableLength + (unread?.get(connectionKey(localPort, remotePort)) ?? 0);
      const readBytes = bytesWritten - waiting;
      // Who has read everything waits for us.
      if (waiting === 0 || readBytes > reader.readBytes) reader.progressMs = nowMs;
      reader.readBytes = Math.max(reader.readBytes, readBytes);
      if (nowMs - reader.progressMs < patienceMs) continue;
      this.#readers.delete(reader);
      reader.giveUp();
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
