// One camera: source → session → ring → recorder, and → analysis → alarm → events → demand → recorder.
import type { CameraStream } from '@nightjar/client';
import type { CaptureSupervisor } from '../capture/capture-supervisor.ts';
import { PacketRing } from '../capture/packet-ring.ts';
import type { ErrorCode } from '../errors/codes.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import { isAlarmed } from '../events/demand-policy.ts';
import { EventTracker } from '../events/event-tracker.ts';
import { type CameraFunction, type CameraSettings, type CameraState, looksAtOwnKeyFrames, whyLetGo } from '../model/camera.ts';
import type { EventRecord } from '../model/event.ts';
import type { OpenGap } from '../model/gap.ts';
import type { AreaId } from '../model/ids.ts';
import type { AlarmState } from '../model/motion.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import { type WallMs, wallMs } from '../model/time.ts';
import { NOTHING_FORCED, type TriggerAnswer, type TriggerState } from '../model/trigger.ts';
import type { Logger } from '../ports/logger.ts';
import type { AnalysisReport } from '../ports/motion-analyzer.ts';
import type { PictureRequest } from '../ports/picture-maker.ts';
import { Recorder } from '../recording/recorder.ts';
import type { CameraPictures } from '../streams/camera-pictures.ts';
import type { LiveCamera } from '../streams/live-camera.ts';
import type { LiveSource } from '../streams/live-feed.ts';
import type { PictureBudgets } from '../streams/picture-subject.ts';
import { CameraAnalysis } from './camera-analysis.ts';
import { cameraPictures } from './camera-pictures.ts';
import { CameraReport } from './camera-report.ts';
import type { Environment } from './environment.ts';
import type { EventDesk, PictureHelp } from './event-desk.ts';
import type { PipelineFigures } from './metrics/camera-figures.ts';
import { CameraTally, type SharedHistograms } from './metrics/camera-tally.ts';
import { openStream, ringLimits } from './open-stream.ts';
import { SectionOwners } from './section-owners.ts';
import { ShownText } from './shown-text.ts';
import { SubStream } from './sub-stream.ts';

/** What a crash may cost, with the second a fragment may take at most in mind. */
const FRAGMENT_MS = 500;
const MAX_QUEUED_BYTES = 32 * 1024 * 1024;
/** A GOP longer than this is not decoded for one picture. */
const MOST_PICTURE_PACKETS = 600;

/** What a pipeline is made with. */
export interface PipelineOptions {
  readonly camera: CameraSettings;
  readonly env: Environment;
  readonly desk: EventDesk;
  readonly alerts: AlertBoard;
  readonly live: LiveCamera;
  readonly serverId: string;
  readonly syncIntervalMs: number;
  readonly histograms: SharedHistograms;
  /** Since when nothing of it could be recorded. */
  readonly missing?: OpenGap;
  readonly pictureBudgets: PictureBudgets;
  onMotion(motion: boolean, report: AnalysisReport | undefined): void;
  /** Status or recording changed. */
  onChange(): void;
  /** Writing failed; `fullAreaId`: for want of room there. */
  onDiskTrouble(fullAreaId: AreaId | undefined): void;
  /** A new file in that area holds footage. */
  onBegun(areaId: AreaId): void;
}

/** Runs one camera until stopped. */
export class CameraPipeline {
  #camera: CameraSettings;
  readonly pictures: CameraPictures;
  readonly #options: PipelineOptions;
  readonly #log: Logger;
  readonly #ring: PacketRing;
  readonly #live: LiveSource;
  /** Ways in which the main stream is looked at now. */
  readonly #watching = new Set<'live' | 'pictures' | 'analysis'>();
  readonly #recorder: Recorder;
  readonly #tracker: EventTracker;
  readonly #analysis: CameraAnalysis;
  #main: CaptureSupervisor | undefined;
  readonly #sub: SubStream | undefined;
  readonly #report: CameraReport;
  readonly #owners: SectionOwners;
  readonly #tally: CameraTally;
  #alarm: AlarmState = 'idle';
  #score = 0;
  #forced: TriggerState = NOTHING_FORCED;
  readonly #shown = new ShownText();
  /** Motion counts from then on: before, a trigger forbade it. */
  #countsFromMs = wallMs(0);
  #pictureHelp: PictureHelp = {};
  #isRetired = false;

