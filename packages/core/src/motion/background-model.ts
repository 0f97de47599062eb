// The background of a picture: per pixel a running mean and a running mean deviation, from which each pixel gets its
// own threshold. Never learns under foreground, but for the slow tolerance that ends endless alarms.
import type { BitPlane } from './bit-plane.ts';
import type { FlutterMap } from './flutter-map.ts';
import { FLUTTER_CELL } from './flutter-map.ts';
import type { MotionKernels } from './kernels/motion-kernels.ts';
import { HEAP_PLANES } from './kernels/planes.ts';

/** Shares a second. */
const LEARN_RATE = 0.15;
const WARM_UP_RATE = 2.5;
/** How fast the mean follows the fitted light, foreground included. */
const LIGHT_RATE = 0.8;
/** How fast deviation grows under foreground: what flickers for minutes (a screen, a fan) becomes normal. */
const TOLERANCE_RATE = 0.0015;
const FIRST_DEVIATION = 2.5;
/** Levels. */
const LEAST_DEVIATION = 1;
const LEAST_THRESHOLD = 12;
const DEVIATIONS = 4;
/** Pixels a camera on a pole may sway by unnoticed: an edge's step counts for this much. */
const EDGE_SHARE = 0.4;
const EDGE_TURNS = 16;
/** Seconds between lessons below which each teaches half of the rows. */
const FREQUENT = 0.4;
const HALVES = [0, 1] as const;

/** How much of a difference in light the background takes over within these seconds. */
export const lightShare = (seconds: number): number => 1 - Math.exp(-LIGHT_RATE * seconds);

/** What one learning step is told. */
export interface Lesson {
  readonly luma: Uint8Array;
  /** Frame minus expectation, see `subtractBackground`. */
  readonly residual: Int16Array;
  /** Pixels beyond their threshold. */
  readonly changed: BitPlane;
  /** Pixels that belong to things. */
  readonly foreground: BitPlane;
  /** Since the last lesson. */
  readonly seconds: number;
  /** Whether the light differs from the background's. */
  readonly shifted: boolean;
}

/** Mean, deviation and threshold of every pixel. */
export class BackgroundModel {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  /** Levels a pixel must differ by more than, flutter included. */
  readonly threshold: Uint8Array;
  /** Largest step to a neighbour, in levels; refreshed a few rows at a time. */
  readonly #edge: Uint8Array;
  /** Of one row: mask words of the pixels beyond their own noise. */
  readonly #flips: Int32Array;
  readonly #kernels: MotionKernels | undefined;
  readonly #width: number;
  readonly #height: number;
  /** Seconds not learned yet, of either half of the rows. */
  readonly #owed = [0, 0];
  #turn = 0;

  /** @param kernels - Given where what lessons bring is in its memory too. */
  constructor(width: number, height: number, kernels?: MotionKernels) {
    const pixels = width * height;
    const planes = kernels ?? HEAP_PLANES;
    this.mean = planes.f32(pixels);
    this.deviation = planes.f32(pixels).fill(FIRST_DEVIATION);
    this.threshold = planes.u8(pixels).fill(LEAST_THRESHOLD);
    this.#edge = planes.u8(pixels);
    this.#flips = planes.i32((width + 31) >>> 5);
    this.#kernels = kernels;
    this.#width = width;
    this.#height = height;
  }

  /** Takes a picture as the background; noise and flutter that are known stay known. */
  seed(luma: Uint8Array): void {
    this.mean.set(luma);
    this.#seeded();
  }

