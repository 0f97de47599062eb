// The zones of a camera, ready to be read: masks, floors and the buffers each check needs.
import type { Zone } from '../model/zone.ts';
import { BitPlane } from './bit-plane.ts';
import { ForegroundFinder } from './foreground-finder.ts';
import { markBeyond } from './frame-difference.ts';
import { zoneMask } from './zone-mask.ts';
import type { ZoneReading } from './zone-score.ts';
import { areaScore, QUIET, ThresholdCheck } from './zone-score.ts';

/** Share of the picture a thing must fill at sensitivity 50, and of a zone that is smaller than the picture. */
const FLOOR_OF_PICTURE = 0.003;
const FLOOR_OF_ZONE = 0.03;
const LEAST_PIXELS = 4;
/** Sensitivity points that halve thresholds and floors. */
const HALVING = 25;

/** What thresholds and floors are multiplied by at a sensitivity of 0…100; infinite at 0. */
export const sensitivityFactor = (sensitivity: number): number => (sensitivity <= 0 ? Infinity : 2 ** ((50 - sensitivity) / HALVING));

/** Least pixels of a thing in a picture, with a sensitivity's factor. */
export const thingFloor = (width: number, height: number, factor: number): number => Math.max(LEAST_PIXELS, FLOOR_OF_PICTURE * factor * width * height);

/** What zones read. */
export interface ZoneScene {
  /** Frame minus fitted background. */
  readonly residual: Int16Array;
  readonly threshold: Uint8Array;
  /** Things at sensitivity 50. */
  readonly usual: ForegroundFinder;
}

interface SensitivityCheck {
  readonly mask: BitPlane;
  readonly area: number;
  readonly factor: number;
  readonly floor: number;
}

/** Reads zones of one picture size. */
export class ZoneChecks {
  /** Pixels no zone may see: inactive and privacy zones. */
  readonly blind: BitPlane;
  /** Pixels that may be seen. */
  readonly visible: number;
  readonly #checks: readonly (ThresholdCheck | SensitivityCheck)[];
  /** One per sensitivity other than 50. */
  readonly #finders = new Map<number, { finder: ForegroundFinder; fresh: boolean }>();
  readonly #marked: BitPlane;
  readonly #inZone: Int32Array;

  constructor(zones: readonly Zone[], width: number, height: number) {
    this.blind = new BitPlane(width, height);
    for (const zone of zones) if (zone.kind === 'inactive' || zone.kind === 'privacy') this.blind.unite(zoneMask(zone.polygon, width, height));
    this.visible = width * height - this.blind.count();
    this.#marked = new BitPlane(width, height);
    this.#inZone = new Int32Array(((width + 1) >>> 1) * height);
    this.#checks = zones.map((zone) => this.#prepare(zone, width, height));
  }

  #prepare(zone: Zone, width: number, height: number): ThresholdCheck | SensitivityCheck {
    const mask = zoneMask(zone.polygon, width, height);
    const area = mask.count();
    const factor = sensitivityFactor(zone.sensitivity);
    if (zone.thresholds !== undefined) return new ThresholdCheck(zone.thresholds, mask, this.blind);
    if (factor !== 1 && factor !== Infinity && !this.#finders.has(factor)) {
      this.#finders.set(factor, { finder: new ForegroundFinder(width, height, thingFloor(width, height, factor)), fresh: false });
    }
    const floor = Math.max(1, Math.min(thingFloor(width, height, factor), Math.max(LEAST_PIXELS, FLOOR_OF_ZONE * factor * area)));
    return { mask, area, factor, floor };
  }

  /** Must be called once a frame before `read`. */
  begin(): void {
    for (const entry of this.#finders.values()) entry.fresh = false;
  }

  /** Checks the zone with this index. */
  read(index: number, scene: ZoneScene): ZoneReading {
    const check = this.#checks[index];
    if (check === undefined) return QUIET;
    if (check instanceof ThresholdCheck) return check.check(scene.residual);
    if (check.factor === Infinity || check.area === 0) return QUIET;
    return this.#readThings(check, this.#thingsAt(check.factor, scene));
  }

  #thingsAt(factor: number, scene: ZoneScene): ForegroundFinder {
    const entry = this.#finders.get(factor);
    if (entry === undefined) return scene.usual;
    if (!entry.fresh) {
      entry.fresh = true;
      markBeyond(scene.residual, scene.threshold, factor, this.#marked);
      this.#marked.subtract(this.blind);
      entry.finder.find(this.#marked);
    }
    return entry.finder;
  }

  #readThings(check: SensitivityCheck, found: ForegroundFinder): ZoneReading {
    if (found.things === 0) return QUIET;
    const { components } = found;
    this.#inZone.fill(0, 0, components.count);
    for (let run = 0; run < components.runs; run += 1) {
      const component = components.runComponent[run] ?? 0;
      // What shrank below the floor is still kept from being learned, but no longer alarms.
      if ((components.area[component] ?? 0) < found.floor) continue;
      const pixels = check.mask.countRun(components.runRow[run] ?? 0, components.runStart[run] ?? 0, components.runEnd[run] ?? 0);
      this.#inZone[component] = (this.#inZone[component] ?? 0) + pixels;
    }
    let pixels = 0;
    for (let component = 0; component < components.count; component += 1) {
      const inZone = this.#inZone[component] ?? 0;
      if (inZone >= check.floor) pixels += inZone;
    }
    return pixels === 0 ? QUIET : { score: areaScore(pixels, check.area), exceeded: false };
  }
}
