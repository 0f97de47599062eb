// Zones: polygons of the picture with ZoneMinder's six kinds.
import type { ZoneId } from './ids.ts';

/** What a zone's alarm means; ZoneMinder's words. */
export type ZoneKind = 'active' | 'inclusive' | 'exclusive' | 'preclusive' | 'inactive' | 'privacy';

/** A corner, each coordinate 0…1 of the picture's width and height. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How far the layered check goes before it scores. */
export type CheckMethod = 'alarmedPixels' | 'filteredPixels' | 'blobs';

/**
 * ZoneMinder's numeric thresholds, for experts. Pixel counts are in percent of the zone's own area
 * (0…100); levels are 0…255. Absent means no limit.
 */
export interface ZoneThresholds {
  readonly checkMethod: CheckMethod;
  readonly minPixelThreshold: number;
  readonly maxPixelThreshold?: number;
  readonly minAlarmPixels?: number;
  readonly maxAlarmPixels?: number;
  readonly filterX: number;
  readonly filterY: number;
  readonly minFilterPixels?: number;
  readonly maxFilterPixels?: number;
  readonly minBlobPixels?: number;
  readonly maxBlobPixels?: number;
  readonly minBlobs?: number;
  readonly maxBlobs?: number;
}

/** A part of the picture and what movement in it means. */
export interface Zone {
  readonly id: ZoneId;
  readonly kind: ZoneKind;
  /** At least three corners; absent: the whole picture. */
  readonly polygon?: readonly Point[];
  /** 0 (nothing alarms) to 100 (everything does); 50 is right for most people. Ignored where `thresholds` is given. */
  readonly sensitivity: number;
  readonly thresholds?: ZoneThresholds;
  /** Analysed frames that are skipped after a maximum was exceeded. */
  readonly overloadFrames: number;
  /** Preclusive zones: analysed frames the suppression lasts after the zone went quiet. */
  readonly extendAlarmFrames: number;
}