  /** Takes a picture as the background, but for the pixels of `things`, which get what the fitted light makes of them. */
  seedAround(luma: Uint8Array, residual: Int16Array, things: BitPlane): void {
    for (let at = 0; at < this.mean.length; at += 1) {
      const thing = things.get(at % this.#width, Math.floor(at / this.#width));
      this.mean[at] = (luma[at] ?? 0) - (thing ? (residual[at] ?? 0) : 0);
    }
    this.#seeded();
  }

  #seeded(): void {
    for (let y = 0; y < this.#height; y += 1) this.#measureEdges(y);
    this.#owed.fill(0);
  }

  /** Forgets everything and begins with this picture. */
  restart(luma: Uint8Array): void {
    this.seed(luma);
    this.deviation.fill(FIRST_DEVIATION);
    for (let at = 0; at < this.threshold.length; at += 1) this.threshold[at] = LEAST_THRESHOLD + EDGE_SHARE * (this.#edge[at] ?? 0);
  }

  /** Learns fast, but for the pixels of `things`: the first second, and after the light changed. */
  settle(luma: Uint8Array, things: BitPlane, seconds: number, flutter: FlutterMap): void {
    const rate = 1 - Math.exp(-WARM_UP_RATE * seconds);
    const { mean, deviation, threshold } = this;
    for (let y = 0; y < this.#height; y += 1) {
      for (let j = 0; j < things.stride; j += 1) {
        const word = y * things.stride + j;
        const kept = things.words[word] ?? 0;
        let flips = 0;
        for (let bit = 0; bit < 32 && j * 32 + bit < this.#width; bit += 1) {
          if (((kept >>> bit) & 1) === 1) continue;
          const at = y * this.#width + j * 32 + bit;
          const before = mean[at] ?? 0;
          const difference = (luma[at] ?? 0) - before;
          mean[at] = before + rate * difference;
          const known = deviation[at] ?? 0;
          const spread = Math.max(LEAST_DEVIATION, known + 0.5 * rate * (Math.abs(difference) - known));
          deviation[at] = spread;
          const level = Math.max(LEAST_THRESHOLD, DEVIATIONS * spread) + EDGE_SHARE * (this.#edge[at] ?? 0);
          if (Math.abs(difference) > level) flips |= 1 << bit;
          threshold[at] = Math.min(255, level * flutter.factorAt(y, j * 32 + bit));
        }
        flutter.note(word, flips);
      }
      if (y % FLUTTER_CELL === FLUTTER_CELL - 1 || y === this.#height - 1) flutter.advanceBand(y - (y % FLUTTER_CELL), seconds);
    }
    flutter.spread();
  }

  /**
   * Learns where nothing is; `flutter` is told which pixels flipped, and its thresholds take effect. Where lessons are
   * frequent, one teaches every other band of rows, which then learns for the time since its last turn.
   */
  learn(lesson: Lesson, flutter: FlutterMap): void {
    this.#turn += 1;
    if (lesson.shifted) this.#followLight(lesson);
    const halves = lesson.seconds < FREQUENT;
    this.#owed[0] = (this.#owed[0] ?? 0) + lesson.seconds;
    this.#owed[1] = (this.#owed[1] ?? 0) + lesson.seconds;
    for (const half of HALVES) {
      if (halves && half !== (this.#turn & 1)) continue;
      const seconds = this.#owed[half] ?? 0;
      this.#owed[half] = 0;
      for (let top = half * FLUTTER_CELL; top < this.#height; top += 2 * FLUTTER_CELL) {
        for (let y = top; y < Math.min(this.#height, top + FLUTTER_CELL); y += 1) this.#learnRow(lesson, y, seconds, flutter);
        flutter.advanceBand(top, seconds);
      }
    }
    flutter.spread();
    for (let y = this.#turn % EDGE_TURNS; y < this.#height; y += EDGE_TURNS) this.#measureEdges(y);
  }

  /** All rows at once: a background half in new light could not be fitted. */
  #followLight(lesson: Lesson): void {
    const { luma, residual, seconds } = lesson;
    const { mean } = this;
    const rate = lightShare(seconds);
    if (this.#kernels !== undefined) {
      this.#kernels.run.followLight(luma.byteOffset, residual.byteOffset, mean.byteOffset, mean.length, rate);
      return;
    }
    for (let at = 0; at < mean.length; at += 1) {
      const m = mean[at] as number;
      mean[at] = m + rate * ((luma[at] as number) - (residual[at] as number) - m);
    }
  }

  #learnRow(lesson: Lesson, y: number, seconds: number, flutter: FlutterMap): void {
    const { residual, changed, foreground } = lesson;
    const rate = 1 - Math.exp(-LEARN_RATE * seconds);
    const tolerance = 1 - Math.exp(-TOLERANCE_RATE * seconds);
    if (this.#kernels !== undefined) return this.#learnRowWith(this.#kernels, lesson, y, { rate, tolerance }, flutter);
    const { mean, deviation, threshold } = this;
    const edge = this.#edge;
    let at = y * this.#width;
    const rowEnd = at + this.#width;
    for (let j = 0; j < changed.stride; j += 1) {
      const end = Math.min(at + 32, rowEnd);
      const word = y * changed.stride + j;
      const things = foreground.words[word] as number;
      const beyond = changed.words[word] as number;
      let flips = 0;
      let factor = 1;
      for (let bit = 0; at < end; at += 1, bit += 1) {
        if ((bit & (FLUTTER_CELL - 1)) === 0) factor = flutter.factorAt(y, j * 32 + bit);
        const r = residual[at] as number;
        const sign = r >> 31;
        const d = (r ^ sign) - sign;
        let known = deviation[at] as number;
        if (((things >>> bit) & 1) === 0) {
          mean[at] = (mean[at] as number) + rate * r;
          if (((beyond >>> bit) & 1) === 0) known += rate * (d - known);
        } else if (d > known) {
          known += tolerance * (d - known);
        }
        if (known < LEAST_DEVIATION) known = LEAST_DEVIATION;
        deviation[at] = known;
        const own = DEVIATIONS * known;
        const level = (own > LEAST_THRESHOLD ? own : LEAST_THRESHOLD) + EDGE_SHARE * (edge[at] as number);
        if (d > level) flips |= 1 << bit;
        const raised = level * factor;
        threshold[at] = raised > 255 ? 255 : raised;
      }
      flutter.note(word, flips);
    }
  }

  /** The same by kernel; its constants are `LEAST_DEVIATION`, `LEAST_THRESHOLD`, `DEVIATIONS` and `EDGE_SHARE`. */
  #learnRowWith(
    { run }: MotionKernels,
    { residual, changed, foreground }: Lesson,
    y: number,
    { rate, tolerance }: { readonly rate: number; readonly tolerance: number },
    flutter: FlutterMap,
  ): void {
    const pixel = y * this.#width;
    const word = y * changed.stride;
    run.learnRow(
      residual.byteOffset + pixel * residual.BYTES_PER_ELEMENT,
      this.#edge.byteOffset + pixel,
      this.mean.byteOffset + pixel * this.mean.BYTES_PER_ELEMENT,
      this.deviation.byteOffset + pixel * this.deviation.BYTES_PER_ELEMENT,
      this.threshold.byteOffset + pixel,
      changed.words.byteOffset + word * changed.words.BYTES_PER_ELEMENT,
      foreground.words.byteOffset + word * foreground.words.BYTES_PER_ELEMENT,
      flutter.factorsOf(y),
      this.#flips.byteOffset,
      changed.stride,
      rate,
      tolerance,
    );
    for (let j = 0; j < changed.stride; j += 1) flutter.note(word + j, this.#flips[j] ?? 0);
  }

  #measureEdges(y: number): void {
    const width = this.#width;
    const up = y > 0 ? -width : 0;
    const down = y + 1 < this.#height ? width : 0;
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const m = this.mean[at] ?? 0;
      const left = Math.abs(m - (this.mean[x > 0 ? at - 1 : at] ?? 0));
      const right = Math.abs(m - (this.mean[x + 1 < width ? at + 1 : at] ?? 0));
      const above = Math.abs(m - (this.mean[at + up] ?? 0));
      const below = Math.abs(m - (this.mean[at + down] ?? 0));
      this.#edge[at] = Math.max(left, right, above, below);
    }
  }
}
