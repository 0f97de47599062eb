// Plans one file from the recordings of many events: reads where their pictures are, cuts them to the span, and puts them in a row.
import { createHash } from 'node:crypto';
import { type AudioTrack, MediaError, MovieAssembly, type MoviePlan, picturesOf, soundKind, type TrackSamples, type VideoTrack } from '@nightjar/media';
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventId } from '../model/ids.ts';
import { isoTime, wallMs } from '../model/time.ts';
import type { RecordedVideo, RecordedVideos, VideoPlace } from '../ports/recorded-videos.ts';
import { MediaLine } from './media-line.ts';
import { capturedAt, endOf, jointOf, leadOf, type Piece, pieceOf } from './piece-policy.ts';
import { type PlannedPiece, type PlanSource, PlaybackPlan } from './playback-plan.ts';

/** Pictures and frames of sound in one file: a day of a camera with sound has five million, whose tables take 40 MB. */
const MOST_SAMPLES = 8_000_000;
/** A row and its file may disagree by this about how long a recording is: the camera's clock is not ours. */
const CLOCKS_DIFFER_MS = 1000;

/** A recording that may be shown. */
export interface PlannedEvent {
  readonly id: EventId;
  readonly place: VideoPlace;
  /** When its first picture was captured, and when its last one was over as far as its row knows; ms since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  /** It is being recorded. */
  readonly isOpen: boolean;
}

/** What to plan. */
export interface PlanRequest {
  /** By start. */
  readonly events: readonly PlannedEvent[];
  /** Absent: all of them. ms since 1970. */
  readonly span?: { readonly fromMs: number; readonly toMs: number };
  readonly signal?: AbortSignal;
  /** So many events of all are planned. */
  onProgress?(done: number): void;
}

/** A plan with what is known of its pictures and sound. */
export interface FullPlan {
  readonly plan: PlaybackPlan;
  readonly movie: MoviePlan;
}

const ALL = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
const NAMES = { h264: 'H.264', h265: 'H.265' } as const;

/**
 * Plans a file. Recordings whose files are gone are left out, as a gap would be.
 *
 * @throws RecorderError `NOTHING_RECORDED`; `PLAYBACK_MIXED`; `INPUT_INVALID` where it would be too large; `DISK_FAILED`.
 */
export const planPlayback = async (videos: RecordedVideos, request: PlanRequest): Promise<FullPlan> => {
  const kept = new Map<EventId, KeptVideo>();
  try {
    let planning = await new Planning(videos, request, kept).run();
    const { mainSound, sound } = planning.assembly;
    // Only where the kind of sound changes within the span, or the sound begins late: what there is most of is taken.
    if (mainSound !== undefined && (sound === undefined || soundKind(mainSound) !== soundKind(sound)))
      planning = await new Planning(videos, request, kept, mainSound).run();
    const full = planning.finish();
    for (const { video } of kept.values()) if (!full.plan.sources.some((source) => source.kept === video)) await video.close();
    return full;
  } catch (error) {
    for (const { video } of kept.values()) await video.close();
    throw error;
  }
};

interface KeptVideo {
  readonly video: RecordedVideo;
  readonly tracks: readonly TrackSamples[];
}

/** A piece that waits for the next one, which may have some of its pictures too. */
interface WaitingPiece {
  readonly event: PlannedEvent;
  readonly tracks: readonly TrackSamples[];
  readonly source: number;
  readonly piece: Piece;
  /** Where it begins, where that is known from the piece before; else by the calendar. */
  readonly startSeconds?: number;
  /** It goes on with the very picture the one before ends at. */
  readonly goesOn: boolean;
}

/** One pass over all recordings. */
class Planning {
  readonly #videos: RecordedVideos;
  readonly #request: PlanRequest;
  readonly #kept: Map<EventId, KeptVideo>;
  readonly #line = new MediaLine();
  readonly #sources: PlanSource[] = [];
  readonly #pieces: PlannedPiece[] = [];
  #assembly: MovieAssembly | undefined;
  /** The first there is; which one is taken is settled with the first piece that is laid out. */
  #sound: AudioTrack | undefined;
  #codec: VideoTrack['codec'] | undefined;
  #waiting: WaitingPiece | undefined;

  constructor(videos: RecordedVideos, request: PlanRequest, kept: Map<EventId, KeptVideo>, sound?: AudioTrack) {
    this.#videos = videos;
    this.#request = request;
    this.#kept = kept;
    this.#sound = sound;
  }

