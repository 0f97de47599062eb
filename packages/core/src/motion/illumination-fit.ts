// How the light of a frame differs from the light the background was learned in: a gain and an offset, fitted
// through block medians so that things in the picture don't pull it and exposure that pumps disappears.

const BLOCK_WIDTH = 16;
const BLOCK_HEIGHT = 10;
const MOST_SAMPLES = 16;
const ITERATIONS = 4;
/** Holds the gain near 1 where the picture is too flat to tell it; in squared levels. */
const GAIN_PRIOR = 3600;
/** Residual of a block, in levels, that still counts fully at least. */
const LEAST_SCALE = 2;
/** Medians at or beyond these may be clipped (limited range included), so they say nothing about the light. */
const CLIPPED_LOW = 17;
const CLIPPED_HIGH = 233;
/** Share of blocks that must be unclipped before the clipped ones are left out. */
const LEAST_UNCLIPPED = 0.15;

/** Fits `frame ≈ gain * background + offset`; the result is in `gain` and `offset`. */
export class IlluminationFit {
  gain = 1;
  /** In levels. */
  offset = 0;
  /** Mean of the background's blocks, in levels. */
  #average = 0;
  readonly #columns: number;
  readonly #rows: number;
  /** Sample positions, `#samples` a block; -1 ends a block's list early. */
  readonly #positions: Int32Array;
  readonly #perBlock: number;
  readonly #frame: Float32Array;
  readonly #background: Float32Array;
  readonly #use: Uint8Array;
  readonly #residual: Float32Array;
  readonly #sorted: Float32Array;
  readonly #samples: Float32Array;
  #cost = 0;
  #tryGain = 1;
  #tryOffset = 0;

  constructor(width: number, height: number) {
    this.#columns = Math.max(4, Math.round(width / BLOCK_WIDTH));
    this.#rows = Math.max(4, Math.round(height / BLOCK_HEIGHT));
    const blocks = this.#columns * this.#rows;
    this.#perBlock = MOST_SAMPLES;
    this.#positions = samplePositions(width, height, this.#columns, this.#rows, this.#perBlock);
    this.#frame = new Float32Array(blocks);
    this.#background = new Float32Array(blocks);
    this.#use = new Uint8Array(blocks);
    this.#residual = new Float32Array(blocks);
    this.#sorted = new Float32Array(blocks);
    this.#samples = new Float32Array(this.#perBlock);
  }

  /** How much brighter the picture is than the background, on average, in levels. */
  get shift(): number {
    return (this.gain - 1) * this.#average + this.offset;
  }

  /** Back to "same light". */
  reset(): void {
    this.gain = 1;
    this.offset = 0;
  }

