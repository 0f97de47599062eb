// From a stream of bytes to tracks and samples: the incremental reader of fragmented MP4. Each byte is looked at
// once and copied at most once, because every camera's whole stream goes through here.
import { type BoxHeader, MAX_BOX_HEADER_BYTES, parseBoxHeader } from './box.ts';
import { parseMoof, type SampleLocation } from './fragment-index.ts';
import { MediaError } from './media-error.ts';
import { type Movie, parseMoov } from './movie.ts';
import type { Sample, Track } from './track.ts';

/** What the reader has found: the tracks (once per moov), or the samples of one fragment. */
export type Fmp4Item =
  | {
      readonly type: 'init';
      readonly tracks: readonly Track[] /** Sample entry types of tracks this package doesn't know. */;
      readonly leftOut: readonly string[];
    }
  | { readonly type: 'samples'; readonly samples: readonly Sample[] };

/** Bounds of what a reader accepts. */
export interface Fmp4ReaderOptions {
  /** Largest box that is read or skipped, in bytes. Default 64 MiB. */
  readonly maxBoxBytes?: number;
}

const DEFAULT_MAX_BOX_BYTES = 64 * 1024 * 1024;
const COLLECTED_BOXES: ReadonlySet<string> = new Set(['moov', 'moof', 'mdat']);

interface OpenBox {
  readonly header: BoxHeader;
  /** Offset of the box in the stream. */
  readonly start: number;
  /** The box as far as it arrived; absent for a box that is skipped. */
  readonly bytes: Uint8Array | undefined;
  filled: number;
}

/**
 * Reads fragmented MP4 from chunks of any size.
 *
 * Samples may be views of the chunks, so a chunk must not be written to after it was pushed. Once `push` has
 * thrown, the reader is of no further use.
 */
export class Fmp4Reader {
  readonly #maxBoxBytes: number;
  /** The beginning of a header that a chunk cut in two. */
  readonly #header = new Uint8Array(MAX_BOX_HEADER_BYTES);
  #headerFilled = 0;
  /** The box that is longer than what has arrived. */
  #open: OpenBox | undefined;
  /** Bytes of the stream before the current chunk. */
  #streamOffset = 0;
  #movie: Movie | undefined;
  #pending: SampleLocation[] = [];
  /** By track: where its newest sample ends, in ticks, as the stream says it. */
  readonly #ends = new Map<number, number>();

  constructor(options: Fmp4ReaderOptions = {}) {
    this.#maxBoxBytes = options.maxBoxBytes ?? DEFAULT_MAX_BOX_BYTES;
  }

  /** @throws MediaError where the stream is not fragmented MP4, is damaged, or has a box that is too large. */
  push(chunk: Uint8Array): Fmp4Item[] {
    const items: Fmp4Item[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#open === undefined) at = this.#begin(chunk, at, items);
      else at = this.#continue(this.#open, chunk, at, items);
    }
    this.#streamOffset += chunk.length;
    return items;
  }

  /** At a box's beginning: takes the box whole where it lies whole in the chunk, else opens it. */
  #begin(chunk: Uint8Array, at: number, items: Fmp4Item[]): number {
    const header = this.#headerFilled === 0 ? parseBoxHeader(chunk, at) : undefined;
    if (header === undefined) return this.#gatherHeader(chunk, at, items);
    this.#check(header);
    const start = this.#streamOffset + at;
    if (header.size > chunk.length - at) {
      this.#open = this.#openBox(header, start);
      return at;
    }
    if (COLLECTED_BOXES.has(header.type)) this.#take(header, chunk.subarray(at, at + header.size), start, items);
    return at + header.size;
  }

  /** In a header that lies in two chunks or more. */
  #gatherHeader(chunk: Uint8Array, at: number, items: Fmp4Item[]): number {
    const wanted = this.#headerFilled < 8 ? 8 : MAX_BOX_HEADER_BYTES;
    const part = chunk.subarray(at, at + wanted - this.#headerFilled);
    this.#header.set(part, this.#headerFilled);
    this.#headerFilled += part.length;
    const gathered = this.#header.subarray(0, this.#headerFilled);
    const header = parseBoxHeader(gathered);
    if (header !== undefined) {
      this.#check(header);
      const open = this.#openBox(header, this.#streamOffset + at + part.length - gathered.length);
      open.bytes?.set(gathered);
      open.filled = gathered.length;
      this.#headerFilled = 0;
      this.#open = open;
      this.#closeIfWhole(open, items);
    }
    return at + part.length;
  }

  /** Inside a box: takes what the chunk has of it. */
  #continue(open: OpenBox, chunk: Uint8Array, at: number, items: Fmp4Item[]): number {
    const count = Math.min(chunk.length - at, open.header.size - open.filled);
    open.bytes?.set(chunk.subarray(at, at + count), open.filled);
    open.filled += count;
    this.#closeIfWhole(open, items);
    return at + count;
  }

  #closeIfWhole(open: OpenBox, items: Fmp4Item[]): void {
    if (open.filled < open.header.size) return;
    this.#open = undefined;
    if (open.bytes !== undefined) this.#take(open.header, open.bytes, open.start, items);
  }

  #openBox(header: BoxHeader, start: number): OpenBox {
    return { header, start, bytes: COLLECTED_BOXES.has(header.type) ? new Uint8Array(header.size) : undefined, filled: 0 };
  }

  #check(header: BoxHeader): void {
    if (header.size === 0) throw new MediaError(`The box ${header.type} has no size, which a stream cannot have.`);
    if (header.size > this.#maxBoxBytes) {
      throw new MediaError(`The box ${header.type} is ${header.size} bytes long, more than the ${this.#maxBoxBytes} allowed.`);
    }
  }

  #take(header: BoxHeader, box: Uint8Array, start: number, items: Fmp4Item[]): void {
    if (header.type === 'moov') {
      this.#movie = parseMoov(box);
      items.push({ type: 'init', tracks: this.#movie.tracks, leftOut: this.#movie.leftOut });
      return;
    }
    if (this.#movie === undefined) throw new MediaError(`The stream has a ${header.type} before its moov.`);
    if (header.type === 'moof') {
      if (this.#pending.length > 0) throw new MediaError('A fragment came without its data.');
      this.#pending = parseMoof(box, start, this.#movie);
    } else if (this.#pending.length > 0) {
      const locations = this.#pending.map((location) => this.#settle(location));
      items.push({ type: 'samples', samples: cutSamples(locations, box, start, header.headerSize) });
      this.#pending = [];
    }
  }

  /**
   * ffmpeg gives a frame that had to wait for one of another track the time of its successor and no duration. It
   * belongs where its predecessor ends.
   */
  #settle(location: SampleLocation): SampleLocation {
    const { trackId, dts, pts, duration } = location;
    const end = this.#ends.get(trackId);
    this.#ends.set(trackId, dts + duration);
    return duration === 0 && end !== undefined && end < dts ? { ...location, dts: end, pts: pts - (dts - end), duration: dts - end } : location;
  }
}

const cutSamples = (locations: readonly SampleLocation[], mdat: Uint8Array, start: number, headerSize: number): Sample[] => {
  return locations.map(({ trackId, dts, pts, duration, isKey, offset, size }) => {
    const from = offset - start;
    if (from < headerSize || from + size > mdat.length) throw new MediaError('A fragment places a sample outside its data.');
    return { trackId, dts, pts, duration, isKey, data: mdat.subarray(from, from + size) };
  });
};