  get assembly(): MovieAssembly {
    return (this.#assembly ??= new MovieAssembly(this.#sound));
  }

  async run(): Promise<this> {
    let done = 0;
    for (const event of this.#request.events) {
      this.#request.signal?.throwIfAborted();
      await this.#take(event);
      this.#request.onProgress?.((done += 1));
    }
    this.#place(undefined);
    return this;
  }

  /** @throws RecorderError `NOTHING_RECORDED`. */
  finish(): FullPlan {
    if (this.#pieces.length === 0) throw new RecorderError('NOTHING_RECORDED', 'nothing was recorded there');
    const movie = this.assembly.finish();
    const hash = createHash('sha256').update(movie.header);
    for (const { eventId, startMs } of this.#pieces) hash.update(`${eventId} ${Math.round(startMs)}\n`);
    const etag = hash.digest('hex').slice(0, 32);
    return { movie, plan: new PlaybackPlan({ movie, etag, sources: this.#sources, pieces: this.#pieces }) };
  }

  async #take(event: PlannedEvent): Promise<void> {
    const found = await this.#look(event);
    const pictures = found && picturesOf(found.tracks);
    const piece = pictures && pieceOf(pictures, event.startMs, this.#request.span ?? ALL);
    if (found === undefined || pictures === undefined || piece === undefined) return;
    this.#refuseOtherCodec(pictures.track.codec, capturedAt(piece, piece.first));
    this.#sound ??= found.tracks.flatMap(({ track, count }) => (track.kind === 'audio' && count > 0 ? [track] : []))[0];
    this.#sources.push(found.source);
    this.#place({ event, tracks: found.tracks, source: this.#sources.length - 1, piece, goesOn: false });
    if ((this.#assembly?.samples ?? 0) > MOST_SAMPLES)
      throw new RecorderError('INPUT_INVALID', `this is more than one file holds (${MOST_SAMPLES} samples); ask for less`);
  }

  /** What an event's file holds. A file that is being recorded stays open: another one takes its name when it closes. */
  async #look({ id, place, isOpen }: PlannedEvent): Promise<{ readonly tracks: readonly TrackSamples[]; readonly source: PlanSource } | undefined> {
    const known = this.#kept.get(id);
    if (known !== undefined) return { tracks: known.tracks, source: { place, version: known.video.version, kept: known.video } };
    const video = await this.#videos.open(place);
    if (video === undefined) return undefined;
    let isKept = false;
    try {
      const tracks = await video.tracks();
      isKept = isOpen && tracks.length > 0;
      if (isKept) this.#kept.set(id, { video, tracks });
      return { tracks, source: { place, version: video.version, ...(isKept ? { kept: video } : {}) } };
    } finally {
      if (!isKept) await video.close();
    }
  }

  #refuseOtherCodec(codec: VideoTrack['codec'], atMs: number): void {
    this.#codec ??= codec;
    if (codec === this.#codec) return;
    const [before, after] = [NAMES[this.#codec], NAMES[codec]];
    throw new RecorderError(
      'PLAYBACK_MIXED',
      `the camera changed from ${before} to ${after} at ${isoTime(wallMs(Math.round(atMs)))}; no single file can hold both`,
    );
  }

  /** Lays out the piece that waits, as far as the next one does not have it too; that one waits then. */
  #place(next: WaitingPiece | undefined): void {
    const waiting = this.#waiting;
    if (waiting === undefined || next === undefined) {
      if (waiting !== undefined) this.#add(waiting, waiting.piece);
      this.#waiting = next;
      return;
    }
    const joint = jointOf(waiting.piece, next.piece);
    if (joint.kind === 'covered') return;
    if (joint.kind === 'follows') {
      this.#add(waiting, waiting.piece);
      this.#waiting = next;
      return;
    }
    const cut = { ...waiting.piece, end: joint.end };
    const startSeconds = joint.end > cut.first ? this.#add(waiting, cut) : undefined;
    const goesOn = startSeconds !== undefined;
    const piece = { ...next.piece, first: joint.first };
    const { pts, track } = cut.pictures;
    const apart = ((pts[joint.end] ?? 0) - (pts[cut.first] ?? 0)) / track.timescale;
    this.#waiting = { ...next, piece, goesOn, ...(goesOn ? { startSeconds: startSeconds + apart - leadOf(piece) } : {}) };
  }

  #add({ event, tracks, source, startSeconds, goesOn }: WaitingPiece, piece: Piece): number {
    const startMs = capturedAt(piece, piece.first);
    const endMs = endOf(piece);
    // Rows say where the timeline has it; a row that cannot be right does not move what follows.
    const isWhole = piece.end === piece.pictures.count;
    const lineEndMs = isWhole && !event.isOpen && Math.abs(event.endMs - endMs) <= CLOCKS_DIFFER_MS ? event.endMs : endMs;
    const bySpan = this.#line.add(startMs, lineEndMs);
    try {
      const part = { source, tracks, first: piece.first, end: piece.end, startSeconds: startSeconds ?? bySpan, dropsLeading: piece.first > 0 && !goesOn };
      const begins = this.assembly.add(part);
      this.#pieces.push({ eventId: event.id, startMs, endMs, startSeconds: begins });
      return begins;
    } catch (error) {
      if (error instanceof MediaError)
        throw new RecorderError('VIDEO_DAMAGED', `the video of event ${event.id} cannot be read: ${error.message}`, { cause: error });
      throw error;
    }
  }
}
