// When a live view has lasted too long without its viewer, or without its camera.
import type { LiveLimits } from './live-limits.ts';

/** What is known of a running view; times by the monotonic clock. */
export interface SessionSilence {
  readonly nowMs: number;
  readonly startedMs: number;
  /** When the viewer said something last. */
  readonly heardMs: number | undefined;
  /** When the camera sent something last. */
  readonly pictureMs: number | undefined;
  /** Since when it sends without a pause. */
  readonly flowingSinceMs: number | undefined;
  /** Why it sends nothing, where that is known. */
  readonly problem: string | undefined;
  readonly reportSeconds: number;
}

/** A camera that sent nothing for so long pauses; viewers that get nothing may have nothing to say. */
export const PAUSE_MS = 2000;

/** Why a view must end now; nothing: it goes on. */
export function sessionTimeout(session: SessionSilence, limits: Pick<LiveLimits, 'silenceMs' | 'firstWordMs' | 'stallMs'>): string | undefined {
  const { nowMs, startedMs, heardMs, pictureMs, flowingSinceMs, problem } = session;
  if (nowMs - (pictureMs ?? startedMs) > limits.stallMs) {
    const what = pictureMs === undefined ? 'no picture came' : 'no more pictures came';
    return `${what} within ${limits.stallMs / 1000} s${problem === undefined ? '' : `: ${problem}`}`;
  }
  if (pictureMs === undefined || flowingSinceMs === undefined || nowMs - pictureMs > PAUSE_MS) return undefined;
  const silenceMs = Math.max(limits.silenceMs, 3000 * session.reportSeconds);
  if (heardMs !== undefined && nowMs - Math.max(heardMs, flowingSinceMs) > silenceMs) return `nothing was heard of the viewer for ${silenceMs / 1000} s`;
  if (heardMs === undefined && nowMs - flowingSinceMs > limits.firstWordMs) return 'the viewer never said anything; does what is sent reach it?';
  return undefined;
}
