// The hinge: everything adapters may ask of a recorder, in process or over the network.
import type { MediaToken, MediaTokenRequest } from './accounts.ts';
import type { Camera, CameraInput, ProbeReport, PtzRequest, TriggerAnswer, TriggerRequest } from './camera.ts';
import type { Change } from './change.ts';
import type { CameraControls, RecorderControls } from './controls.ts';
import type {
  ConfigEntry,
  EventCause,
  EventChanges,
  EventPage,
  Health,
  RecorderEvent,
  ReloadReport,
  ServerEntry,
  ServerInfo,
  ServerStats,
  StorageArea,
} from './event.ts';
import type { Export, ExportFilter, ExportList, ExportRequest } from './export.ts';
import type { LiveOptions, LivePacket, MediaFile, Picture, Timeline, TimeSpan } from './media.ts';

/** What to list; newest first. */
export interface EventFilter {
  readonly camera?: string;
  /** Only of these. */
  readonly cameras?: readonly string[];
  /** Events that end after this, ISO 8601. */
  readonly from?: string;
  /** Events that start before this. */
  readonly to?: string;
  /** Events that have a cause of this kind. */
  readonly cause?: EventCause['kind'];
  /** Events in which this zone moved. */
  readonly zone?: string;
  readonly minScore?: number;
  readonly protected?: boolean;
  /** Default 100, at most 1000. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

/** How an answer is waited for. */
export interface CallOptions {
  /** Ends the waiting: the call rejects with its reason. What a recorder has begun it may finish. */
  readonly signal?: AbortSignal | undefined;
}

/** How a picture of an event is wanted. */
export interface EventPictureOptions extends CallOptions {
  /** Widest it may be, in pixels. */
  readonly width?: number;
  readonly maxBytes?: number;
}

/** How parts of a file that grows are asked for. */
export interface ReadOptions extends CallOptions {
  /** Whoever asks again under the same name for later bytes gets them of the file it began with. */
  readonly reader?: string;
  /** Bytes that are not the first are asked for. */
  readonly isContinued?: boolean;
  /** The file that is read on, where that is known; it goes before `reader`. */
  readonly etag?: string;
}

/** How the change feed is read. */
export interface ChangeReading {
  /** `seq` of the last change known; absent: from now on. */
  readonly since?: number;
  readonly signal?: AbortSignal;
  /** Told when the reading begins, and every 15 s after, that it works, with the number up to which there was everything. */
  onAlive?(seq: number, at: string): void;
  /** Told at each try that failed and each connection that ended, where the reading goes on all the same once there is one again. Never told in the recorder's own process. */
  onBroken?(): void;
}

/** A recorder. Every method takes an `AbortSignal` where it may take long, and rejects with its reason when it aborts; streams just end then. Unknown ids throw an error whose `code` is `CAMERA_NOT_FOUND`, `EVENT_NOT_FOUND` or `EXPORT_NOT_FOUND`. */
export interface RecorderApi {
  server(): Promise<ServerInfo>;
  stats(): Promise<ServerStats>;
  health(): Promise<Health>;
  /** Prometheus text (version 0.0.4). */
  metrics(): Promise<string>;

  cameras(): Promise<readonly Camera[]>;
  camera(id: string): Promise<Camera>;
  /** @throws an error whose `code` is `CAMERA_INVALID` or `CAMERA_EXISTS`. */
  createCamera(settings: CameraInput): Promise<Camera>;
  /**
   * Changes settings by a JSON merge patch (RFC 7396): mappings key by key, lists as a whole, null takes a setting back to its default. A password
   * that is written `***` stays, as long as scheme, host and port of its source do.
   *
   * @throws an error whose `code` is `CAMERA_INVALID`, or `CAMERA_PROVISIONED` for one that stands in the configuration file.
   */
  updateCamera(id: string, changes: Readonly<Record<string, unknown>>): Promise<Camera>;
  /** Its events stay. @throws an error whose `code` is `CAMERA_PROVISIONED`. */
  deleteCamera(id: string): Promise<void>;
  /**
   * Watches a source for so many seconds (default 8, at most 60).
   *
   * @throws an error whose `code` is `PROBE_FAILED`, or `TOO_MANY_REQUESTS` where others are looking at sources already.
   */
  probe(source: string, signal?: AbortSignal, seconds?: number): Promise<ProbeReport>;
  /**
   * @param source - Who holds the alarm; signals of different sources hold a camera independently. Absent: whoever is logged in.
   * @throws an error whose `code` is `CAMERA_CANNOT` where the camera's function records nothing, or `TRIGGERS_FULL`.
   */
  trigger(cameraId: string, request: TriggerRequest, source?: string): Promise<TriggerAnswer>;
  /** Switches something of a camera; also of one that stands in the configuration file. @throws an error whose `code` is `INPUT_INVALID`. */
  setCameraControls(cameraId: string, changes: Partial<CameraControls>): Promise<Camera>;
  controls(): Promise<RecorderControls>;
  setControls(changes: Partial<RecorderControls>): Promise<RecorderControls>;
  /**
   * Lets a camera go and connects to it anew; within 5 s of doing so it does nothing. Resolves once the camera is being connected to.
   *
   * @throws an error whose `code` is `CAMERA_CANNOT` for one that is switched off.
   */
  reconnect(cameraId: string): Promise<void>;
  /** @throws an error whose `code` is `CAMERA_CANNOT` for one that does not move. */
  ptz(cameraId: string, request: PtzRequest): Promise<void>;