  /** Takes over a background that changed. */
  background(mean: Float32Array): void {
    this.#medians(mean, this.#background);
    let sum = 0;
    for (let block = 0; block < this.#background.length; block += 1) sum += this.#background[block] ?? 0;
    this.#average = sum / this.#background.length;
  }

  /** Fits a frame against the background last given; the previous result is one of the starting points. */
  fit(luma: Uint8Array): void {
    this.#medians(luma, this.#frame);
    this.#choose();
    this.#tryGain = this.gain;
    this.#tryOffset = this.offset;
    this.#refine();
    const { gain, offset, cost } = { gain: this.#tryGain, offset: this.#tryOffset, cost: this.#cost };
    this.#tryGain = 1;
    this.#tryOffset = this.#medianShift();
    this.#refine();
    const second = this.#cost < cost;
    this.gain = second ? this.#tryGain : gain;
    this.offset = second ? this.#tryOffset : offset;
  }

  #medians(plane: Uint8Array | Float32Array, into: Float32Array): void {
    const samples = this.#samples;
    for (let block = 0; block < into.length; block += 1) {
      const base = block * this.#perBlock;
      let count = 0;
      for (; count < this.#perBlock; count += 1) {
        const at = this.#positions[base + count] ?? -1;
        if (at < 0) break;
        samples[count] = plane[at] ?? 0;
      }
      into[block] = selectMiddle(samples, count);
    }
  }

  #choose(): void {
    let unclipped = 0;
    for (let block = 0; block < this.#use.length; block += 1) {
      const frame = this.#frame[block] ?? 0;
      const background = this.#background[block] ?? 0;
      const clipped = frame <= CLIPPED_LOW || frame >= CLIPPED_HIGH || background <= CLIPPED_LOW || background >= CLIPPED_HIGH;
      this.#use[block] = clipped ? 0 : 1;
      if (!clipped) unclipped += 1;
    }
    if (unclipped < LEAST_UNCLIPPED * this.#use.length) this.#use.fill(1);
  }

  #medianShift(): number {
    let count = 0;
    for (let block = 0; block < this.#use.length; block += 1) {
      if (this.#use[block] === 0) continue;
      this.#sorted[count] = (this.#frame[block] ?? 0) - (this.#background[block] ?? 0);
      count += 1;
    }
    return selectMiddle(this.#sorted, count);
  }

  /** Reweighted least squares from `#tryGain`, `#tryOffset`; leaves the robust cost in `#cost`. */
  #refine(): void {
    for (let round = 0; round < ITERATIONS; round += 1) {
      const scale = this.#residuals();
      let sw = 0;
      let sx = 0;
      let sy = 0;
      let sxx = 0;
      let sxy = 0;
      for (let block = 0; block < this.#use.length; block += 1) {
        if (this.#use[block] === 0) continue;
        const x = this.#background[block] ?? 0;
        const y = this.#frame[block] ?? 0;
        const r = (this.#residual[block] ?? 0) / scale;
        const root = 1 / (1 + r * r);
        const w = root * root;
        sw += w;
        sx += w * x;
        sy += w * y;
        sxx += w * x * x;
        sxy += w * x * y;
      }
      const spread = sxx - (sx * sx) / sw + GAIN_PRIOR;
      const gain = (sxy - (sx * sy) / sw + GAIN_PRIOR) / spread;
      this.#tryGain = Math.min(5, Math.max(0.2, gain));
      this.#tryOffset = (sy - this.#tryGain * sx) / sw;
    }
    this.#residuals();
    let cost = 0;
    for (let block = 0; block < this.#use.length; block += 1) {
      if (this.#use[block] === 0) continue;
      const r = (this.#residual[block] ?? 0) / (2 * LEAST_SCALE);
      cost += Math.log1p(r * r);
    }
    this.#cost = cost;
  }

  /** Fills `#residual`; returns the scale beyond which a block is an outlier. */
  #residuals(): number {
    let count = 0;
    for (let block = 0; block < this.#use.length; block += 1) {
      const r = (this.#frame[block] ?? 0) - this.#tryGain * (this.#background[block] ?? 0) - this.#tryOffset;
      this.#residual[block] = r;
      if (this.#use[block] === 0) continue;
      this.#sorted[count] = Math.abs(r);
      count += 1;
    }
    return 2 * Math.max(LEAST_SCALE, 1.48 * selectMiddle(this.#sorted, count));
  }
}

/** The middle value of the first `count` numbers; reorders them. */
const selectMiddle = (values: Float32Array, count: number): number => {
  if (count === 0) return 0;
  const middle = count >>> 1;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >>> 1] ?? 0;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i += 1;
      while ((values[j] ?? 0) > pivot) j -= 1;
      if (i <= j) {
        const swap = values[i] ?? 0;
        values[i] = values[j] ?? 0;
        values[j] = swap;
        i += 1;
        j -= 1;
      }
    }
    if (middle <= j) high = j;
    else if (middle >= i) low = i;
    else break;
  }
  return values[middle] ?? 0;
};

const samplePositions = (width: number, height: number, columns: number, rows: number, perBlock: number): Int32Array => {
  const positions = new Int32Array(columns * rows * perBlock).fill(-1);
  for (let block = 0; block < columns * rows; block += 1) {
    const left = Math.floor(((block % columns) * width) / columns);
    const right = Math.floor((((block % columns) + 1) * width) / columns);
    const top = Math.floor((Math.floor(block / columns) * height) / rows);
    const bottom = Math.floor(((Math.floor(block / columns) + 1) * height) / rows);
    const area = (right - left) * (bottom - top);
    const step = Math.max(1, area / perBlock);
    for (let sample = 0; sample < perBlock && sample * step < area; sample += 1) {
      // A stride that is no divisor of the block's width walks over all its columns.
      const index = Math.floor(sample * step);
      positions[block * perBlock + sample] = (top + Math.floor(index / (right - left))) * width + left + (index % (right - left));
    }
  }
  return positions;
};
