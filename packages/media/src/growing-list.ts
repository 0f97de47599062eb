// Lists of numbers that grow: a day of video has millions of samples, and plain arrays would cost twice as much.

const FIRST_CAPACITY = 64;

interface NumberArray {
  readonly length: number;
  [index: number]: number;
}

/** Numbers in a typed array that is replaced by a larger one when it is full. */
class GrowingList<A extends NumberArray & { set(other: A): void; subarray(from: number, to: number): A }> {
  readonly #make: (capacity: number) => A;
  #items: A;
  #length = 0;

  constructor(make: (capacity: number) => A) {
    this.#make = make;
    this.#items = make(FIRST_CAPACITY);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#items.length) {
      const larger = this.#make(this.#length * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.#length] = value;
    this.#length += 1;
  }

  /** The number at `index`; 0 where there is none. */
  at(index: number): number {
    return this.#items[index] ?? 0;
  }

  /** Overwrites the last number. */
  setLast(value: number): void {
    this.#items[this.#length - 1] = value;
  }

  /** Everything so far, not copied. */
  view(): A {
    return this.#items.subarray(0, this.#length);
  }
}

/** Whole numbers below 2^32. */
export class Uint32List extends GrowingList<Uint32Array> {
  constructor() {
    super((capacity) => new Uint32Array(capacity));
  }
}

/** Numbers of any size: places in files. */
export class Float64List extends GrowingList<Float64Array> {
  constructor() {
    super((capacity) => new Float64Array(capacity));
  }
}

/** Whole numbers between -2^31 and 2^32, equal neighbours kept once. */
export class RunList {
  readonly #counts = new Uint32List();
  readonly #values = new Float64List();

  /** How many runs there are. */
  get length(): number {
    return this.#counts.length;
  }

  push(value: number): void {
    const last = this.#counts.length - 1;
    if (last >= 0 && this.#values.at(last) === value) this.#counts.setLast(this.#counts.at(last) + 1);
    else {
      this.#counts.push(1);
      this.#values.push(value);
    }
  }

  countAt(run: number): number {
    return this.#counts.at(run);
  }

  valueAt(run: number): number {
    return this.#values.at(run);
  }
}