  /** The newest picture, at most that large; the shape of the picture stays. */
  snapshot(cameraId: string, options?: { readonly width?: number; readonly height?: number; readonly signal?: AbortSignal }): Promise<Picture>;
  /** Pictures as they come. Ends when `signal` aborts or the camera is removed. */
  pictures(cameraId: string, options?: { readonly maxFps?: number; readonly width?: number; readonly signal?: AbortSignal }): AsyncIterable<Picture>;
  /**
   * The camera's packets as they come, beginning with a key frame. Waits while the camera is away; ends when `signal` aborts or the camera is removed.
   *
   * Reading it throws an error whose `code` is `ENCODERS_EXHAUSTED` for a form that the recorder has no encoder left for when the reader comes.
   */
  live(cameraId: string, options?: LiveOptions): AsyncIterable<LivePacket>;

  /**
   * Makes a token for the address of a picture or a video, as `?token=`: for one camera and the operations it lists, and for 300 s at most. Over the
   * network it stands for whoever is logged in, in process for the recorder, which may look at everything.
   *
   * @throws an error whose `code` is `INPUT_INVALID`, also for an operation that takes no such token, or `NOT_ALLOWED`.
   */
  mediaToken(request: MediaTokenRequest): Promise<MediaToken>;

  events(filter?: EventFilter): Promise<EventPage>;
  event(id: number): Promise<RecorderEvent>;
  updateEvent(id: number, changes: EventChanges): Promise<RecorderEvent>;
  /** @throws an error whose `code` is `EVENT_PROTECTED`, or `EVENT_OPEN` while it is recorded. */
  deleteEvent(id: number): Promise<void>;
  /** The event's best picture as JPEG. @throws an error whose `code` is `NOT_READY` while there is none yet. */
  eventSnapshot(id: number, options?: EventPictureOptions): Promise<Uint8Array>;
  /** The picture that raised the alarm, or the best one where nothing did. */
  eventAlarmPicture(id: number, options?: EventPictureOptions): Promise<Uint8Array>;
  /**
   * The event's video; of an open one, what is there so far: asked for again, it is another file, unless `options` say which one is read on.
   */
  eventVideo(id: number, options?: ReadOptions): Promise<MediaFile>;
  /** Any span of a camera's recordings as one file, which begins at the key frame at or before `from`. @throws an error whose `code` is `NOTHING_RECORDED`. */
  playback(cameraId: string, span: TimeSpan, options?: ReadOptions): Promise<MediaFile>;
  timeline(cameraId: string, span: TimeSpan, options?: CallOptions): Promise<Timeline>;

  /**
   * Begins to make a file; `export.changed` tells how far it is.
   *
   * @param createdBy - Who wants it. Absent: whoever is logged in.
   * @throws an error whose `code` is `INPUT_INVALID`, also for events of different cameras; `NOTHING_RECORDED`; `EXPORTS_FULL`.
   */
  createExport(request: ExportRequest, createdBy?: string): Promise<Export>;
  exports(filter?: ExportFilter): Promise<ExportList>;
  export(id: number): Promise<Export>;
  /** Cancels one that waits or runs, and removes its files. */
  deleteExport(id: number): Promise<void>;
  /** @throws an error whose `code` is `NOT_READY` until it is done, or `EXPORT_FAILED`. */
  exportVideo(id: number): Promise<MediaFile>;
  /** The evidence manifest as JSON, byte by byte as it was written: its hash can be kept elsewhere. @throws as `exportVideo`. */
  exportManifest(id: number): Promise<MediaFile>;

  /** Reads the configuration file again and restarts what its changes touch. @throws an error whose `code` is `CONFIG_INVALID`; nothing changed then. */
  reload(options?: CallOptions): Promise<ReloadReport>;
  servers(): Promise<readonly ServerEntry[]>;
  storage(): Promise<readonly StorageArea[]>;
  configEntries(): Promise<readonly ConfigEntry[]>;
  /** @throws an error whose `code` is `CONFIG_NOT_FOUND`. */
  configEntry(name: string): Promise<ConfigEntry>;
  /** @throws an error whose `code` is `CONFIG_NOT_FOUND`, `CONFIG_PROVISIONED` or `CONFIG_INVALID`. */
  setConfigEntry(name: string, value: unknown): Promise<ConfigEntry>;

  /**
   * Changes from now on, or from after `since`: all that whoever reads may see. Ends when `signal` aborts. Numbers grow, over restarts of the
   * recorder too; a hole in them is what others may see, and no loss.
   *
   * @throws an error whose `code` is `CHANGES_FORGOTTEN`, with any read, where changes are lost: `since` is too long ago or not of this recorder,
   *   or they were read too slowly. What is known must be asked for anew then, and the feed be followed from now on.
   */
  changes(options?: ChangeReading): AsyncIterable<Change>;
}
