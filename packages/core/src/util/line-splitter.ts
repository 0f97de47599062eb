// Cuts a stream of bytes into lines, in bounded memory whatever comes.

const LF = 0x0a;
const CR = 0x0d;

/** Lines of one stream. They end with LF or CRLF; what is too long is left out as a whole. */
export class LineSplitter {
  readonly #mostBytes: number;
  /** What came and was not looked at. */
  #chunks: Uint8Array[] = [];
  /** The line that has begun. */
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #isTooLong = false;
  #tooLong = 0;

  /** @param mostBytes - Bytes of the longest line that is taken, without its end. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Lines that were left out so far. */
  get tooLong(): number {
    return this.#tooLong;
  }

  /** Whether a line has begun that has no end yet, once `next` has no more. */
  get isWithin(): boolean {
    return this.#restBytes > 0 || this.#isTooLong;
  }

  /** Takes what came; `next` has its lines. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  /** The next line without its end; `undefined` where none has ended. */
  next(): Uint8Array | undefined {
    for (let [chunk] = this.#chunks; chunk !== undefined; [chunk] = this.#chunks) {
      const end = chunk.indexOf(LF);
      if (end === -1) {
        this.#chunks.shift();
        // Not the whole chunk's memory for a few bytes of it.
        this.#keep(chunk.slice());
        continue;
      }
      this.#keep(chunk.subarray(0, end));
      this.#chunks[0] = chunk.subarray(end + 1);
      const line = this.flush();
      if (line !== undefined) return line;
    }
    return undefined;
  }

  /** Ends the line that has begun. @returns It, where it is one that is taken. */
  flush(): Uint8Array | undefined {
    const line = joined(this.#rest, this.#restBytes);
    const wasTooLong = this.#isTooLong;
    this.#isTooLong = false;
    this.#forget();
    return wasTooLong ? undefined : withoutCr(line);
  }

  #keep(part: Uint8Array): void {
    if (this.#isTooLong || part.length === 0) return;
    this.#rest.push(part);
    this.#restBytes += part.length;
    // The CR of a line end does not count.
    const most = this.#mostBytes + (part.at(-1) === CR ? 1 : 0);
    if (this.#restBytes <= most) return;
    this.#isTooLong = true;
    this.#tooLong += 1;
    this.#forget();
  }

  #forget(): void {
    this.#rest = [];
    this.#restBytes = 0;
  }
}

const withoutCr = (line: Uint8Array): Uint8Array => (line.at(-1) === CR ? line.subarray(0, -1) : line);

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const [first = new Uint8Array()] = parts;
  if (parts.length < 2) return first;
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
