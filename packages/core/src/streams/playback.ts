// Recordings, played back: an event's video, any span of a camera as one file, and the timeline that says what there is.
import { createHash } from 'node:crypto';
import type { MediaFile, ReadOptions, Timeline, TimeSpan } from '@nightjar/client';
import { picturesOf } from '@nightjar/media';
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import type { AreaId, CameraId, EventId } from '../model/ids.ts';
import { wallMs } from '../model/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore, GapStore } from '../ports/event-store.ts';
import type { RecordedVideo, RecordedVideos } from '../ports/recorded-videos.ts';
import { eventsIn, MOST_EVENTS } from './events-in-span.ts';
import { parseSpan, type Span } from './parse-span.ts';
import { capturedAt, pieceOf } from './piece-policy.ts';
import { type PlannedEvent, planPlayback } from './plan-playback.ts';
import { PlanShelf } from './plan-shelf.ts';
import { playbackFile } from './playback-file.ts';
import { PlaybackPlan } from './playback-plan.ts';
import { timelineOf } from './timeline.ts';

/** Longest span of one file. */
const MOST_HOURS = 24;
/** Gaps in one timeline. */
const MOST_GAPS = 10_000;

/** What playback works with. */
export interface PlaybackPorts {
  readonly events: Pick<EventStore, 'list'>;
  readonly gaps: Pick<GapStore, 'list'>;
  readonly videos: RecordedVideos;
  readonly clock: Clock;
  /** The newest row of an event. */
  find(id: EventId): Promise<EventRecord | undefined>;
  /** Absolute path of an area whose disk is there; `undefined` for one that is not. */
  rootOf(areaId: AreaId): string | undefined;
}

/** One for all cameras. */
export class Playback {
  readonly #ports: PlaybackPorts;
  readonly #shelf: PlanShelf;

  constructor(ports: PlaybackPorts) {
    this.#ports = ports;
    this.#shelf = new PlanShelf(ports.clock);
  }

  /** Lets go of every plan and the files it holds. */
  close(): void {
    this.#shelf.clear();
  }

  /** An event's own file where that plays as it is, else one assembled from what is there. @throws RecorderError `EVENT_NOT_FOUND`, `NOT_READY`, `NOTHING_RECORDED`, `AREA_MISSING`. */
  async eventVideo(id: EventId, options: ReadOptions = {}): Promise<MediaFile> {
    const plan = await this.#shelf.find({ subject: `event ${id}`, ...options }, () => this.#planEvent(id));
    return playbackFile(plan, this.#ports.videos);
  }

  /** A span of a camera as one file. @throws RecorderError `INPUT_INVALID`, `NOTHING_RECORDED`, `PLAYBACK_MIXED`, `AREA_MISSING`. */
  async playback(cameraId: CameraId, span: TimeSpan, options: ReadOptions = {}): Promise<MediaFile> {
    const { fromMs, toMs } = parseSpan(span, MOST_HOURS);
    const plan = await this.#shelf.find({ subject: `${cameraId} ${fromMs} ${toMs}`, ...options }, () => this.#planSpan(cameraId, { fromMs, toMs }));
    return playbackFile(plan, this.#ports.videos);
  }

  /** @throws RecorderError `INPUT_INVALID`. */
  async timeline(cameraId: CameraId, asked: TimeSpan): Promise<Timeline> {
    const span = parseSpan(asked);
    const { events, isPartial } = await eventsIn(this.#ports, cameraId, span);
    const gaps = await this.#ports.gaps.list(cameraId, wallMs(span.fromMs), wallMs(span.toMs));
    const leadSeconds = await this.#leadSeconds(events[0], span);
    return timelineOf({ cameraId, ...span, events, gaps, leadSeconds, truncated: isPartial || gaps.length >= MOST_GAPS });
  }

  async #planEvent(id: EventId): Promise<PlaybackPlan> {
    const row = await this.#ports.find(id);
    if (row === undefined || row.state === 'deleting') throw new RecorderError('EVENT_NOT_FOUND', `there is no event ${id}`);
    const event = this.#planned(row);
    const video = await this.#ports.videos.open(event.place);
    try {
      if (video !== undefined && (await video.isFastStart())) return wholeFile(event, video);
    } finally {
      await video?.close();
    }
    try {
      return (await planPlayback(this.#ports.videos, { events: [event] })).plan;
    } catch (error) {
      if (RecorderError.of(error, 'NOTHING_RECORDED') === undefined) throw error;
      if (event.isOpen) throw new RecorderError('NOT_READY', `nothing of event ${id} is on disk yet`);
      throw new RecorderError('NOTHING_RECORDED', `event ${id} has no video any more`);
    }
  }

  async #planSpan(cameraId: CameraId, span: Span): Promise<PlaybackPlan> {
    const { events, isPartial } = await eventsIn(this.#ports, cameraId, span);
    if (isPartial) throw new RecorderError('INPUT_INVALID', `the span holds more than ${MOST_EVENTS} events; ask for a shorter one`);
    return (await planPlayback(this.#ports.videos, { events: events.map((row) => this.#planned(row)), span })).plan;
  }

  #planned(row: EventRecord): PlannedEvent {
    const root = this.#ports.rootOf(row.areaId);
    if (root === undefined) throw new RecorderError('AREA_MISSING', `event ${row.id} lies in the storage area ${row.areaId}, which is not there now`);
    const { id, directory, startMs, endMs, state } = row;
    return { id, place: { root, directory, eventId: id }, startMs, endMs, isOpen: state === 'open' };
  }

  /** How long before the span its file begins. 0 where that cannot be found out. */
  async #leadSeconds(first: EventRecord | undefined, span: Span): Promise<number> {
    const root = first && this.#ports.rootOf(first.areaId);
    if (first === undefined || root === undefined || first.startMs >= span.fromMs) return 0;
    let video: RecordedVideo | undefined;
    try {
      video = await this.#ports.videos.open({ root, directory: first.directory, eventId: first.id });
      const pictures = picturesOf((await video?.tracks()) ?? []);
      const piece = pictures && pieceOf(pictures, first.startMs, span);
      return piece === undefined ? 0 : Math.max(0, (span.fromMs - capturedAt(piece, piece.first)) / 1000);
    } catch (error) {
      if (RecorderError.of(error) === undefined) throw error;
      return 0;
    } finally {
      await video?.close();
    }
  }
}

/** An event's file as it is. */
const wholeFile = ({ id, place, startMs, endMs }: PlannedEvent, { version, sizeBytes }: RecordedVideo): PlaybackPlan => {
  const copies = { count: 1, sources: Uint32Array.of(0), offsets: Float64Array.of(0), starts: Float64Array.of(0, sizeBytes) };
  return new PlaybackPlan({
    movie: { header: new Uint8Array(0), copies, pattern: new Uint8Array(0), sizeBytes },
    etag: createHash('sha256').update(`${id} ${version}`).digest('hex').slice(0, 32),
    sources: [{ place, version }],
    pieces: [{ eventId: id, startMs, endMs, startSeconds: 0 }],
  });
};
