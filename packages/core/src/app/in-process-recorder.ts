// RecorderApi for adapters that live in the recorder's own process.
import {
  type CallOptions,
  type Camera,
  type CameraControls,
  type CameraInput,
  type Change,
  type ChangeReading,
  type ConfigEntry,
  type EventChanges,
  type EventFilter,
  type EventPage,
  type EventPictureOptions,
  type Export,
  type ExportFilter,
  type ExportList,
  type ExportRequest,
  type Health,
  type LiveOptions,
  type LivePacket,
  type MediaFile,
  type MediaToken,
  type MediaTokenRequest,
  type Picture,
  type ProbeReport,
  type PtzRequest,
  type ReadOptions,
  type RecorderApi,
  type RecorderControls,
  type RecorderEvent,
  type ReloadReport,
  type ServerEntry,
  type ServerInfo,
  type ServerStats,
  type StorageArea,
  type Timeline,
  type TimeSpan,
  type TriggerAnswer,
  type TriggerRequest,
  untilAborted,
} from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import { viewEvent } from '../model/event-view.ts';
import type { LivePictureOptions } from '../streams/camera-pictures.ts';
import type { SnapshotOptions } from '../streams/snapshots.ts';
import type { Environment } from './environment.ts';
import { eventPage } from './event-pages.ts';
import { movePtz } from './move-ptz.ts';
import { ProbeDesk } from './probe-desk.ts';
import type { RecorderApp } from './recorder-app.ts';
import { viewStorage } from './view-storage.ts';
import { watchPictures } from './watch-pictures.ts';

/** Makes media tokens: accounts live beside the recorder, and may not be there. */
export type IssueMediaToken = (request: MediaTokenRequest) => Promise<MediaToken>;

const NO_ACCOUNTS: IssueMediaToken = async () => {
  throw new RecorderError('NOT_ALLOWED', 'this recorder runs without accounts, so there are no addresses with a token');
};

/** The recorder, asked directly. */
export class InProcessRecorder implements RecorderApi {
  readonly #app: RecorderApp;
  readonly #env: Environment;
  readonly #probes: ProbeDesk;
  readonly #issue: IssueMediaToken;

  constructor(app: RecorderApp, env: Environment, issue: IssueMediaToken = NO_ACCOUNTS) {
    this.#issue = issue;
    this.#app = app;
    this.#env = env;
    this.#probes = new ProbeDesk(env, () => app.configDesk.config);
  }

  async server(): Promise<ServerInfo> {
    return this.#app.server();
  }

  stats(): Promise<ServerStats> {
    return this.#app.stats();
  }

  async health(): Promise<Health> {
    return this.#app.health();
  }

  async cameras(): Promise<readonly Camera[]> {
    await this.#app.cameraDesk.recorded.read();
    return this.#app.cameras();
  }

  async camera(id: string): Promise<Camera> {
    await this.#app.cameraDesk.recorded.read();
    return this.#app.camera(id);
  }

