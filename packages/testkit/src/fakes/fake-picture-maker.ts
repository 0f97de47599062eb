// Pictures without a decoder: every one is the same small grey JPEG with a comment that says what it was made from.
import { type PictureMaker, type PictureRequest, RecorderError } from '@nightjar/core';

// ffmpeg -f lavfi -i color=gray:s=8x8 -frames:v 1 -q:v 31 -f mjpeg -
const GREY_JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAg+Pkk+SVVVVVVVVWRdZGhoaGRkZGRoaGhwcHCDg4NwcHBoaHBwfHyDg4+Tj4eHg4eTk5ubm7q6srLZ2eD/' +
    '////xABKAAEAAAAAAAAAAAAAAAAAAAAAAQEAAAAAAAAAAAAAAAAAAAAAEAEAAAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AAEQgACAAIAwEiAAIRAAMRAP/aAAwDAQAC' +
    'EQMRAD8AAA//2Q==',
  'base64',
);

/** One call of a fake picture maker. */
export type PictureCall =
  | { readonly kind: 'render'; readonly request: PictureRequest }
  | { readonly kind: 'file'; readonly path: string; readonly offsetSeconds: number }
  | { readonly kind: 'shrink'; readonly maxWidth: number; readonly maxBytes: number };

/** A `PictureMaker` that remembers its calls, and fails while it is told to. */
export class FakePictureMaker implements PictureMaker {
  /** Every call, in order. */
  readonly calls: PictureCall[] = [];
  /** While true, every call rejects with `PICTURE_FAILED`. */
  isFailing = false;

  async render(request: PictureRequest, signal: AbortSignal): Promise<Uint8Array> {
    this.calls.push({ kind: 'render', request });
    if (request.packets.length === 0) throw new RecorderError('PICTURE_FAILED', 'there is no packet to make a picture of');
    return this.#picture(`${request.packets.length} packets`, signal);
  }

  async renderFromFile(path: string, offsetSeconds: number, _options: Pick<PictureRequest, 'maxWidth' | 'exifTime'>, signal: AbortSignal): Promise<Uint8Array> {
    this.calls.push({ kind: 'file', path, offsetSeconds });
    return this.#picture(`${path} at ${offsetSeconds} s`, signal);
  }

  async shrink(jpeg: Uint8Array, maxWidth: number, maxBytes: number): Promise<Uint8Array> {
    this.calls.push({ kind: 'shrink', maxWidth, maxBytes });
    if (this.isFailing || !isJpeg(jpeg)) throw new RecorderError('PICTURE_FAILED', 'the picture could not be made smaller');
    return jpeg.length <= maxBytes ? jpeg : new Uint8Array(GREY_JPEG);
  }

  async #picture(comment: string, signal: AbortSignal): Promise<Uint8Array> {
    if (this.isFailing || signal.aborted) throw new RecorderError('PICTURE_FAILED', `no picture of ${comment}`);
    return fakeJpeg(comment);
  }
}

/** A JPEG of 8x8 grey pixels that carries `comment`. */
export function fakeJpeg(comment: string): Uint8Array {
  const text = new TextEncoder().encode(comment);
  const size = text.length + 2;
  return Uint8Array.from([...GREY_JPEG.subarray(0, 2), 0xff, 0xfe, size >> 8, size & 255, ...text, ...GREY_JPEG.subarray(2)]);
}

/** Whether `bytes` begin and end as a JPEG does. */
export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
