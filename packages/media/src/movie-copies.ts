// What the media of an assembled file is copied from, as columns: stretches of other files, one after the other.
import { Float64List, Uint32List } from './growing-list.ts';

/** Not a file: the pattern of the plan, over and over. */
export const FROM_PATTERN = 2 ** 32 - 1;

/** Stretches in the order they are copied; the same index in each column is one stretch. */
export interface MovieCopies {
  readonly count: number;
  /** Number of the file, or `FROM_PATTERN`. */
  readonly sources: Uint32Array;
  /** Where each begins in its file, in bytes. */
  readonly offsets: Float64Array;
  /** Where each begins in the media data of the assembled file; one more says where that ends. */
  readonly starts: Float64Array;
}

/** Collects stretches; neighbours become one. */
export class CopyList {
  readonly #sources = new Uint32List();
  readonly #offsets = new Float64List();
  readonly #starts = new Float64List();
  #nextOffset = -1;
  #dataBytes = 0;

  /** Bytes of all stretches so far. */
  get dataBytes(): number {
    return this.#dataBytes;
  }

  add(source: number, offset: number, size: number): void {
    const last = this.#sources.length - 1;
    const goesOn = last >= 0 && this.#sources.at(last) === source && (source === FROM_PATTERN || this.#nextOffset === offset);
    if (!goesOn) {
      this.#sources.push(source);
      this.#offsets.push(offset);
      this.#starts.push(this.#dataBytes);
    }
    this.#nextOffset = offset + size;
    this.#dataBytes += size;
  }

  finish(): MovieCopies {
    const count = this.#sources.length;
    this.#starts.push(this.#dataBytes);
    return { count, sources: this.#sources.view().slice(), offsets: this.#offsets.view().slice(), starts: this.#starts.view().slice() };
  }
}
