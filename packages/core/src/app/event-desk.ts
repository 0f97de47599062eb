// Where events get their place, rows and pictures: the wiring between tracking, storage and the database, for all cameras.

import { RecorderError } from '../errors/recorder-error.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import type { EventEdit } from '../events/event-edit-policy.ts';
import type { EventPlace } from '../events/event-section.ts';
import type { EventChangeType, PictureJob } from '../events/event-tracker.ts';
import { type CameraSettings, looksAtOwnKeyFrames } from '../model/camera.ts';
import type { EventRecord } from '../model/event.ts';
import { viewEvent } from '../model/event-view.ts';
import type { Gap } from '../model/gap.ts';
import type { EventId } from '../model/ids.ts';
import type { StreamInfo } from '../model/packet.ts';
import type { WallMs } from '../model/time.ts';
import type { ChangePublisher } from '../ports/change-feed.ts';
import type { PictureRequest } from '../ports/picture-maker.ts';
import { planArea } from '../storage/area-planner-policy.ts';
import { chooseDirectory } from '../storage/event-directory.ts';
import { EventIds } from '../storage/event-ids.ts';
import { EventWriterQueue } from '../storage/event-writer-queue.ts';
import { GapLedger } from '../storage/gap-ledger.ts';
import { ALARM_NAME, SNAPSHOT_NAME, videoName, videoPath } from '../storage/path-scheme.ts';
import type { AreaWatch } from './area-watch.ts';
import type { Environment } from './environment.ts';

/** How long placing an event waits for the database to hand out ids; what is to be written waits in its section meanwhile. */
const PLACE_WITHIN_MS = 30_000;
/** Longest a picture may take. */
const PICTURE_WITHIN_MS = 30_000;
const FLUSH_WITHIN_MS = 3000;

/** Changes an event on behalf of its owner. @returns The row as it is then. */
export type EditLive = (edit: EventEdit) => EventRecord | undefined;

/** What the desk works with. */
export interface EventDeskOptions {
  readonly env: Environment;
  readonly serverId: string;
  readonly areas: AreaWatch;
  readonly feed: ChangePublisher;
  readonly alerts: AlertBoard;
}

/** What a picture is made with. */
export interface PictureHelp {
  /** Makes pictures of key frames where they are analysed, which costs little. Where it can't, a process of its own does. */
  readonly fromAnalysis?: (request: PictureRequest) => Promise<Uint8Array>;
  /** Words that are drawn on it. */
  readonly words?: string;
}

/** An `alarm.jpg` to be made. */
export interface AlarmPictureJob extends PictureHelp {
  readonly row: EventRecord;
  readonly root: string;
  readonly info: StreamInfo;
  readonly packets: PictureRequest['packets'];
  readonly atMs: WallMs;
}

/** One desk for all cameras. */
export class EventDesk {
  readonly #options: EventDeskOptions;
  readonly #ids: EventIds;
  readonly #queue: EventWriterQueue;
  readonly #gaps: GapLedger;
  readonly #names = new Map<string, string>();
  /** By event that is being recorded or closed: how its owner changes it. */
  readonly #live = new Map<EventId, EditLive>();
  readonly #stopping = new AbortController();
  #pictures: Promise<unknown> = Promise.resolve();

