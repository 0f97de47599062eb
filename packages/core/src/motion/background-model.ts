// The background of a picture: per pixel a running mean and a running mean deviation, from which each pixel gets its
// own threshold. Never learns under foreground, but for the slow tolerance that ends endless alarms.
import type { BitPlane } from './bit-plane.ts';
import type { FlutterMap } from './flutter-map.ts';

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

  constructor(pixels: number) {
    this.mean = new Float32Array(pixels);
    this.deviation = new Float32Array(pixels).fill(FIRST_DEVIATION);
    this.threshold = new Uint8Array(pixels).fill(LEAST_THRESHOLD);
  }

  /** Takes a picture as the background; noise and flutter that are known stay known. */
  seed(luma: Uint8Array): void {
    this.mean.set(luma);
  }

  /** Forgets everything and begins with this picture. */
  restart(luma: Uint8Array): void {
    this.seed(luma);
    this.deviation.fill(FIRST_DEVIATION);
    this.threshold.fill(LEAST_THRESHOLD);
  }

  /** Learns fast and everywhere: the first second, and after the light changed. */
  settle(luma: Uint8Array, seconds: number): void {
    const rate = 1 - Math.exp(-WARM_UP_RATE * seconds);
    const { mean, deviation } = this;
    for (let at = 0; at < mean.length; at += 1) {
      const before = mean[at] ?? 0;
      const difference = (luma[at] ?? 0) - before;
      mean[at] = before + rate * difference;
      const known = deviation[at] ?? 0;
      deviation[at] = known + 0.5 * rate * (Math.abs(difference) - known);
    }
  }

  /** Learns where nothing is; `flutter` is told which pixels flipped, and its thresholds take effect. */
  learn(lesson: Lesson, flutter: FlutterMap): void {
    const { luma, residual, changed, foreground, seconds } = lesson;
    const { mean, deviation, threshold } = this;
    const { width, height, stride } = changed;
    const rate = 1 - Math.exp(-LEARN_RATE * seconds);
    const tolerance = 1 - Math.exp(-TOLERANCE_RATE * seconds);
    const light = lesson.shifted ? 1 - Math.exp(-LIGHT_RATE * seconds) : 0;
    let at = 0;
    for (let y = 0; y < height; y += 1) {
      for (let j = 0; j < stride; j += 1) {
        const end = Math.min(at + 32, (y + 1) * width);
        const word = y * stride + j;
        const things = foreground.words[word] ?? 0;
        const beyond = changed.words[word] ?? 0;
        let flips = 0;
        for (let bit = 0; at < end; at += 1, bit += 1) {
          const value = luma[at] ?? 0;
          const r = residual[at] ?? 0;
          const d = r < 0 ? -r : r;
          let m = mean[at] ?? 0;
          let known = deviation[at] ?? 0;
          if (((things >>> bit) & 1) === 0) {
            m += rate * (value - m);
            if (((beyond >>> bit) & 1) === 0) known += rate * (d - known);
          } else if (d > known) {
            known += tolerance * (d - known);
          }
          m += light * (value - r - m);
          if (known < LEAST_DEVIATION) known = LEAST_DEVIATION;
          mean[at] = m;
          deviation[at] = known;
          const own = DEVIATIONS * known;
          const level = own > LEAST_THRESHOLD ? own : LEAST_THRESHOLD;
          if (d > level) flips |= 1 << bit;
          const raised = level * flutter.factorAt(y, j * 32 + bit);
          threshold[at] = raised > 255 ? 255 : raised;
        }
        flutter.note(word, flips);
      }
    }
    flutter.advance(seconds);
  }
}
