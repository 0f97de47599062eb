// Outside signals about a camera, and what all of them together force on it.
import type { CameraId, EventId } from './ids.ts';

/**
 * `on` forces an alarm, `pulse` one of a length that is set, `off` forbids one, `cancel` takes either back, `show` puts words on
 * pictures and forces nothing.
 */
export type TriggerAction = 'on' | 'off' | 'cancel' | 'pulse' | 'show';

/** One signal. */
export interface TriggerSignal {
  readonly cameraId: CameraId;
  readonly action: TriggerAction;
  /** Who holds the alarm: a sensor, an account, a protocol. Signals of different sources hold a camera independently. */
  readonly source: string;
  /** After so long it is taken back by itself; absent: it lasts. */
  readonly durationMs?: number;
  /** 0…100. Absent: 100. */
  readonly score?: number;
  readonly cause?: string;
  readonly text?: string;
  /** For pictures, until the source lets go; of `show` an empty one, or none, takes it away. */
  readonly showText?: string;
}

/** An alarm that a source holds. */
export interface TriggerHold {
  readonly source: string;
  readonly score: number;
  readonly cause?: string;
  readonly text?: string;
  readonly showText?: string;
}

/** What signals force on a camera: held by any number of sources, or `off`; neither leaves it to motion. */
export type TriggerState = ({ readonly isOff: true; readonly holds: readonly [] } | { readonly isOff: false; readonly holds: readonly TriggerHold[] }) & {
  /** What pictures show: the newest words that somebody wants there. */
  readonly showText?: string;
};

/** How signals are taken. */
export interface TriggerRules {
  /** How long a `pulse` lasts that says nothing else. */
  readonly pulseMs: number;
  /** A `cancel` counts when its source has said no `on` for so long; 0: at once. */
  readonly debounceMs: number;
  /** Signals a second that are taken of one source; ten seconds' worth may come at once. */
  readonly maxPerSecond: number;
}

/** What came of a signal: the event it opened or extended, or what that waits for. */
export interface TriggerAnswer {
  readonly eventId?: EventId;
  /** No event yet: the camera sends no key frame, or nothing can be stored. It begins when that is over, if the signal lasts so long. */
  readonly waitsFor?: 'camera' | 'storage';
}

/** Nothing is forced. */
export const NOTHING_FORCED: TriggerState = { isOff: false, holds: [] };

/** A signal that comes at times of the day. */
export interface PlannedTrigger {
  readonly name: string;
  readonly cameras: readonly CameraId[];
  /** When: cron expressions of five parts, any of them, in the recorder's time zone. */
  readonly crons: readonly string[];
  readonly signal: Omit<TriggerSignal, 'cameraId' | 'source'>;
}
