// Where the picture flutters (leaves, flags, rain on glass): pixels that keep crossing their threshold make their
// neighbourhood less sensitive. Kept per cell of 4 x 4 pixels, because the next leaf is never far.
import { bitCount } from './bit-plane.ts';
import { HEAP_PLANES, type Planes } from './kernels/planes.ts';

/** Side of a cell, in pixels. */
export const FLUTTER_CELL = 4;
/** Share a second. */
const RATE = 0.1;
/** Rise of the threshold per share of flips. */
const STRENGTH = 6;
/** How much of a neighbour's flutter counts. */
const SPREAD = 0.7;
/** Seconds by which a new map distrusts its first looks. */
const DISTRUST = 0.3;

/** Flip rates of cells, and the factor they put on thresholds. */
export class FlutterMap {
  readonly #columns: number;
  readonly #rows: number;
  readonly #stride: number;
  readonly #height: number;
  readonly #before: Int32Array;
  readonly #flipped: Int32Array;
  readonly #share: Float32Array;
  /** Largest share of a cell and those above and below it. */
  readonly #tallest: Float32Array;
  readonly #factor: Float32Array;
  #age = 0;

  constructor(width: number, height: number, planes: Planes = HEAP_PLANES) {
    this.#columns = Math.ceil(width / FLUTTER_CELL);
    this.#rows = Math.ceil(height / FLUTTER_CELL);
    this.#stride = (width + 31) >>> 5;
    this.#height = height;
    this.#before = new Int32Array(this.#stride * height);
    this.#flipped = new Int32Array(this.#stride * height);
    this.#share = new Float32Array(this.#columns * this.#rows);
    this.#tallest = new Float32Array(this.#columns * this.#rows);
    this.#factor = planes.f32(this.#columns * this.#rows).fill(1);
  }

  /** Forgets everything. */
  reset(): void {
    this.#before.fill(0);
    this.#flipped.fill(0);
    this.#share.fill(0);
    this.#factor.fill(1);
    this.#age = 0;
  }

  /** What the threshold at a pixel is multiplied by; 1 where nothing flutters. */
  factorAt(y: number, x: number): number {
    return this.#factor[(y >>> 2) * this.#columns + (x >>> 2)] ?? 1;
  }

  /** Where the factors of a row of pixels begin in memory, in bytes. */
  factorsOf(y: number): number {
    return this.#factor.byteOffset + (y >>> 2) * this.#columns * this.#factor.BYTES_PER_ELEMENT;
  }

  /** Takes the pixels of one mask word (see `BitPlane`) that are beyond their own noise now. */
  note(word: number, beyond: number): void {
    this.#flipped[word] = (this.#before[word] ?? 0) ^ beyond;
    this.#before[word] = beyond;
  }

  /** Ends a step of the cells whose rows begin at `top`: `note` was called for every word of them. */
  advanceBand(top: number, seconds: number): void {
    if (top === 0) this.#age += seconds;
    // Young maps believe what they see: a cold start in wind must not take half a minute.
    const rate = 1 - Math.exp(-Math.max(RATE, 1 / (DISTRUST + this.#age)) * seconds);
    const bottom = Math.min(this.#height, top + FLUTTER_CELL);
    for (let column = 0; column < this.#columns; column += 1) {
      let flips = 0;
      const word = column >>> 3;
      const shift = (column & 7) * FLUTTER_CELL;
      for (let y = top; y < bottom; y += 1) flips += bitCount(((this.#flipped[y * this.#stride + word] ?? 0) >>> shift) & 15);
      const cell = (top / FLUTTER_CELL) * this.#columns + column;
      const share = this.#share[cell] ?? 0;
      this.#share[cell] = share + rate * (flips / (FLUTTER_CELL * FLUTTER_CELL) - share);
    }
  }

  /** Makes new factors from what the cells and their neighbours have seen. */
  spread(): void {
    const columns = this.#columns;
    for (let row = 0; row < this.#rows; row += 1) {
      const above = row > 0 ? -columns : 0;
      const below = row + 1 < this.#rows ? columns : 0;
      for (let column = 0; column < columns; column += 1) {
        const at = row * columns + column;
        this.#tallest[at] = Math.max(this.#share[at + above] ?? 0, this.#share[at] ?? 0, this.#share[at + below] ?? 0);
      }
    }
    for (let at = 0; at < this.#factor.length; at += 1) {
      const column = at % columns;
      const left = column > 0 ? (this.#tallest[at - 1] ?? 0) : 0;
      const right = column + 1 < columns ? (this.#tallest[at + 1] ?? 0) : 0;
      this.#factor[at] = 1 + STRENGTH * Math.max(this.#share[at] ?? 0, SPREAD * Math.max(left, this.#tallest[at] ?? 0, right));
    }
  }
}
