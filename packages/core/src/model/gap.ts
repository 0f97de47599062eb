// The gap ledger: every span a camera should have recorded and did not, with its reason.
import type { CameraId } from './ids.ts';
import type { WallMs } from './time.ts';

/** Why nothing was recorded. */
export type GapReason =
  | 'camera-offline'
  | 'camera-stalled'
  | 'clock-set'
  | 'disk-full'
  | 'disk-error'
  | 'overload'
  | 'recorder-stopped'
  | 'settings-changed'
  | 'stream-changed';

/** Footage that is missing since a time, and still is. */
export interface OpenGap {
  readonly sinceMs: WallMs;
  readonly reason: GapReason;
}

/** A span without recording. */
export interface Gap {
  readonly cameraId: CameraId;
  readonly fromMs: WallMs;
  readonly toMs: WallMs;
  readonly reason: GapReason;
  readonly lostFrames: number;
}
