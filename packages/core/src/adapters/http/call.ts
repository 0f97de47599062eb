// One request under way: whether anybody still waits for it, and writing to it no faster than it is read.
import type { ServerResponse } from 'node:http';

/** A request under way. */
export class Call {
  readonly #controller = new AbortController();
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.once('close', () => this.abort());
  }

  /** Aborts when nobody waits any more. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Nobody waits any more. */
  abort(): void {
    this.#controller.abort('closed');
  }

  /** Writes a piece; resolves when there is room for the next one, or nobody waits any more. */
  async write(piece: Uint8Array | string): Promise<void> {
    const response = this.#response;
    if (this.signal.aborted || response.write(piece)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      response.once('drain', done);
      this.signal.addEventListener('abort', done, { once: true });
    });
  }
}
