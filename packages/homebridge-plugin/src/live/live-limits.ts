// Numbers live views keep to.
import type { PaceLimits } from './frame-pacer.ts';

/** All limits of a live view. */
export interface LiveLimits {
  readonly pace: PaceLimits;
  /** For those who watch over the internet: about 10 Mbit/s. */
  readonly remotePace: PaceLimits;
  /** After the last the viewer said anything it is gone. */
  readonly silenceMs: number;
  /** That long it may take until it says something for the first time. */
  readonly firstWordMs: number;
  /** That long a camera may send nothing. */
  readonly stallMs: number;
  /** That long a view may be prepared without being started. */
  readonly preparedMs: number;
  /** Between two times that a viewer gets what is kept again. */
  readonly replayEveryMs: number;
  /** A key frame that comes sooner than this is waited for. */
  readonly keySoonMs: number;
  /** Most bytes of a group of pictures that is sent again. */
  readonly replayBytes: number;
  /** A stream that has not begun by then is stood in for. */
  readonly standInAfterMs: number;
  /** So long only key frames of what stands in are sent, where little was asked for. */
  readonly keysOnlyMs: number;
  /** Before sound that broke is tried again. */
  readonly soundAgainMs: number;
}

/** What is right for HomeKit. */
export const LIVE_LIMITS: LiveLimits = {
  pace: { datagramsPerMs: 8, burst: 24, longestWaitMs: 3000 },
  remotePace: { datagramsPerMs: 1, burst: 8, longestWaitMs: 3000 },
  silenceMs: 10_000,
  firstWordMs: 30_000,
  stallMs: 30_000,
  preparedMs: 30_000,
  replayEveryMs: 2000,
  keySoonMs: 1000,
  replayBytes: 3 * 1024 * 1024,
  standInAfterMs: 150,
  keysOnlyMs: 10_000,
  soundAgainMs: 10_000,
};
