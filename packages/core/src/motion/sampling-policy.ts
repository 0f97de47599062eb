// Which decoded frames are analysed: few while it is quiet or an alarm runs, every one while an alarm is being confirmed.
import type { AlarmState } from '../model/motion.ts';
import type { MediaUs } from '../model/time.ts';

/** Clocks of streams jitter by this much, in seconds; a frame this early is not early. */
const JITTER = 0.005;

/** What the decision rests on. */
export interface SamplingFacts {
  readonly ptsUs: MediaUs;
  /** The last analysed frame; absent: none yet. */
  readonly lastAnalyzedUs?: MediaUs;
  readonly alarm: AlarmState;
  /** Most analysed frames a second while nothing needs confirming. */
  readonly fps: number;
}

/** Whether to analyse this frame. A clock that went back is no reason to wait for it to catch up. */
export const shouldAnalyze = (facts: SamplingFacts): boolean => {
  if (facts.lastAnalyzedUs === undefined || facts.alarm === 'prealarm') return true;
  const apart = (facts.ptsUs - facts.lastAnalyzedUs) / 1e6;
  return apart < 0 || apart >= 1 / facts.fps - JITTER;
};
