// What analysis says about frames, and what follows for the recorder.
import type { ZoneId } from './ids.ts';
import type { MediaUs, WallMs } from './time.ts';

/** The verdict on one analysed frame. */
export interface MotionSample {
  readonly ptsUs: MediaUs;
  readonly wallMs: WallMs;
  /** 0…100; 0 means nothing alarmed. */
  readonly score: number;
  /** Zones that alarmed, in the order of the configuration. */
  readonly zones: readonly ZoneId[];
  /** Why a frame that changed does not count, where that is so. */
  readonly veto?: 'light' | 'preclusive' | 'warm-up' | 'overload';
}

/** ZoneMinder's alarm states. */
export type AlarmState = 'idle' | 'prealarm' | 'alarm' | 'alert';
