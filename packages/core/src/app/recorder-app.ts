// The recorder: what starts when, what stops when, and who hears of what.
import type { Camera, Change, ChangeReading, Health, RecorderControls, ServerInfo, ServerStats } from '@nightjar/client';
import type { Config } from '../config/config.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { AlertBoard } from '../events/alert-board.ts';
import { ChangeFeed } from '../events/change-feed.ts';
import { type CameraSettings, whyLetGo } from '../model/camera.ts';
import type { OpenGap } from '../model/gap.ts';
import type { CameraId } from '../model/ids.ts';
import { isoTime, type WallMs, wallMs } from '../model/time.ts';
import { EventIndexRunner } from '../storage/event-index-runner.ts';
import { AGE_RESTS_MS, RetentionRunner } from '../storage/retention-runner.ts';
import type { CameraPictures } from '../streams/camera-pictures.ts';
import { EncoderSlots } from '../streams/encoder-slots.ts';
import type { LiveCamera } from '../streams/live-camera.ts';
import { LiveCameras } from '../streams/live-cameras.ts';
import { ScheduleRunner } from '../triggers/schedule-runner.ts';
import { TriggerHub } from '../triggers/trigger-hub.ts';
import { within } from '../util/within.ts';
import { AreaWatch } from './area-watch.ts';
import { CameraDesk } from './camera-desk.ts';
import { pictureBudgets } from './camera-pictures.ts';
import { CameraPipeline } from './camera-pipeline.ts';
import { ConfigDesk, type ConfigHooks } from './config-desk.ts';
import type { Environment } from './environment.ts';
import { EventDesk } from './event-desk.ts';
import { EventEditor } from './event-editor.ts';
import { EventPictureDesk } from './event-picture-desk.ts';
import { ExportDesk } from './export-desk.ts';
import { healthStatus } from './health-policy.ts';
import { InterruptedEvents } from './interrupted-events.ts';
import { LastAlive } from './last-alive.ts';
import { RecorderMetrics } from './metrics/recorder-metrics.ts';
import { MonitorNumbers } from './monitor-numbers.ts';
import { PlaybackDesk } from './playback-desk.ts';
import { RunningCameras } from './running-cameras.ts';
import { ServerStatsMeter } from './server-stats.ts';
import { skipUsedIds } from './used-ids.ts';

const STATS_EVERY_MS = 30_000;
const PRUNE_EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** While it is not known what was set over the API. */
const NO_LIMITS = { days: null, maxSize: null };
/** Start-up waits so long for the database before cameras start without it: footage is lost meanwhile. */
const DATABASE_WITHIN_MS = 200;
/** How long closing events may take before the recorder goes anyway; the next start recovers them. */
const STOP_WITHIN_MS = 9000;

/** What an app is made with. */
export interface RecorderAppOptions {
  readonly config: Config;
  readonly env: Environment;
  readonly version: string;
  /** What outside the recorder follows a changed configuration. */
  readonly hooks?: ConfigHooks;
}

/** One recorder. */
export class RecorderApp {
  readonly feed: ChangeFeed;
  readonly alerts: AlertBoard;
  readonly desk: EventDesk;
  readonly editor: EventEditor;
  readonly eventPictures: EventPictureDesk;
  readonly areas: AreaWatch;
  readonly playback: PlaybackDesk;
  readonly exports: ExportDesk;
  readonly triggers: TriggerHub;
  readonly #schedule: ScheduleRunner;
  readonly metrics: RecorderMetrics;
  readonly #options: RecorderAppOptions;
  readonly #live: LiveCameras;
  readonly #encoderSlots: EncoderSlots;
  readonly running: RunningCameras;
  readonly cameraDesk: CameraDesk;
  readonly numbers: MonitorNumbers;
  readonly configDesk: ConfigDesk;
  readonly #retention: RetentionRunner;
  readonly #index: EventIndexRunner;
  readonly #meter: ServerStatsMeter;
  readonly #pictureBudgets = pictureBudgets();
  readonly #startedMs: WallMs;
  #api = '';
  #startedRecording = false;
  #stats: ServerStats | undefined;
  readonly #interrupted: InterruptedEvents;
  readonly #lastAlive: LastAlive;
  #stopStats: () => void = () => undefined;
  #stopPruning: () => void = () => undefined;

