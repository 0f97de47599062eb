// One request under way: whether anybody still waits for it, and writing to it no faster than it is read.
import type { ServerResponse } from 'node:http';

/** A request under way. */
export class Call {
  readonly #controller = new AbortController();
  readonly #response: ServerResponse;

  /** @param stalledMs - How long somebody may read nothing of what was written before the connection is given up. */
  constructor(response: ServerResponse, stalledMs: number) {
    this.#response = response;
    response.once('close', () => this.abort());
    // Node counts only time without progress. A stream that has nothing to say for a while is nobody's fault.
    response.setTimeout(stalledMs, () => {
      if (response.writableLength > 0) response.destroy();
    });
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
