// A file that is made while it is read: its header, and where each byte of its media comes from.
import type { MoviePlan } from '@nightjar/media';
import type { EventId } from '../model/ids.ts';
import type { RecordedVideo, VideoPlace } from '../ports/recorded-videos.ts';

/** A video that media is copied from. */
export interface PlanSource {
  readonly place: VideoPlace;
  readonly version: string;
  /** Of one that is being recorded: it would be another file by the time it is read. */
  readonly kept?: RecordedVideo;
}

/** What a plan shows of one event. */
export interface PlannedPiece {
  readonly eventId: EventId;
  /** When its first picture was captured, in ms since 1970, and when its last one was over. */
  readonly startMs: number;
  readonly endMs: number;
  /** Where it begins in the file. */
  readonly startSeconds: number;
}

/** What a plan is made of. */
export interface PlanParts {
  readonly movie: Pick<MoviePlan, 'header' | 'copies' | 'pattern' | 'sizeBytes'>;
  /** Changes with the bytes. */
  readonly etag: string;
  readonly sources: readonly PlanSource[];
  /** In the order they are shown; the same event may be there once only. */
  readonly pieces: readonly PlannedPiece[];
}

/** Held while it may be asked for, and as long as somebody reads it. */
export class PlaybackPlan {
  readonly movie: PlanParts['movie'];
  readonly etag: string;
  readonly sources: readonly PlanSource[];
  readonly pieces: readonly PlannedPiece[];
  #readers = 0;
  #isRetired = false;

  constructor({ movie, etag, sources, pieces }: PlanParts) {
    this.movie = movie;
    this.etag = etag;
    this.sources = sources;
    this.pieces = pieces;
  }

  /** When what it shows began, in ms since 1970. */
  get startMs(): number {
    return this.pieces[0]?.startMs ?? 0;
  }

  /** Memory it takes, in bytes, about. */
  get heldBytes(): number {
    const { header, copies } = this.movie;
    return header.length + copies.count * 20 + this.pieces.length * 100;
  }

  /** Somebody reads it. @returns To be called when that is over. */
  use(): () => void {
    this.#readers += 1;
    let isUsed = true;
    return () => {
      if (!isUsed) return;
      isUsed = false;
      this.#readers -= 1;
      this.#release();
    };
  }

  /** Nobody will ask for it any more. */
  retire(): void {
    this.#isRetired = true;
    this.#release();
  }

  #release(): void {
    if (!this.#isRetired || this.#readers > 0) return;
    for (const { kept } of this.sources) void kept?.close();
  }
}
