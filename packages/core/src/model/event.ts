// An event: a stored happening of one camera, with its video.
import type { AreaId, CameraId, EventId, ZoneId } from './ids.ts';
import type { WallMs } from './time.ts';

/** Why an event exists. */
export type EventCause =
  | { readonly kind: 'motion'; readonly zones: readonly ZoneId[] }
  | { readonly kind: 'continuous' }
  | { readonly kind: 'trigger'; readonly source: string; readonly cause?: string; readonly text?: string }
  | { readonly kind: 'analysis-down' };

/** `open` while it is recorded, `closed` once its file is complete, `ready` once clip and pictures can be fetched. */
export type EventLifecycle = 'open' | 'closed' | 'ready' | 'deleting';

/** The directory layout of an event; ZoneMinder's three. */
export type PathScheme = 'deep' | 'medium' | 'shallow';

/** An event as it is stored: one row. */
export interface EventRecord {
  readonly id: EventId;
  readonly cameraId: CameraId;
  readonly serverId: string;
  readonly name: string;
  readonly state: EventLifecycle;
  /** Capture time of the first recorded frame. */
  readonly startMs: WallMs;
  /** End of the last recorded frame; of an open event, as far as is known. */
  readonly endMs: WallMs;
  /** First of all causes; `causes` has them in order of arrival. */
  readonly causes: readonly EventCause[];
  /** Whether it is worth an alarm. */
  readonly armed: boolean;
  readonly maxScore: number;
  readonly totalScore: number;
  /** Recorded video frames. */
  readonly frames: number;
  /** Analysed frames with a score. */
  readonly alarmFrames: number;
  readonly areaId: AreaId;
  readonly scheme: PathScheme;
  /** Directory of the event below its area's root, with `/`. */
  readonly directory: string;
  readonly sizeBytes: number;
  readonly videoCodec: string;
  readonly width: number;
  readonly height: number;
  readonly hasSnapshot: boolean;
  readonly hasAlarmPicture: boolean;
  readonly notes: string;
  readonly tags: readonly string[];
  readonly protected: boolean;
  readonly recovered: boolean;
}
