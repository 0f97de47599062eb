// A picture of bits, 32 pixels a word: masks cost a thirty-second of a byte plane, and morphology works on whole words.
import { HEAP_PLANES, type Planes } from './kernels/planes.ts';

/** A mask of `width` x `height` pixels. Bit k of word j of a row is pixel 32 j + k; bits beyond the width are always 0. */
export class BitPlane {
  readonly width: number;
  readonly height: number;
  /** Words a row. */
  readonly stride: number;
  readonly words: Int32Array;
  /** Valid bits of the last word of a row. */
  readonly tail: number;

  constructor(width: number, height: number, planes: Planes = HEAP_PLANES) {
    this.width = width;
    this.height = height;
    this.stride = (width + 31) >>> 5;
    this.words = planes.i32(this.stride * height);
    this.tail = (width & 31) === 0 ? -1 : (1 << (width & 31)) - 1;
  }

  get(x: number, y: number): boolean {
    return (((this.words[y * this.stride + (x >>> 5)] ?? 0) >>> (x & 31)) & 1) === 1;
  }

  set(x: number, y: number): void {
    const at = y * this.stride + (x >>> 5);
    this.words[at] = (this.words[at] ?? 0) | (1 << (x & 31));
  }

  clear(): void {
    this.words.fill(0);
  }

  /** Sets every pixel of the picture. */
  fill(): void {
    this.words.fill(-1);
    for (let at = this.stride - 1; at < this.words.length; at += this.stride) this.words[at] = this.tail;
  }

  /** Sets pixels `start` (inclusive) to `end` (exclusive) of row `y`. */
  setRun(y: number, start: number, end: number): void {
    const base = y * this.stride;
    for (let word = start >>> 5; word <= (end - 1) >>> 5; word += 1) {
      this.words[base + word] = (this.words[base + word] ?? 0) | runBits(word, start, end);
    }
  }

  /** How many of pixels `start` (inclusive) to `end` (exclusive) of row `y` are set. */
  countRun(y: number, start: number, end: number): number {
    const base = y * this.stride;
    let count = 0;
    for (let word = start >>> 5; word <= (end - 1) >>> 5; word += 1) count += bitCount((this.words[base + word] ?? 0) & runBits(word, start, end));
    return count;
  }

  /** How many pixels are set. */
  count(): number {
    let count = 0;
    for (let at = 0; at < this.words.length; at += 1) {
      const word = this.words[at] ?? 0;
      if (word !== 0) count += bitCount(word);
    }
    return count;
  }

  copyFrom(other: BitPlane): void {
    this.words.set(other.words);
  }

  /** Keeps only what is also set in `other`. */
  intersect(other: BitPlane): void {
    for (let at = 0; at < this.words.length; at += 1) this.words[at] = (this.words[at] ?? 0) & (other.words[at] ?? 0);
  }

  /** Clears what is set in `other`. */
  subtract(other: BitPlane): void {
    for (let at = 0; at < this.words.length; at += 1) this.words[at] = (this.words[at] ?? 0) & ~(other.words[at] ?? 0);
  }

  /** Adds what is set in `other`. */
  unite(other: BitPlane): void {
    for (let at = 0; at < this.words.length; at += 1) this.words[at] = (this.words[at] ?? 0) | (other.words[at] ?? 0);
  }
}

/** Number of set bits of a 32-bit word. */
export const bitCount = (word: number): number => {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** The bits of word number `word` of a row that pixels `start`…`end` (exclusive) occupy. */
const runBits = (word: number, start: number, end: number): number => {
  const first = Math.max(0, start - word * 32);
  const last = Math.min(32, end - word * 32);
  const upTo = last === 32 ? -1 : (1 << last) - 1;
  return upTo & (-1 << first);
};
