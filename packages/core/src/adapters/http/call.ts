// One request under way: whether anybody still waits for it, and writing to it no faster than it is read.
import type { ServerResponse } from 'node:http';
import { RecorderError } from '../../errors/recorder-error.ts';

/** A request under way. */
export class Call {
  readonly #controller = new AbortController();
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.once('close', () => this.#controller.abort('closed'));
  }

  /** Aborts when nobody waits any more. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why it is ended from our side; absent: it is not. */
  get refusal(): RecorderError | undefined {
    const { reason } = this.signal;
    return reason instanceof RecorderError ? reason : undefined;
  }

  /** Ends it, whatever was sent. An answer that has not begun yet says why. */
  abort(refusal: RecorderError): void {
    this.#controller.abort(refusal);
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
