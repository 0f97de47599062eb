// What a check of the storage can find, and what it would do about it.
import type { AreaId, EventId } from '../model/ids.ts';

/** Kinds of problems. */
export type StorageProblemKind =
  /** The area's disk is not there, or not the right one: nothing of it was looked at. */
  | 'area-missing'
  /** Rows lie in an area that is not configured. */
  | 'area-unknown'
  /** A row says there is a video, and there is none. */
  | 'row-without-file'
  /** Where a video should be is something else, or a symbolic link leads there. */
  | 'video-replaced'
  /** A video has no row. */
  | 'file-without-row'
  /** The row says the event is elsewhere. */
  | 'file-misplaced'
  /** Row and file disagree about size, length or number of frames. */
  | 'facts-differ'
  /** The video is cut off or does not play. */
  | 'video-damaged'
  /** An event is open, but its recorder is gone. */
  | 'left-open'
  /** A file that was being written when the recorder stopped. */
  | 'leftover-part'
  /** A deletion that was not finished. */
  | 'half-deleted';

/** What became of a problem: `found` (not asked to mend), `mended`, `refused` (needs `force`), `failed` (and why), `left` (nothing safe can be done). */
export type StorageProblemOutcome = 'found' | 'mended' | 'refused' | 'failed' | 'left';

/** One problem. */
export interface StorageProblem {
  readonly kind: StorageProblemKind;
  readonly areaId: AreaId;
  readonly eventId?: EventId;
  /** Absolute path of the file, directory or root concerned. */
  readonly path: string;
  /** What is wrong, one sentence without a full stop. */
  readonly what: string;
  /** What a repair does about it. */
  readonly remedy: string;
  readonly outcome: StorageProblemOutcome;
  /** Why mending failed. */
  readonly reason?: string;
}

/** A problem as it is found, with the way to mend it; without one nothing safe can be done. */
export interface FoundProblem extends Omit<StorageProblem, 'outcome' | 'reason'> {
  mend?(): Promise<void>;
}
