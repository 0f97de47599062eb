// ZoneMinder's layered check of one zone: changed pixels, then those in full blocks, then blobs; the last layer that
// runs gives the score. Integer arithmetic, so that numbers from ZoneMinder mean the same here.
import type { ZoneThresholds } from '../model/zone.ts';
import { BitPlane } from './bit-plane.ts';
import { ComponentFinder } from './connected-components.ts';
import { open } from './morphology.ts';

/** What a check of a zone says, before the zone's kind is considered. */
export interface ZoneReading {
  /** 0: not alarmed; else 1…100. */
  readonly score: number;
  /** Whether a maximum was exceeded. */
  readonly exceeded: boolean;
}

/** Nothing happened. */
export const QUIET: ZoneReading = { score: 0, exceeded: false };
const EXCEEDED: ZoneReading = { score: 0, exceeded: true };
const MOST_BLOBS = 254;

/** The thresholds of a zone in pixels; 0: no limit. */
export interface PixelLimits {
  readonly minAlarm: number;
  readonly maxAlarm: number;
  readonly minFilter: number;
  readonly maxFilter: number;
  readonly minBlob: number;
  readonly maxBlob: number;
}

/** Percent of the zone's area in pixels, rounded half up. */
export const pixelLimits = (thresholds: ZoneThresholds, area: number): PixelLimits => {
  const pixels = (percent: number | undefined): number => Math.floor(((percent ?? 0) * area) / 100 + 0.5);
  return {
    minAlarm: pixels(thresholds.minAlarmPixels),
    maxAlarm: pixels(thresholds.maxAlarmPixels),
    minFilter: pixels(thresholds.minFilterPixels),
    maxFilter: pixels(thresholds.maxFilterPixels),
    minBlob: pixels(thresholds.minBlobPixels),
    maxBlob: pixels(thresholds.maxBlobPixels),
  };
};

/** `100 * pixels / whole` as ZoneMinder counts: cut to an integer, at least 1, at most 100. */
export const areaScore = (pixels: number, whole: number): number => Math.min(100, Math.max(1, Math.trunc((100 * pixels) / whole)));

/** Checks one zone that has numeric thresholds. Buffers are allocated once. */
export class ThresholdCheck {
  readonly #thresholds: ZoneThresholds;
  readonly #limits: PixelLimits;
  readonly #mask: BitPlane;
  readonly #area: number;
  readonly #plane: BitPlane;
  readonly #scratch: BitPlane;
  readonly #blobs: ComponentFinder;

  /** @param blind - Pixels that never count; they stay part of the zone's area. */
  constructor(thresholds: ZoneThresholds, mask: BitPlane, blind?: BitPlane) {
    this.#thresholds = thresholds;
    this.#area = mask.count();
    this.#mask = new BitPlane(mask.width, mask.height);
    this.#mask.copyFrom(mask);
    if (blind !== undefined) this.#mask.subtract(blind);
    this.#limits = pixelLimits(thresholds, this.#area);
    this.#plane = new BitPlane(mask.width, mask.height);
    this.#scratch = new BitPlane(mask.width, mask.height);
    this.#blobs = new ComponentFinder(mask.width, mask.height, false);
  }

  /** @param residual - Frame minus fitted background, -255…255, row-major. */
  check(residual: Int16Array): ZoneReading {
    const { checkMethod, filterX, filterY } = this.#thresholds;
    const { minAlarm, maxAlarm, minFilter, maxFilter } = this.#limits;
    this.#markChanged(residual);
    const changed = this.#plane.count();
    const alarmed = this.#judge(changed, minAlarm, maxAlarm);
    if (alarmed.score === 0 || checkMethod === 'alarmedPixels') return alarmed;
    open(this.#plane, this.#scratch, filterX, filterY);
    const filtered = this.#judge(this.#plane.count(), minFilter, maxFilter);
    if (filtered.score === 0 || checkMethod === 'filteredPixels') return filtered;
    return this.#judgeBlobs();
  }

  #judge(pixels: number, least: number, most: number): ZoneReading {
    if (pixels === 0 || pixels < least) return QUIET;
    if (most > 0 && pixels > most) return EXCEEDED;
    return { score: areaScore(pixels, most > 0 ? most : this.#area), exceeded: false };
  }

  #judgeBlobs(): ZoneReading {
    const { minBlob, maxBlob } = this.#limits;
    const { minBlobs = 0, maxBlobs = 0 } = this.#thresholds;
    this.#blobs.find(this.#plane);
    let blobs = 0;
    let pixels = 0;
    for (let blob = 0; blob < this.#blobs.count && blobs < MOST_BLOBS; blob += 1) {
      const area = this.#blobs.area[blob] ?? 0;
      if (area < minBlob || (maxBlob > 0 && area > maxBlob)) continue;
      blobs += 1;
      pixels += area;
    }
    if (blobs === 0 || blobs < minBlobs) return QUIET;
    if (maxBlobs > 0 && blobs > maxBlobs) return EXCEEDED;
    return { score: areaScore(pixels, maxBlob > 0 ? maxBlob : this.#area), exceeded: false };
  }

  #markChanged(residual: Int16Array): void {
    const { minPixelThreshold: above, maxPixelThreshold } = this.#thresholds;
    const upTo = maxPixelThreshold === undefined || maxPixelThreshold === 0 ? 255 : maxPixelThreshold;
    const { width, height, stride, words } = this.#plane;
    for (let y = 0; y < height; y += 1) {
      for (let j = 0; j < stride; j += 1) {
        const wanted = this.#mask.words[y * stride + j] ?? 0;
        let word = 0;
        for (let bit = 0; bit < 32 && wanted !== 0; bit += 1) {
          if (((wanted >>> bit) & 1) === 0) continue;
          const d = Math.abs(residual[y * width + j * 32 + bit] ?? 0);
          if (d > above && d <= upTo) word |= 1 << bit;
        }
        words[y * stride + j] = word;
      }
    }
  }
}
