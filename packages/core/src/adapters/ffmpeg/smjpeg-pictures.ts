// JPEG pictures as ffmpeg's `smjpeg` muxer prints them: a header, then for each its time in milliseconds, its length and the picture.
// Of the formats ffmpeg knows it is the plainest one that says which frame a picture is of.

/** Ends the header. */
const HEADER_END = 'HEND';
const VIDEO = 'vidD';
const END = 'DONE';
/** Kind, time, length; numbers are big-endian. */
const CHUNK_HEAD_BYTES = 12;
const LARGEST_HEADER_BYTES = 1024;
const LARGEST_PICTURE_BYTES = 32 * 1024 * 1024;

/** Takes such a stream apart. */
export class SmjpegPictures {
  readonly #onPicture: (jpeg: Uint8Array, timeMs: number) => void;
  readonly #onNonsense: () => void;
  #buffer: Buffer = Buffer.alloc(0);
  #isHeaderRead = false;

  /**
   * @param onPicture - Times are those of the muxer modulo 2^32.
   * @param onNonsense - Hears of something that is no such stream; what follows can't be read.
   */
  constructor(onPicture: (jpeg: Uint8Array, timeMs: number) => void, onNonsense: () => void) {
    this.#onPicture = onPicture;
    this.#onNonsense = onNonsense;
  }

  push(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    if (!this.#isHeaderRead && !this.#readHeader()) return;
    for (;;) {
      if (this.#buffer.length < CHUNK_HEAD_BYTES) return;
      const kind = this.#buffer.toString('latin1', 0, 4);
      if (kind === END) return;
      const length = this.#buffer.readUInt32BE(8);
      if (kind !== VIDEO || length > LARGEST_PICTURE_BYTES) return this.#onNonsense();
      const end = CHUNK_HEAD_BYTES + length;
      if (this.#buffer.length < end) return;
      const timeMs = this.#buffer.readUInt32BE(4);
      const jpeg = new Uint8Array(this.#buffer.subarray(CHUNK_HEAD_BYTES, end));
      this.#buffer = this.#buffer.subarray(end);
      this.#onPicture(jpeg, timeMs);
    }
  }

  #readHeader(): boolean {
    const at = this.#buffer.indexOf(HEADER_END);
    if (at < 0) {
      if (this.#buffer.length > LARGEST_HEADER_BYTES) this.#onNonsense();
      return false;
    }
    this.#isHeaderRead = true;
    this.#buffer = this.#buffer.subarray(at + HEADER_END.length);
    return true;
  }
}
