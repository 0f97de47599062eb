// Pictures asked of a decoder that has other work, which come out beside its frames, each with the time of the frame it was fed.
import type { Readable } from 'node:stream';
import { RecorderError } from '../../errors/recorder-error.ts';
import { SmjpegPictures } from './smjpeg-pictures.ts';

const WITHIN_MS = 5000;

interface Asked {
  readonly timeMs: number;
  resolve(jpeg: Uint8Array): void;
  reject(error: RecorderError): void;
}

/** Matches pictures with who asked for them. */
export class SidePictures {
  /** In the order of their times. */
  readonly #asked: Asked[] = [];
  readonly #withinMs: number;
  /** Why there are no more. */
  #over: string | undefined;

  constructor(output: Readable, withinMs = WITHIN_MS) {
    this.#withinMs = withinMs;
    const pictures = new SmjpegPictures(
      (jpeg, timeMs) => this.#take(jpeg, timeMs),
      () => this.end('the decoder printed no picture'),
    );
    output.on('data', (chunk: Buffer) => {
      if (this.#over === undefined) pictures.push(chunk);
    });
  }

  /** @param feed - Gives the decoder the frame, and says at which time in milliseconds: later than those before. */
  ask(feed: () => number): Promise<Uint8Array> {
    if (this.#over !== undefined) return Promise.reject(new RecorderError('PICTURE_FAILED', this.#over));
    const picture = new Promise<Uint8Array>((resolve, reject) => {
      this.#asked.push({ timeMs: feed(), resolve, reject });
    });
    // Pictures are made elsewhere as well, and nobody should wait so long for each.
    const timer = setTimeout(() => this.end(`the decoder made no picture within ${this.#withinMs / 1000} s`), this.#withinMs);
    return picture.finally(() => clearTimeout(timer));
  }

  /** No more pictures come. Safe to repeat. */
  end(why: string): void {
    this.#over ??= why;
    for (const { reject } of this.#asked.splice(0)) reject(new RecorderError('PICTURE_FAILED', why));
  }

  #take(jpeg: Uint8Array, printedMs: number): void {
    const at = this.#asked.findIndex(({ timeMs }) => timeMs % 2 ** 32 === printedMs);
    if (at < 0) return;
    // Those before it never come any more.
    for (const { reject } of this.#asked.splice(0, at)) reject(new RecorderError('PICTURE_FAILED', 'the decoder made no picture of the frame'));
    this.#asked.shift()?.resolve(jpeg);
  }
}
