// The picture of a camera whose recorder does not answer. It was drawn beforehand: whatever could draw it now is away.
import { readFile } from 'node:fs/promises';

const WIDTHS = [640, 1280] as const;

/** Reads pictures beside the package once each. */
export class Placeholder {
  readonly #read = new Map<number, Promise<Uint8Array>>();

  /** A JPEG of about that width. */
  picture(width: number): Promise<Uint8Array> {
    const nearest = width <= WIDTHS[0] ? WIDTHS[0] : WIDTHS[1];
    const read = this.#read.get(nearest) ?? readFile(new URL(`../../pictures/recorder-away-${nearest}.jpg`, import.meta.url));
    this.#read.set(nearest, read);
    // A process that has too many files open just now has not for ever.
    read.catch(() => this.#read.delete(nearest));
    return read;
  }
}
