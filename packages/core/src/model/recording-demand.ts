// What should be on disk: the one value that flows back from events to recording.
import type { WallMs } from './time.ts';

/** Asks for a section to be recorded. `undefined` in its place means: nothing. */
export interface RecordingDemand {
  /** Another number means another file. */
  readonly section: number;
  /**
   * Where the file begins: at the last key packet at or before this time, as far back as the pre-roll reaches; or
   * `next-key`: with the next key packet, where the section before it (if any) ends, so that no frame is lost or doubled.
   */
  readonly from: WallMs | 'next-key';
}
