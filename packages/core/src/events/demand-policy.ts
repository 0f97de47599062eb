// Whether a camera should be recorded now, and whether its section should be cut. Pure.
import type { CameraFunction } from '../model/camera.ts';
import type { AlarmState } from '../model/motion.ts';
import type { WallMs } from '../model/time.ts';

/** What the decision rests on. */
export interface DemandFacts {
  readonly function: CameraFunction;
  readonly online: boolean;
  readonly alarm: AlarmState;
  /** Analysis can't say whether anything moves. */
  readonly analysisDown: boolean;
  /** An outside trigger holds an event open, or did within the post-roll. */
  readonly triggered: boolean;
  /** An outside trigger forbids alarms. */
  readonly forcedOff: boolean;
}

/** Whether anything moves or did within the post-roll. */
export const isAlarmed = (alarm: AlarmState): boolean => alarm === 'alarm' || alarm === 'alert';

/**
 * Whether footage should be written.
 *
 * 1. Nothing comes in: nothing to write.
 * 2. `record` and `mocord` always; `monitor` and `none` never.
 * 3. Where alarms are forbidden, nothing else is recorded.
 * 4. `modect` while motion lasts (post-roll included), while triggered, and while analysis is down: footage kept for
 *    nothing costs space, footage lost is lost.
 * 5. `nodect` while triggered.
 */
export function wantsRecording(facts: DemandFacts): boolean {
  if (!facts.online) return false;
  switch (facts.function) {
    case 'record':
    case 'mocord':
      return true;
    case 'modect':
      return !facts.forcedOff && (isAlarmed(facts.alarm) || facts.triggered || facts.analysisDown);
    case 'nodect':
      return !facts.forcedOff && facts.triggered;
    case 'monitor':
    case 'none':
      return false;
  }
}

/** Whether a section is long enough to be cut; an alarm extends a `mocord` section so that a visit stays in one file. */
export function cutIsDue(facts: DemandFacts, startMs: WallMs, nowMs: WallMs, sectionLengthSeconds: number): boolean {
  if (sectionLengthSeconds <= 0 || nowMs - startMs < sectionLengthSeconds * 1000) return false;
  return !(facts.function === 'mocord' && isAlarmed(facts.alarm));
}
