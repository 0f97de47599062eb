// Reads a live stream one packet ahead, so that whoever reads several can look at all of them.
import { type LivePacket, reasonOf } from '@nightjar/client';

/** One live stream. What is not taken waits at the recorder, which drops what becomes too old. */
export class PacketReader {
  readonly #abort = new AbortController();
  readonly #packets: AsyncIterator<LivePacket> | undefined;
  readonly #wake: () => void;
  #next: LivePacket | undefined;
  #isOver = false;
  #problem: string | undefined;

  /**
   * @param open - Opens the stream, which ends with the signal.
   * @param wake - Called whenever there is something to take, and at the end.
   */
  constructor(open: (signal: AbortSignal) => AsyncIterable<LivePacket>, wake: () => void) {
    this.#wake = wake;
    try {
      this.#packets = open(this.#abort.signal)[Symbol.asyncIterator]();
      this.#read();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Nothing more comes. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Why it ended, where it failed. */
  get problem(): string | undefined {
    return this.#problem;
  }

  take(): LivePacket | undefined {
    const packet = this.#next;
    this.#next = undefined;
    if (packet !== undefined) this.#read();
    return packet;
  }

  /** Lets go of the stream. Safe to repeat. */
  close(): void {
    this.#isOver = true;
    this.#next = undefined;
    this.#abort.abort();
    // A stream that fails while it closes is over all the same.
    this.#packets?.return?.().then(undefined, () => undefined);
  }

  #read(): void {
    this.#packets?.next().then(
      (result) => {
        if (this.#isOver) return;
        if (result.done === true) this.#end();
        else {
          this.#next = result.value;
          this.#wake();
        }
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#problem = reasonOf(error);
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }
}
