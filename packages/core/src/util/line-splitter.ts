// Cuts a stream of bytes into lines, in bounded memory whatever comes.

const LF = 0x0a;
const CR = 0x0d;

/** Lines of one stream. They end with LF or CRLF; what is too long is left out as a whole. */
export class LineSplitter {
  readonly #mostBytes: number;
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  /** The line that is coming is too long already. */
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

  /** Whether a line has begun that has no end yet. */
  get isWithin(): boolean {
    return this.#restBytes > 0 || this.#isTooLong;
  }

  /** Takes what came. @returns The lines that ended with it, without their ends. */
  push(chunk: Uint8Array): Uint8Array[] {
    const lines: Uint8Array[] = [];
    let from = 0;
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
      this.#keep(chunk.subarray(from, at));
      const line = this.flush();
      if (line !== undefined) lines.push(line);
      from = at + 1;
    }
    // The chunk's memory may be shared with what comes next.
    this.#keep(chunk.slice(from));
    return lines;
  }

  /** Ends the line that has begun. @returns It, where it is one that is taken. */
  flush(): Uint8Array | undefined {
    const { isWithin } = this;
    const line = joined(this.#rest, this.#restBytes);
    this.#forget();
    if (!this.#isTooLong) return isWithin ? withoutCr(line) : new Uint8Array();
    this.#isTooLong = false;
    return undefined;
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
