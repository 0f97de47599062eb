// JPEG pictures as ffmpeg's `mpjpeg` muxer prints them: for each a header that says its length, an empty line, the picture.

const LARGEST_PICTURE_BYTES = 32 * 1024 * 1024;
const LARGEST_HEADER_BYTES = 1024;

/** Takes such a stream apart. */
export class MultipartPictures {
  readonly #onPicture: (jpeg: Uint8Array) => void;
  readonly #onNonsense: () => void;
  #buffer: Buffer = Buffer.alloc(0);

  /** @param onNonsense - Hears of a header that is none, or a length that no picture has; what follows can't be read. */
  constructor(onPicture: (jpeg: Uint8Array) => void, onNonsense: () => void) {
    this.#onPicture = onPicture;
    this.#onNonsense = onNonsense;
  }

  push(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const headerEnd = this.#buffer.indexOf('\r\n\r\n');
      if ((headerEnd < 0 ? this.#buffer.length : headerEnd) > LARGEST_HEADER_BYTES) return this.#onNonsense();
      if (headerEnd < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(this.#buffer.toString('latin1', 0, headerEnd))?.[1]);
      if (!(length <= LARGEST_PICTURE_BYTES)) return this.#onNonsense();
      const start = headerEnd + 4;
      if (this.#buffer.length < start + length) return;
      const jpeg = new Uint8Array(this.#buffer.subarray(start, start + length));
      this.#buffer = this.#buffer.subarray(start + length);
      this.#onPicture(jpeg);
    }
  }
}
