// JPEGs out of an answer that never ends (multipart/x-mixed-replace, RFC 2046 §5.1).
import type { Picture } from './media.ts';

const LARGEST_PICTURE = 32 * 1024 * 1024;
const LONGEST_HEAD = 4096;
const HEAD_END = '\r\n\r\n';

/** Reads the parts of a body, each of which says how long it is. Ends when the body does. @throws Error where the body is something else. */
export async function* readPictures(body: AsyncIterable<Uint8Array>): AsyncGenerator<Picture, void, void> {
  const parts = new PartReader();
  for await (const chunk of body) {
    parts.push(chunk);
    for (let picture = parts.next(); picture !== undefined; picture = parts.next()) yield picture;
  }
}

/** A picture and what the headers beside it say. */
export const pictureOf = (headers: Headers, jpeg: Uint8Array): Picture => ({
  jpeg,
  at: headers.get('x-nightjar-captured-at') ?? new Date().toISOString(),
  stale: headers.get('x-nightjar-stale') === 'true',
  etag: headers.get('etag') ?? '',
});

class PartReader {
  #bytes = new Uint8Array(0);
  /** Of the part that is not whole yet. */
  #headers: Headers | undefined;
  #size = 0;

  push(chunk: Uint8Array): void {
    const joined = new Uint8Array(this.#bytes.length + chunk.length);
    joined.set(this.#bytes);
    joined.set(chunk, this.#bytes.length);
    this.#bytes = joined;
  }

  /** The next whole part; `undefined` until more came. */
  next(): Picture | undefined {
    this.#headers ??= this.#takeHead();
    if (this.#headers === undefined || this.#bytes.length < this.#size) return undefined;
    const picture = pictureOf(this.#headers, this.#bytes.slice(0, this.#size));
    this.#bytes = this.#bytes.slice(this.#size);
    this.#headers = undefined;
    return picture;
  }

  #takeHead(): Headers | undefined {
    const text = new TextDecoder('latin1').decode(this.#bytes.subarray(0, LONGEST_HEAD));
    const end = text.indexOf(HEAD_END);
    if (end < 0) {
      if (this.#bytes.length >= LONGEST_HEAD) throw new Error('the pictures have no headers');
      return undefined;
    }
    const headers = new Headers();
    for (const line of text.slice(0, end).split('\r\n')) {
      const colon = line.indexOf(':');
      if (colon > 0) headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
    }
    this.#size = Number(headers.get('content-length') ?? Number.NaN);
    if (!Number.isSafeInteger(this.#size) || this.#size < 0 || this.#size > LARGEST_PICTURE) throw new Error('a picture does not say how long it is');
    this.#bytes = this.#bytes.slice(end + HEAD_END.length);
    return headers;
  }
}