  constructor(options: EventDeskOptions) {
    this.#options = options;
    const { env, alerts } = options;
    const trouble = (error: RecorderError): void => {
      alerts.raise({ id: 'database', level: 'error', text: `the database does not take rows: ${error.message}` });
    };
    this.#ids = new EventIds({ store: env.events, clock: env.clock, onTrouble: trouble, onRecovered: () => alerts.clear('database') });
    this.#gaps = new GapLedger({
      store: env.gaps,
      clock: env.clock,
      onLost: ({ cameraId, reason }) => env.log.warn('a gap could not be noted', { camera: cameraId, reason }),
    });
    this.#queue = new EventWriterQueue({
      store: env.events,
      clock: env.clock,
      onTrouble: trouble,
      onRecovered: () => alerts.clear('database'),
      onWritten: (row) => this.#forgetMarker(row),
      onLost: (row, error) => env.log.error(`the row of event ${row.id} was given up: ${error.message}`, { event: row.id }),
    });
  }

  /** @param deadline - Start-up goes on without the database when this aborts. */
  async start(deadline: AbortSignal): Promise<void> {
    await this.#ids.start(deadline);
  }

  /** Writes what is waiting and stops. */
  async stop(): Promise<void> {
    this.#stopping.abort('shutdown');
    await this.#pictures;
    if (!(await this.#queue.flush(FLUSH_WITHIN_MS))) this.#options.env.log.error(`${this.#queue.size} rows could not be written; their files hold them`);
    await this.#queue.stop();
    await this.#gaps.stop();
    await this.#ids.stop();
  }

  /** What is not in the database yet. */
  get waiting(): { readonly rows: number; readonly gaps: number } {
    return { rows: this.#queue.size, gaps: this.#gaps.size };
  }

  /** Display names for events of cameras. */
  nameCamera(camera: CameraSettings): void {
    this.#names.set(camera.id, camera.name);
  }

  nameOf(cameraId: string): string {
    return this.#names.get(cameraId) ?? cameraId;
  }

  /** The newest row of an event, also when the database has not got it yet. */
  async find(id: EventId): Promise<EventRecord | undefined> {
    return this.#queue.pending(id) ?? (await this.#options.env.events.get(id));
  }

  /** A row of the database, or what waits to take its place. */
  newest(row: EventRecord): EventRecord {
    return this.#queue.pending(row.id) ?? row;
  }

  /** A row is about to be deleted: it must not be written again. */
  forget(id: EventId): void {
    this.#queue.forget(id);
  }

  async place(camera: CameraSettings, startMs: WallMs): Promise<EventPlace | undefined> {
    const { env, areas, alerts } = this.#options;
    const statuses = await areas.check();
    const planned = planArea(statuses, camera.area);
    if (planned === undefined) return undefined;
    const { id: areaId, path: root, scheme } = planned.area;
    for (;;) {
      const id = await this.#nextId();
      if (id === undefined) {
        alerts.raise({ id: 'database', level: 'error', text: 'the database gives no event ids: events cannot be stored' });
        return undefined;
      }
      const directory = await chooseDirectory(env.disk, { root, scheme, cameraId: camera.id, startMs, eventId: id });
      // Footage of a database that was lost: an event that fails in its place would take it along.
      const isTaken = await env.disk.exists(root, scheme === 'deep' ? `${directory}/${videoName(id)}` : directory).catch(() => false);
      if (!isTaken) return { id, root, areaId, scheme, directory };
      env.log.warn(`${directory} holds footage the database does not know: event ${id} is left out`, { camera: camera.id, event: id });
    }
  }

  async #nextId(): Promise<EventId | undefined> {
    const late = new AbortController();
    const cancel = this.#options.env.clock.after(PLACE_WITHIN_MS, () => late.abort('timeout'));
    const id = await this.#ids.wait(AbortSignal.any([this.#stopping.signal, late.signal]));
    cancel();
    return id;
  }

  /** Whether an event is being recorded or closed right now. */
  isLive(id: EventId): boolean {
    return this.#live.has(id);
  }

  /** Changes an event that is being recorded or closed: whatever its owner saves later has the change too. @returns `undefined` for every other event. */
  editLive(id: EventId, edit: EventEdit): EventRecord | undefined {
    const row = this.#live.get(id)?.(edit);
    if (row !== undefined) this.save(row);
    return row;
  }

  /** Whether a row of an event waits to be written. */
  isWaiting(id: EventId): boolean {
    return this.#queue.pending(id) !== undefined;
  }

  /** Nobody records an event any more, in whatever state it is. */
  released(id: EventId): void {
    this.#live.delete(id);
  }

  /** An event begins: notes it where a restart finds it. Its row follows once something of it is in its file. */
  async opened(row: EventRecord, root: string, edit: EditLive): Promise<void> {
    this.#live.set(row.id, edit);
    await this.#options.env.journal.add(root, row).catch((error: unknown) => this.#options.env.log.warn(`event ${row.id} has no marker: ${String(error)}`));
  }

  save(row: EventRecord): void {
    this.#queue.save(row);
  }

  publish(type: EventChangeType, row: EventRecord): void {
    const data = viewEvent(row, this.nameOf(row.cameraId));
    if (data !== undefined) this.#options.feed.publish({ type, data });
  }

  discard(row: EventRecord, root: string, announced: boolean): void {
    const { env, feed } = this.#options;
    // Of one that nobody heard of, the reason was told already.
    env.log[announced ? 'warn' : 'debug'](`event ${row.id} holds no picture and is forgotten`, { camera: row.cameraId, event: row.id });
    this.#queue.forget(row.id);
    const remove = async (): Promise<void> => {
      await env.files.remove(root, row.directory, row.id);
      if (announced) await env.events.delete(row.id);
      await env.journal.remove(root, row.id);
    };
    remove().catch((error: unknown) => {
      env.log.warn(`event ${row.id} could not be removed yet: ${String(error)}`);
      // Retention finishes deletions.
      if (announced) this.save({ ...row, state: 'deleting' });
    });
    if (announced) feed.publish({ type: 'event.deleted', data: { id: row.id, cameraId: row.cameraId } });
  }

  gap(gap: Gap): void {
    const { env } = this.#options;
    const seconds = ((gap.toMs - gap.fromMs) / 1000).toFixed(1);
    env.log.warn(`nothing was recorded for ${seconds} s (${gap.reason})`, { camera: gap.cameraId, lostFrames: gap.lostFrames });
    this.#gaps.add(gap);
  }

  /** Makes `alarm.jpg` of the frame of `packets` that is shown last. */
  alarmPicture(camera: CameraSettings, { row, root, info, packets, atMs, ...help }: AlarmPictureJob): Promise<boolean> {
    const exif = camera.exif ? { exifTime: atMs } : {};
    return this.#picture(row, root, ALARM_NAME, (signal) =>
      this.#render({ video: info.video, packets, ...exif }, help, signal).then((jpeg) => this.#withWords(jpeg, help)),
    );
  }

  /** Makes `snapshot.jpg`; `undefined` where the event's disk is away, so that the event can't be finished now. */
  async snapshot(
    camera: Pick<CameraSettings, 'exif'> & Partial<Pick<CameraSettings, 'detect'>>,
    { row, root, snapshotAtMs, key, isAlarmPicture, ...help }: PictureJob & PictureHelp,
  ): Promise<boolean | undefined> {
    // Where only key frames of this very stream were looked at, the best one is a key frame.
    const keyFrame = camera.detect !== undefined && looksAtOwnKeyFrames(camera.detect);
    const exif = camera.exif ? { exifTime: snapshotAtMs } : {};
    const lastMs = Math.max(0, row.endMs - row.startMs - 1000);
    const offset = Math.min(lastMs, Math.max(0, snapshotAtMs - row.startMs)) / 1000;
    const path = videoPath(root, row.directory, row.id);
    const exists = await this.#picture(row, root, SNAPSHOT_NAME, async (signal) => {
      const { files, pictures } = this.#options.env;
      const same = isAlarmPicture === true ? await files.readAttachment(root, row.directory, ALARM_NAME).catch(() => undefined) : undefined;
      if (same !== undefined) return same;
      const alone = key && (await this.#render({ ...key, ...exif }, help, signal).catch(() => undefined));
      return this.#withWords(alone ?? (await pictures.renderFromFile(path, offset, { keyFrame, ...exif }, signal)), help);
    });
    return exists || (await this.#isThere(row)) ? exists : undefined;
  }

  async #render(request: PictureRequest, { fromAnalysis }: PictureHelp, signal: AbortSignal): Promise<Uint8Array> {
    const near = await fromAnalysis?.(request).catch(() => undefined);
    return near ?? this.#options.env.pictures.render(request, signal);
  }

  /** A picture without its words is better than none. */
  async #withWords(jpeg: Uint8Array, { words }: PictureHelp): Promise<Uint8Array> {
    const { painter, log } = this.#options.env;
    if (words === undefined) return jpeg;
    return painter.label(jpeg, words).catch((error: unknown) => {
      log.warn(`a picture of an event goes without its words: ${String(error)}`);
      return jpeg;
    });
  }

  async #isThere(row: EventRecord): Promise<boolean> {
    const statuses = await this.#options.areas.check();
    return statuses.find(({ area }) => area.id === row.areaId)?.usable === true;
  }

  /** One at a time; a picture that fails is said and done without. */
  #picture(row: EventRecord, root: string, name: string, make: (signal: AbortSignal) => Promise<Uint8Array>): Promise<boolean> {
    const { env } = this.#options;
    const job = async (): Promise<boolean> => {
      try {
        const jpeg = await make(AbortSignal.timeout(PICTURE_WITHIN_MS));
        await env.files.writeAttachment(root, row.directory, name, jpeg);
        return true;
      } catch (error) {
        env.log.warn(`event ${row.id} has no ${name}: ${RecorderError.wrap(error, 'PICTURE_FAILED', name).message}`, { camera: row.cameraId, event: row.id });
        return false;
      }
    };
    const lane = this.#pictures.then(job, job);
    this.#pictures = lane;
    return lane;
  }

  #forgetMarker(row: EventRecord): void {
    if (row.state !== 'ready') return;
    const root = this.#options.areas.rootOf(row.areaId);
    if (root === undefined) return;
    this.#options.env.journal
      .remove(root, row.id)
      .catch((error: unknown) => this.#options.env.log.warn(`the marker of event ${row.id} stays: ${String(error)}`));
  }
}