  constructor(options: PipelineOptions) {
    const { camera, env, desk } = options;
    this.#camera = camera;
    this.#options = options;
    this.#log = env.log.child({ camera: camera.id });
    this.#report = new CameraReport({ camera, clock: env.clock, log: this.#log, alerts: options.alerts, onChange: () => options.onChange() });
    this.#ring = new PacketRing(ringLimits(camera));
    const tally = new CameraTally(env.clock, options.histograms);
    this.#tally = tally;
    this.#live = options.live.main.from({ recent: this.#ring, onWatched: (isWatched) => this.#watched('live', isWatched) });
    const { source } = camera.detect;
    const sub = source && new SubStream({ camera, source, env, log: this.#log, live: options.live.sub });
    if (sub === undefined) options.live.sub.feedNothing();
    this.#sub = sub;
    this.#tracker = new EventTracker(camera, {
      clock: env.clock,
      log: this.#log,
      serverId: options.serverId,
      place: (startMs) => desk.place(this.#camera, startMs),
      setDemand: (demand) => this.#recorder.setDemand(demand),
      opened: (row, root, edit) => {
        tally.timings.placed(row);
        return desk.opened(row, root, edit);
      },
      save: (row) => desk.save(row),
      publish: (type, row) => {
        desk.publish(type, row);
        tally.published(type, row);
      },
      alarmPicture: (row, root, atMs) => this.#alarmPicture(row, root, atMs),
      keyPicture: (atMs) => this.#keyPicture(atMs),
      snapshot: (job) => desk.snapshot(this.#camera, { ...job, ...this.#pictureHelp, ...wordsOf(this.#shown.at(job.snapshotAtMs)) }),
      discard: (row, root, announced) => desk.discard(row, root, announced),
      gap: (gap) => {
        tally.gap(gap);
        desk.gap(gap);
      },
      released: (id) => {
        tally.timings.released(id);
        desk.released(id);
      },
      onDiskTrouble: (failure, areaId) => {
        this.#report.writingFailed(failure);
        options.onDiskTrouble(failure.code === 'DISK_FULL' ? areaId : undefined);
      },
    });
    if (options.missing !== undefined) this.#tracker.missingSince(options.missing);
    this.#owners = new SectionOwners({
      camera,
      env,
      log: this.#log,
      tracker: this.#tracker,
      onWritten: () => this.#report.writingWorks(),
      onBegun: (areaId) => options.onBegun(areaId),
    });
    this.#recorder = new Recorder({
      files: env.files,
      clock: env.clock,
      limits: { fragmentMs: FRAGMENT_MS, syncIntervalMs: options.syncIntervalMs, maxQueuedBytes: MAX_QUEUED_BYTES },
      preRoll: this.#ring,
      owner: (section) => this.#owners.of(section),
      onSectionEnd: (section, end) => {
        this.#owners.ended(section);
        this.#tracker.sectionEnded(section, end);
        this.#noteRecording();
      },
    });
    const { analyzer, clock } = env;
    const analysis = new CameraAnalysis({
      camera,
      analyzer,
      clock,
      log: this.#log,
      readSub: sub && ((listener) => sub.analyze(listener)),
      onReport: (report) => this.#hear(report),
      onDown: (down) => this.#setAnalysisDown(down),
      onIdle: () => this.#setAlarm('idle', undefined),
    });
    this.#analysis = analysis;
    if (analysis.watchesMainClosely) this.#watching.add('analysis');
    if (looksAtOwnKeyFrames(camera.detect)) this.#pictureHelp = { fromAnalysis: (request) => analysis.picture(request) };
    this.pictures = cameraPictures({
      camera: () => this.#camera,
      env,
      log: this.#log,
      report: this.#report,
      ring: this.#ring,
      budgets: options.pictureBudgets,
      onWatched: (isWatched) => this.#watched('pictures', isWatched),
      showText: () => this.#shown.now,
      ...this.#pictureHelp,
    });
  }

  /** Its settings as they are now. */
  get camera(): CameraSettings {
    return this.#camera;
  }

  /** Takes over settings whose change leaves the stream alone. */
  takeSettings(camera: CameraSettings): void {
    // What counts no longer is no reason to begin an event.
    if (!this.#recorder.recording && this.#analysis.changesWith(camera)) this.#setAlarm('idle', undefined);
    this.#camera = camera;
    this.#ring.limit(ringLimits(camera));
    this.#sub?.takeSettings(camera);
    this.#report.takeSettings(camera);
    this.#tracker.takeSettings(camera);
    this.#owners.takeSettings(camera);
    this.#analysis.takeSettings(camera);
    this.#watched('analysis', this.#analysis.watchesMainClosely);
  }

  start(): void {
    const { camera } = this;
    const letGo = whyLetGo(camera);
    if (letGo !== undefined) {
      this.#live.status('offline', letGo);
      this.#sub?.letGo(letGo);
      return this.#live.close();
    }
    const main = openStream({
      camera,
      source: camera.source,
      env: this.#options.env,
      log: this.#log,
      isWatchedClosely: this.#analysis.watchesMainClosely,
      listener: {
        onRunStart: (info) => this.#runStarted(info),
        onPacket: (packet) => this.#take(packet),
        onRunEnd: (code) => this.#runEnded(code),
        onStatus: (status, problem) => {
          this.#report.status(status, problem);
          this.#live.status(status, problem);
        },
      },
    });
    this.#main = main;
    main.setGathering(this.#watching.size === 0);
    this.#sub?.start();
    this.#analysis.start();
  }

  /** Lets the camera go, within 2 s; what is open is closed by `stop`. */
  async disconnect(): Promise<void> {
    await Promise.all([this.#main?.stop(), this.#sub?.disconnect(), this.#analysis.disconnect()]);
  }

  /** Since when footage will be missing that another pipeline is to record; call it after `disconnect`. */
  handOver(): OpenGap | undefined {
    return this.#tracker.handOver();
  }

  /** Nobody hears of this pipeline any more, and nothing is taken from it, whatever it still does. */
  retire(): void {
    this.#isRetired = true;
    this.#report.retire();
  }

  /** Stops everything and closes what is open; every event is `ready` afterwards. */
  async stop(): Promise<void> {
    // Where another pipeline takes over, viewers stay.
    if (!this.#isRetired) {
      this.#live.close();
      this.#sub?.endViewers();
    }
    await Promise.all([this.pictures.stop(), this.disconnect()]);
    await this.#analysis.stop();
    await this.#recorder.stop();
    await this.#tracker.stop();
    await this.#owners.settled();
  }

  state(): CameraState {
    return this.#report.state({
      score: this.#score,
      motion: isAlarmed(this.#alarm),
      recording: this.#recorder.recording,
      droppedPackets: this.#analysis.dropped + this.#ring.overflows,
      reconnects: this.#main?.reconnects ?? 0,
      clockJumps: this.#main?.clockJumps ?? 0,
      ...(this.#analysis.figures === undefined ? {} : this.#tally.pace.read(this.#options.env.clock.monotonic())),
      ...forcedOf(this.#forced),
    });
  }

  /** What it sends: the main stream, and the sub stream where there is one. */
  streams(): readonly CameraStream[] {
    const main = this.#report.stream();
    return this.#sub === undefined ? [main] : [main, this.#sub.view()];
  }

  /** What it counted, for whoever looks. */
  figures(): PipelineFigures {
    const analysis = this.#analysis.figures;
    return {
      state: this.state(),
      tally: this.#tally,
      preRoll: { bytes: this.#ring.bytes, droppedGops: this.#ring.overflows },
      recorder: this.#recorder.figures,
      pictures: this.pictures.figures,
      live: this.#options.live,
      ...(analysis === undefined ? {} : { analysis }),
    };
  }

  get id(): string {
    return this.camera.id;
  }

  get function(): CameraFunction {
    return this.camera.function;
  }

  get isRecordingOff(): boolean {
    return this.camera.isRecordingOff === true;
  }

  /** What triggers force from now on: an alarm, none, or nothing. */
  setTriggers(state: TriggerState): void {
    const before = forcedOf(this.#forced).forced;
    if (this.#forced.isOff && !state.isOff) this.#countsFromMs = this.#options.env.clock.wall();
    this.#forced = state;
    this.#shown.set(state.showText, this.#report.lastFrameMs ?? this.#options.env.clock.wall());
    this.#tracker.setTriggers(state);
    if (state.isOff) this.#setAlarm('idle', undefined);
    this.#noteRecording();
    if (forcedOf(state).forced !== before) this.#options.onChange();
  }

  /** The event that is recorded now, as a trigger is answered. */
  currentEvent(deadline: AbortSignal): Promise<TriggerAnswer> {
    return this.#tracker.currentEvent(deadline);
  }

  /** Ends the section that is being recorded, so that its space can be freed. */
  cutNow(): void {
    this.#tracker.cutNow();
  }

  /** Who looks on wants packets as they come. */
  #watched(way: 'live' | 'pictures' | 'analysis', isWatched: boolean): void {
    if (isWatched) this.#watching.add(way);
    else this.#watching.delete(way);
    this.#main?.setGathering(this.#watching.size === 0);
  }

  #runStarted(info: StreamInfo): void {
    this.#report.runStarted(info);
    this.#ring.clear();
    this.#live.runStarted(info);
    this.#recorder.runStarted(info);
    this.#tracker.runStarted();
    this.#analysis.runStarted(info);
  }

  #take(packet: Packet): void {
    if (this.#isRetired) return;
    this.#tally.packet(packet);
    this.#report.packet(packet);
    this.#ring.push(packet);
    if (packet.track === 'video') this.#tracker.frameCaptured(packet.wallMs, Math.round(packet.durationUs / 1000));
    this.#recorder.push(packet);
    this.pictures.push(packet);
    this.#analysis.push(packet);
    this.#live.push(packet);
    this.#noteRecording();
  }

  #runEnded(code: ErrorCode | undefined): void {
    this.#live.runEnded();
    this.#analysis.runEnded();
    this.#tally.pace.clear();
    this.#recorder.runEnded();
    this.pictures.runEnded();
    this.#tracker.runEnded(code);
    this.#setAlarm('idle', undefined);
    this.#noteRecording();
  }

  #hear(report: AnalysisReport): void {
    this.#score = report.sample.score;
    this.#tally.verdict(report.sample.wallMs);
    if (this.#forced.isOff) return;
    this.#tracker.sample(report.sample);
    // What is over already when a trigger stops forbidding alarms is no alarm.
    const isAfter = report.alarm === 'alert' && !isAlarmed(this.#alarm);
    this.#setAlarm(isAfter ? 'idle' : report.alarm, report);
  }

  #setAlarm(alarm: AlarmState, report: AnalysisReport | undefined): void {
    const before = this.#alarm;
    if (alarm === before) return;
    this.#alarm = alarm;
    const { firstScoredMs } = report ?? {};
    if (isAlarmed(alarm) !== isAlarmed(before)) this.#tally.timings.alarm(isAlarmed(alarm) ? firstScoredMs : undefined);
    this.#tracker.alarmChanged(alarm, firstScoredMs === undefined ? undefined : wallMs(Math.max(firstScoredMs, this.#countsFromMs)));
    this.#noteRecording();
    if (isAlarmed(alarm) !== isAlarmed(before) && !this.#isRetired) this.#options.onMotion(isAlarmed(alarm), report);
  }

  #setAnalysisDown(down: boolean): void {
    this.#report.analysisDown(down);
    this.#tracker.setAnalysisDown(down);
    this.#noteRecording();
  }

  #noteRecording(): void {
    this.#report.recording(this.#recorder.recording);
  }

  #keyPicture(atMs: WallMs): PictureRequest | undefined {
    const { info } = this.#report;
    if (!looksAtOwnKeyFrames(this.camera.detect) || info === undefined) return undefined;
    const packets = this.#ring.upTo(atMs);
    const [key] = packets;
    return packets.length === 1 && key?.wallMs === atMs ? { video: info.video, packets: [key] } : undefined;
  }

  #alarmPicture(row: EventRecord, root: string, atMs: WallMs): Promise<boolean> {
    const packets = this.#ring.upTo(atMs);
    const { info } = this.#report;
    if (info === undefined || packets.length === 0) return Promise.resolve(false);
    const chosen = packets.length > MOST_PICTURE_PACKETS ? packets.slice(0, 1) : packets;
    return this.#options.desk.alarmPicture(this.camera, { row, root, info, packets: chosen, atMs, ...this.#pictureHelp, ...wordsOf(this.#shown.now) });
  }
}

const forcedOf = ({ isOff, holds }: TriggerState): Pick<CameraState, 'forced'> => (isOff ? { forced: 'off' } : holds.length > 0 ? { forced: 'on' } : {});

const wordsOf = (words: string | undefined): Pick<PictureHelp, 'words'> => (words === undefined ? {} : { words });
