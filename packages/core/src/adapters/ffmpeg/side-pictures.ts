// Pictures asked of a decoder that has other work, which come out beside its frames, one after the other.
import type { Readable } from 'node:stream';
import { RecorderError } from '../../errors/recorder-error.ts';
import { MultipartPictures } from './multipart-pictures.ts';

const WITHIN_MS = 5000;

interface Asked {
  resolve(jpeg: Uint8Array): void;
  reject(error: RecorderError): void;
}

/** Matches pictures with who asked for them. */
export class SidePictures {
  readonly #asked: Asked[] = [];
  readonly #withinMs: number;
  /** Why there are no more. */
  #over: string | undefined;

  constructor(output: Readable, withinMs = WITHIN_MS) {
    this.#withinMs = withinMs;
    const pictures = new MultipartPictures(
      (jpeg) => this.#asked.shift()?.resolve(jpeg),
      () => this.end('the decoder printed no picture'),
    );
    output.on('data', (chunk: Buffer) => {
      if (this.#over === undefined) pictures.push(chunk);
    });
  }

  /** @param feed - Gives the decoder the frame, so that pictures come in the order they were asked for. */
  ask(feed: () => void): Promise<Uint8Array> {
    if (this.#over !== undefined) return Promise.reject(new RecorderError('PICTURE_FAILED', this.#over));
    const picture = new Promise<Uint8Array>((resolve, reject) => {
      feed();
      this.#asked.push({ resolve, reject });
    });
    // One that never came may still come: nobody could tell whose the next one is.
    const timer = setTimeout(() => this.end(`the decoder made no picture within ${this.#withinMs / 1000} s`), this.#withinMs);
    return picture.finally(() => clearTimeout(timer));
  }

  /** No more pictures come. Safe to repeat. */
  end(why: string): void {
    this.#over ??= why;
    for (const { reject } of this.#asked.splice(0)) reject(new RecorderError('PICTURE_FAILED', why));
  }
}
