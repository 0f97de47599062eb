// Which frames become pictures, where fewer are wanted than there are. Pure.
import type { MediaUs } from '../model/time.ts';

/** Frames come a little early or late; one that is due all but this is taken. */
const SLACK_US = 50_000;

/** When the next frame is due; `undefined`: at once. */
export type Due = number | undefined;

/** Whether a frame is to be taken at `maxFps` pictures a second, and when the next one is due then. Over time there are never more. */
export function thin(due: Due, ptsUs: MediaUs, maxFps: number): { readonly isTaken: boolean; readonly due: Due } {
  const stepUs = 1_000_000 / maxFps;
  if (due === undefined) return { isTaken: true, due: ptsUs + stepUs };
  if (ptsUs < due - Math.min(SLACK_US, stepUs / 4)) return { isTaken: false, due };
  // After a pause nothing is made up for.
  return { isTaken: true, due: (ptsUs - due > stepUs ? ptsUs : due) + stepUs };
}

/** Key frames alone are enough from here on, and stay enough until here: the lengths of GOPs differ a little. */
const ENOUGH = 1.05;
const STILL_ENOUGH = 1.3;

/** Whether key frames, `gopSeconds` apart (0: not known yet), are as many pictures as are wanted. */
export const areKeysEnough = ({
  maxFps,
  gopSeconds,
  wereEnough,
}: {
  readonly maxFps: number;
  readonly gopSeconds: number;
  readonly wereEnough: boolean;
}): boolean => gopSeconds > 0 && maxFps * gopSeconds <= (wereEnough ? STILL_ENOUGH : ENOUGH);