  constructor(options: RecorderAppOptions) {
    this.#options = options;
    const { config, env } = options;
    this.#startedMs = env.clock.wall();
    this.#encoderSlots = new EncoderSlots(config.encoding);
    this.#live = new LiveCameras({ ...env, slots: this.#encoderSlots });
    this.feed = new ChangeFeed(env.clock);
    this.alerts = new AlertBoard({ feed: this.feed, clock: env.clock, log: env.log });
    this.areas = new AreaWatch(config.storage.areas, env, this.alerts, (status) => {
      env.log.info(`storage area ${status.area.id} is back`);
      if (this.#startedRecording) void this.#interrupted.finish([status]);
    });
    this.desk = new EventDesk({ env, serverId: config.server.id, areas: this.areas, feed: this.feed, alerts: this.alerts });
    this.editor = new EventEditor({ env, desk: this.desk, areas: this.areas, feed: this.feed });
    this.eventPictures = new EventPictureDesk({ env, desk: this.desk, areas: this.areas });
    this.playback = new PlaybackDesk({ env, desk: this.desk, areas: this.areas, hasCamera: (id) => this.running.pipeline(id) !== undefined });
    this.exports = new ExportDesk({
      env,
      feed: this.feed,
      alerts: this.alerts,
      lookup: {
        events: env.events,
        find: (id) => this.desk.find(id),
        rootOf: (areaId) => this.areas.readableRootOf(areaId),
        hasCamera: (id) => this.running.pipeline(id) !== undefined,
      },
      areas: this.areas,
      settings: config.exports,
      writtenBy: { nightjar: options.version, recorder: config.server.id },
      nameOf: (cameraId) => this.desk.nameOf(cameraId),
    });
    this.triggers = new TriggerHub({
      clock: env.clock,
      log: env.log,
      feed: this.feed,
      rules: () => {
        const { pulseSeconds, debounceMs, maxPerSecond } = this.#config.triggers;
        return { pulseMs: pulseSeconds * 1000, debounceMs, maxPerSecond };
      },
      camera: (id) => this.running.pipeline(id),
    });
    this.#schedule = new ScheduleRunner({ clock: env.clock, log: env.log, hub: this.triggers });
    this.#schedule.take(config.triggers.schedule);
    this.metrics = new RecorderMetrics({
      server: () => this.server(),
      health: () => this.health(),
      cameras: () => this.running.pipelines,
      areas: () => this.areas.all.map(({ area, status }) => ({ id: area.id, status })),
      database: () => this.desk.waiting,
      feed: () => this.feed.figures,
      triggers: () => this.triggers.received,
      exports: () => this.exports.figures,
      meter: env.meter,
    });
    this.#interrupted = new InterruptedEvents({
      env,
      serverId: config.server.id,
      desk: this.desk,
      areas: this.areas,
      exclusively: (id, work) => this.editor.exclusively(id, work),
      hasExif: (cameraId) => (this.running.pipeline(cameraId)?.camera ?? this.#config.cameras.find(({ id }) => id === cameraId))?.exif ?? false,
    });
    this.running = new RunningCameras({
      clock: env.clock,
      log: env.log,
      make: (camera, missing) => this.#makePipeline(camera, missing),
      onChanged: (pipeline) => {
        this.desk.nameCamera(pipeline.camera);
        this.triggers.restore(pipeline.camera.id);
        this.#tellOf(pipeline);
      },
      onRemoved: (id) => {
        this.triggers.forget(id);
        this.#live.remove(id);
        this.#tellGone(id);
      },
      onGapEnded: (cameraId, { sinceMs, reason }) =>
        this.desk.gap({ cameraId, fromMs: sinceMs, toMs: wallMs(Math.max(sinceMs, env.clock.wall())), reason, lostFrames: 0 }),
    });
    this.#lastAlive = new LastAlive({ env, functions: () => Object.fromEntries(this.running.pipelines.map((pipeline) => [pipeline.id, pipeline.function])) });
    this.configDesk = new ConfigDesk({
      config,
      env,
      alerts: this.alerts,
      hooks: options.hooks ?? {},
      cameras: () => this.cameraDesk,
      apply: (inForce) => this.#apply(inForce),
    });
    this.cameraDesk = new CameraDesk({
      env,
      alerts: this.alerts,
      running: this.running,
      config: () => this.#config,
      missingSince: (id) => this.#lastAlive.missingSince(id),
      onBroken: (id) => this.#tellGone(id),
      numberOf: (id) => this.numbers.of(id),
    });
    this.numbers = new MonitorNumbers({
      env,
      alerts: this.alerts,
      ids: () => this.cameraDesk.ids,
      onRead: () => this.running.pipelines.forEach((pipeline) => this.#tellOf(pipeline)),
    });
    this.#meter = new ServerStatsMeter(env);
    this.#index = new EventIndexRunner(env);
    this.#retention = new RetentionRunner({
      store: env.events,
      files: env.files,
      clock: env.clock,
      limits: NO_LIMITS,
      areas: () => this.areas.check(),
      onDeleting: (id) => this.desk.forget(id),
      newest: (row) => this.desk.newest(row),
      exclusively: (id, work) => this.editor.exclusively(id, work),
      onDeleted: (event, reason) => {
        env.log.info(`deleted event ${event.id} of ${event.cameraId} (${reason})`, { event: event.id, reason });
        if (!this.editor.hasTold(event.id)) this.feed.publish({ type: 'event.deleted', data: { id: event.id, cameraId: event.cameraId } });
      },
      onStarved: (areaId) => {
        this.alerts.raise({ id: `disk-full-${areaId}`, level: 'error', text: `storage area ${areaId} is full and nothing in it may be deleted` });
        for (const pipeline of this.running.pipelines) pipeline.cutNow();
      },
      onFed: (areaId) => this.alerts.clear(`disk-full-${areaId}`),
      onCalendarSet: (byMs) =>
        env.log.warn(`retention: the calendar was set forward by ${byMs / 1000} s; nothing is deleted for its age for ${AGE_RESTS_MS / 60_000} minutes`, {
          byMs,
        }),
      onTrouble: (error) => env.log.warn(`retention: ${error.message}`, { code: error.code }),
    });
  }

  /** Recovers what a crash left, then starts retention and every camera. Resolves when all of them are on their way. */
  async start(): Promise<void> {
    const { env } = this.#options;
    for (const camera of this.#config.cameras) this.desk.nameCamera(camera);
    const areas = await this.areas.check();
    await this.#interrupted.finish(areas);
    await skipUsedIds(env, areas);
    await this.desk.start(AbortSignal.timeout(DATABASE_WITHIN_MS));
    this.#startedRecording = true;
    await within(env.clock, DATABASE_WITHIN_MS, this.configDesk.start());
    this.#retention.start();
    this.#index.start();
    await this.#lastAlive.read(DATABASE_WITHIN_MS);
    // Before any camera: one that is switched off for privacy must not be looked at, if only for a moment.
    await within(env.clock, DATABASE_WITHIN_MS, Promise.all([this.cameraDesk.readControls(), this.numbers.read()]));
    await this.cameraDesk.start();
    await within(env.clock, DATABASE_WITHIN_MS, this.cameraDesk.startStored());
    this.#schedule.start();
    this.#lastAlive.start();
    await within(env.clock, DATABASE_WITHIN_MS, this.exports.start());
    this.#pruneGaps();
    this.#stopPruning = env.clock.every(PRUNE_EVERY_MS, () => this.#pruneGaps());
    this.#stopStats = env.clock.every(STATS_EVERY_MS, () => void this.#measure());
    await this.#measure();
  }

  /** Closes every event and stops everything, within 10 s. */
  async stop(): Promise<void> {
    const { env } = this.#options;
    const stoppedMs = env.clock.wall();
    this.#lastAlive.pause();
    this.#stopStats();
    this.#stopPruning();
    this.#schedule.stop();
    this.triggers.stop();
    this.#live.close();
    this.configDesk.stop();
    this.cameraDesk.stop();
    // At once: what closes events needs the disk more.
    const exporting = this.exports.stop();
    const bound = new AbortController();
    const late = env.clock.sleep(STOP_WITHIN_MS, bound.signal).then(() => {
      if (!bound.signal.aborted) env.log.error('stopping took too long; what is still open is recovered at the next start');
    });
    const orderly = async (): Promise<void> => {
      await this.running.stop();
      await this.#lastAlive.stopped(stoppedMs);
      await this.#retention.stop();
      await this.#index.stop();
      await this.numbers.stop();
      await exporting;
      await this.desk.stop();
      this.playback.close();
      await env.analyzer.close();
    };
    await Promise.race([orderly(), late]);
    bound.abort();
  }

  /** Says where the HTTP API is, before anything is started. */
  listensAt(url: string): void {
    this.#api = url;
  }

  server(): ServerInfo {
    const { config, version } = this.#options;
    return { id: config.server.id, name: config.server.name, version, api: this.#api, startedAt: isoTime(this.#startedMs) };
  }

  async stats(): Promise<ServerStats> {
    return this.#stats ?? this.#measure();
  }

  health(): Health {
    const { version, env } = this.#options;
    const problems = this.alerts.list();
    const cameras = this.#count();
    const usable = this.areas.newest.filter((area) => area.usable).length;
    return {
      status: healthStatus(problems, cameras, usable),
      version,
      uptimeSeconds: Math.round((env.clock.wall() - this.#startedMs) / 1000),
      cameras,
      problems,
    };
  }

  cameras(): readonly Camera[] {
    return this.cameraDesk.views();
  }

  /** @throws RecorderError `CAMERA_NOT_FOUND`. */
  camera(id: CameraId): Camera {
    return this.cameraDesk.view(id);
  }

  /** @throws RecorderError `INPUT_INVALID`, `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async setControls(changes: Partial<RecorderControls>): Promise<RecorderControls> {
    const controls = await this.cameraDesk.setControls(changes);
    this.feed.publish({ type: 'controls.changed', data: controls });
    return controls;
  }

  /** What runs a camera now; another one does when its settings change. @throws RecorderError `CAMERA_NOT_FOUND`, or `CAMERA_OFFLINE` where its settings are not valid. */
  pipelineOf(id: CameraId): CameraPipeline {
    const pipeline = this.running.pipeline(id);
    if (pipeline !== undefined) return pipeline;
    const { state } = this.camera(id);
    throw new RecorderError('CAMERA_OFFLINE', `camera ${id} does not run: ${state.problem ?? 'it is being changed'}`);
  }

  /** What shows a camera as JPEG. @throws RecorderError `CAMERA_NOT_FOUND`. */
  pictures(id: CameraId): CameraPictures {
    return this.pipelineOf(id).pictures;
  }

  /** @throws RecorderError `CAMERA_NOT_FOUND`, `CAMERA_CANNOT`. */
  live(id: CameraId): LiveCamera {
    this.#requireConnection(id);
    return this.#live.of(id);
  }

  /** Connects to a camera anew. @throws RecorderError `CAMERA_NOT_FOUND`, `CAMERA_CANNOT`. */
  async reconnect(id: CameraId): Promise<void> {
    this.#requireConnection(id);
    await this.running.reconnect(id);
  }

  #requireConnection(id: CameraId): void {
    const { camera } = this.pipelineOf(id);
    const letGo = whyLetGo(camera);
    if (letGo !== undefined) throw new RecorderError('CAMERA_CANNOT', `the recorder does not connect to ${camera.name}: ${letGo}`);
  }

  changes(options: ChangeReading = {}): AsyncIterable<Change> {
    return this.feed.subscribe(options);
  }

  /** The ledger of gaps reaches as far back as events do. */
  #pruneGaps(): void {
    const { env } = this.#options;
    const { days } = this.#config.retention;
    if (days === null || !this.configDesk.isRead) return;
    env.gaps.prune(wallMs(env.clock.wall() - days * DAY_MS)).catch((error: unknown) => env.log.warn(`old gaps could not be forgotten: ${String(error)}`));
  }

  #makePipeline(camera: CameraSettings, missing: OpenGap | undefined): CameraPipeline {
    const { env } = this.#options;
    const { server, storage } = this.#config;
    const pipeline: CameraPipeline = new CameraPipeline({
      camera,
      env,
      desk: this.desk,
      alerts: this.alerts,
      live: this.#live.of(camera.id),
      serverId: server.id,
      syncIntervalMs: storage.syncIntervalMs,
      pictureBudgets: this.#pictureBudgets,
      histograms: this.metrics.cameras,
      ...(missing === undefined ? {} : { missing }),
      onMotion: (motion, report) => {
        const { score = 0, zones = [] } = report?.sample ?? {};
        this.feed.publish({ type: 'motion.changed', data: { cameraId: camera.id, motion, score, zones } });
      },
      onChange: () => this.#tellOf(pipeline),
      onBegun: (areaId) => this.#retention.hasRoom(areaId),
      onDiskTrouble: (fullAreaId) => void (fullAreaId === undefined ? this.#retention.runNow() : this.#retention.makeRoom(fullAreaId)),
    });
    return pipeline;
  }

  get #config(): Config {
    return this.configDesk.config;
  }

  /** Takes over what can change while the recorder runs. */
  async #apply({ retention, storage, exports, encoding, triggers }: Config): Promise<void> {
    const { env } = this.#options;
    this.#retention.limit(this.configDesk.isRead ? retention : NO_LIMITS);
    this.exports.limit(exports);
    this.#encoderSlots.limit(encoding);
    this.#schedule.take(triggers.schedule);
    const known = new Set(this.areas.newest.map(({ area }) => area.id));
    this.areas.take(storage.areas);
    if (!this.#startedRecording || storage.areas.every(({ id }) => known.has(id))) return;
    const added = (await this.areas.check()).filter(({ area }) => !known.has(area.id));
    if (added.length === 0) return;
    await this.#interrupted.finish(added);
    await skipUsedIds(env, added);
  }

  /** A camera is gone, or is there without running. */
  #tellGone(id: CameraId): void {
    const left = this.cameraDesk.brokenView(id);
    if (left === undefined) this.feed.publish({ type: 'camera.removed', data: { id } });
    else this.feed.publish({ type: 'camera.changed', data: left });
  }

  #tellOf(pipeline: CameraPipeline): void {
    this.feed.publish({ type: 'camera.changed', data: this.cameraDesk.runningView(pipeline) });
  }

  async #measure(): Promise<ServerStats> {
    await this.cameraDesk.recorded.read();
    const stats = await this.#meter.read({ startedMs: this.#startedMs, cameras: this.#count(), areas: this.areas });
    this.#stats = stats;
    this.feed.publish({ type: 'server.stats', data: stats });
    return stats;
  }

  #count(): { readonly total: number; readonly online: number } {
    const cameras = this.cameraDesk.views().filter(({ controls, state }) => (controls.enabled && !controls.privacy) || state.problem !== undefined);
    return { total: cameras.length, online: cameras.filter(({ state }) => state.status === 'online').length };
  }
}
