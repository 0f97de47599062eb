// One picture in the sizes people ask for, each made once.
import type { PictureSize } from '../ports/picture-painter.ts';
import { pictureSize, type WantedSize } from './picture-size-policy.ts';

/** Sizes of a picture that are remembered: those of a page, a phone and a wall, and then some. */
const MOST_SIZES = 8;

/** What a picture is. */
export interface SizedPictureOptions {
  /** Names the picture, and nothing else ever. */
  readonly name: string;
  /** When it was captured or drawn, in milliseconds since 1970. */
  readonly atMs: number;
  readonly isStale: boolean;
  readonly full: PictureSize;
  /** Makes it in a size. */
  make(size: PictureSize): Promise<Uint8Array>;
}

/** A picture; the sizes asked for last are kept. */
export class SizedPicture {
  readonly #options: SizedPictureOptions;
  /** From the one asked for longest ago to the newest. */
  readonly #sizes = new Map<string, Promise<Uint8Array>>();

  constructor(options: SizedPictureOptions) {
    this.#options = options;
  }

  get atMs(): number {
    return this.#options.atMs;
  }

  get isStale(): boolean {
    return this.#options.isStale;
  }

  get full(): PictureSize {
    return this.#options.full;
  }

  /** It, not larger than wanted. Who asks for the same at the same time gets the same. @throws RecorderError `PICTURE_FAILED`. */
  async get(wanted: WantedSize): Promise<{ readonly jpeg: Uint8Array; readonly etag: string }> {
    const { full, name, make } = this.#options;
    const size = pictureSize(full, wanted);
    const key = `${size.width}x${size.height}`;
    const made = this.#sizes.get(key) ?? make(size);
    this.#sizes.delete(key);
    this.#sizes.set(key, made);
    const [oldest] = this.#sizes.keys();
    if (this.#sizes.size > MOST_SIZES && oldest !== undefined) this.#sizes.delete(oldest);
    try {
      return { jpeg: await made, etag: `${name}-${key}` };
    } catch (error) {
      if (this.#sizes.get(key) === made) this.#sizes.delete(key);
      throw error;
    }
  }
}
