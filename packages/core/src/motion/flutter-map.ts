// Where the picture flutters (leaves, flags, rain on glass): pixels that keep crossing their threshold make their
// neighbourhood less sensitive. Kept per cell of 4 x 4 pixels, because the next leaf is never far.
import { bitCount } from './bit-plane.ts';

const CELL = 4;
/** Share a second. */
const RATE = 0.1;
/** Rise of the threshold per share of flips. */
const STRENGTH = 6;
/** How much of a neighbour's flutter counts. */
const SPREAD = 0.7;

/** Flip rates of cells, and the factor they put on thresholds. */
export class FlutterMap {
  readonly #columns: number;
  readonly #rows: number;
  readonly #stride: number;
  readonly #height: number;
  readonly #before: Int32Array;
  readonly #flipped: Int32Array;
  readonly #share: Float32Array;
  readonly #factor: Float32Array;
  #age = 0;

  constructor(width: number, height: number) {
    this.#columns = Math.ceil(width / CELL);
    this.#rows = Math.ceil(height / CELL);
    this.#stride = (width + 31) >>> 5;
    this.#height = height;
    this.#before = new Int32Array(this.#stride * height);
    this.#flipped = new Int32Array(this.#stride * height);
    this.#share = new Float32Array(this.#columns * this.#rows);
    this.#factor = new Float32Array(this.#columns * this.#rows).fill(1);
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

  /** Takes the pixels of one mask word (see `BitPlane`) that are beyond their own noise now. */
  note(word: number, beyond: number): void {
    this.#flipped[word] = (this.#before[word] ?? 0) ^ beyond;
    this.#before[word] = beyond;
  }

  /** Ends a step that `note` was called for with every word. */
  advance(seconds: number): void {
    this.#age += seconds;
    // Young maps believe what they see: a cold start in wind must not take half a minute.
    const rate = 1 - Math.exp(-Math.max(RATE, 1 / (1 + this.#age)) * seconds);
    for (let row = 0; row < this.#rows; row += 1) {
      for (let column = 0; column < this.#columns; column += 1) {
        let flips = 0;
        const word = column >>> 3;
        const shift = (column & 7) * CELL;
        for (let y = row * CELL; y < Math.min(this.#height, (row + 1) * CELL); y += 1) {
          flips += bitCount(((this.#flipped[y * this.#stride + word] ?? 0) >>> shift) & 15);
        }
        const cell = row * this.#columns + column;
        const share = this.#share[cell] ?? 0;
        this.#share[cell] = share + rate * (flips / (CELL * CELL) - share);
      }
    }
    this.#spread();
  }

  #spread(): void {
    for (let row = 0; row < this.#rows; row += 1) {
      for (let column = 0; column < this.#columns; column += 1) {
        let most = this.#share[row * this.#columns + column] ?? 0;
        for (let y = Math.max(0, row - 1); y <= Math.min(this.#rows - 1, row + 1); y += 1) {
          for (let x = Math.max(0, column - 1); x <= Math.min(this.#columns - 1, column + 1); x += 1) {
            const near = SPREAD * (this.#share[y * this.#columns + x] ?? 0);
            if (near > most) most = near;
          }
        }
        this.#factor[row * this.#columns + column] = 1 + STRENGTH * most;
      }
    }
  }
}