  events(filter: EventFilter = {}): Promise<EventPage> {
    return eventPage({ search: this.#env.search, desk: this.#app.desk }, filter);
  }

  async event(id: number): Promise<RecorderEvent> {
    return this.#view(id, await this.#app.desk.find(id));
  }

  async updateEvent(id: number, changes: EventChanges): Promise<RecorderEvent> {
    return this.#view(id, await this.#app.editor.update(id, changes));
  }

  deleteEvent(id: number): Promise<void> {
    return this.#app.editor.delete(id);
  }

  eventSnapshot(id: number, options?: EventPictureOptions): Promise<Uint8Array> {
    return untilAborted(() => this.#app.eventPictures.snapshot(id, options), options?.signal);
  }

  eventAlarmPicture(id: number, options?: EventPictureOptions): Promise<Uint8Array> {
    return untilAborted(() => this.#app.eventPictures.alarm(id, options), options?.signal);
  }

  #view(id: number, row: EventRecord | undefined): RecorderEvent {
    const event = row && viewEvent(row, this.#app.desk.nameOf(row.cameraId));
    if (event === undefined) throw new RecorderError('EVENT_NOT_FOUND', `there is no event ${id}`);
    return event;
  }

  // streams: live and snapshots
  async snapshot(cameraId: string, options?: SnapshotOptions): Promise<Picture> {
    return this.#app.pictures(cameraId).snapshot(options);
  }

  pictures(cameraId: string, options: LivePictureOptions = {}): AsyncIterable<Picture> {
    return watchPictures({ running: this.#app.running, clock: this.#env.clock, id: cameraId, options });
  }

  live(cameraId: string, options: LiveOptions = {}): AsyncIterable<LivePacket> {
    return { [Symbol.asyncIterator]: () => this.#app.live(cameraId).watch(options) };
  }

  // streams: playback
  eventVideo(id: number, options?: ReadOptions): Promise<MediaFile> {
    return untilAborted(() => this.#app.playback.eventVideo(id, options), options?.signal);
  }

  playback(cameraId: string, span: TimeSpan, options?: ReadOptions): Promise<MediaFile> {
    return untilAborted(() => this.#app.playback.playback(cameraId, span, options), options?.signal);
  }

  timeline(cameraId: string, span: TimeSpan, { signal }: CallOptions = {}): Promise<Timeline> {
    return untilAborted(() => this.#app.playback.timeline(cameraId, span), signal);
  }

  async createExport(request: ExportRequest, createdBy = 'api'): Promise<Export> {
    return this.#app.exports.create(request, createdBy);
  }

  async exports(filter?: ExportFilter): Promise<ExportList> {
    return this.#app.exports.list(filter);
  }

  async export(id: number): Promise<Export> {
    return this.#app.exports.get(id);
  }

  deleteExport(id: number): Promise<void> {
    return this.#app.exports.delete(id);
  }

  async exportVideo(id: number): Promise<MediaFile> {
    return this.#app.exports.video(id);
  }

  async exportManifest(id: number): Promise<MediaFile> {
    return this.#app.exports.manifest(id);
  }

  // control
  createCamera(settings: CameraInput): Promise<Camera> {
    return this.#app.cameraDesk.create(settings);
  }

  updateCamera(id: string, changes: Readonly<Record<string, unknown>>): Promise<Camera> {
    return this.#app.cameraDesk.update(id, changes);
  }

  deleteCamera(id: string): Promise<void> {
    return this.#app.cameraDesk.remove(id);
  }

  probe(source: string, signal?: AbortSignal, seconds?: number): Promise<ProbeReport> {
    return this.#probes.probe(source, signal, seconds);
  }

  async trigger(cameraId: string, { durationSeconds, ...signal }: TriggerRequest, source = 'api'): Promise<TriggerAnswer> {
    const duration = durationSeconds === undefined ? {} : { durationMs: durationSeconds * 1000 };
    return this.#app.triggers.signal({ cameraId, source, ...signal, ...duration });
  }

  setCameraControls(cameraId: string, changes: Partial<CameraControls>): Promise<Camera> {
    return this.#app.cameraDesk.setCameraControls(cameraId, changes);
  }

  async controls(): Promise<RecorderControls> {
    return this.#app.cameraDesk.controls;
  }

  setControls(changes: Partial<RecorderControls>): Promise<RecorderControls> {
    return this.#app.setControls(changes);
  }

  reconnect(cameraId: string): Promise<void> {
    return this.#app.reconnect(cameraId);
  }

  async ptz(cameraId: string, request: PtzRequest): Promise<void> {
    movePtz(this.#app.camera(cameraId), request);
  }

  async mediaToken(request: MediaTokenRequest): Promise<MediaToken> {
    this.#app.camera(request.cameraId);
    return this.#issue(request);
  }

  // system
  metrics(): Promise<string> {
    return this.#app.metrics.text();
  }

  reload({ signal }: CallOptions = {}): Promise<ReloadReport> {
    return untilAborted(() => this.#app.configDesk.reload(), signal);
  }

  async servers(): Promise<readonly ServerEntry[]> {
    return [{ ...this.#app.server(), status: this.#app.health().status }];
  }

  storage(): Promise<readonly StorageArea[]> {
    return viewStorage(this.#app.areas, this.#env.events);
  }

  async configEntries(): Promise<readonly ConfigEntry[]> {
    return this.#app.configDesk.entries();
  }

  async configEntry(name: string): Promise<ConfigEntry> {
    return this.#app.configDesk.entry(name);
  }

  setConfigEntry(name: string, value: unknown): Promise<ConfigEntry> {
    return this.#app.configDesk.set(name, value);
  }

  changes(options: ChangeReading = {}): AsyncIterable<Change> {
    return this.#app.changes(options);
  }
}
