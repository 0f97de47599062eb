// One camera's events: what alarms, triggers and the camera's function make of its footage. It asks for sections by value
// (RecordingDemand), hears how they went, and keeps each section's row, changes and pictures going. It never touches packets.
import type { ErrorCode } from '../errors/codes.ts';
import type { RecorderError } from '../errors/recorder-error.ts';
import type { CameraSettings } from '../model/camera.ts';
import type { EventRecord } from '../model/event.ts';
import type { Gap, GapReason, OpenGap } from '../model/gap.ts';
import type { AreaId } from '../model/ids.ts';
import type { AlarmState, MotionSample } from '../model/motion.ts';
import type { StreamInfo } from '../model/packet.ts';
import type { RecordingDemand } from '../model/recording-demand.ts';
import { type WallMs, wallMs } from '../model/time.ts';
import type { TriggerAnswer, TriggerState } from '../model/trigger.ts';
import type { Clock } from '../ports/clock.ts';
import type { VideoFacts } from '../ports/event-files.ts';
import type { Logger } from '../ports/logger.ts';
import type { PictureRequest } from '../ports/picture-maker.ts';
import { cutIsDue, type DemandFacts, isAlarmed, wantsRecording } from './demand-policy.ts';
import type { EventEdit } from './event-edit-policy.ts';
import { eventName } from './event-name.ts';
import { type EventPlace, EventSection } from './event-section.ts';
import { ForcedAlarm } from './forced-alarm.ts';

/** The changes an event goes through. */
export type EventChangeType = 'event.opened' | 'event.updated' | 'event.closed' | 'event.ready';

/** What a finished section's pictures are made from. */
export interface PictureJob {
  readonly row: EventRecord;
  readonly root: string;
  readonly snapshotAtMs: WallMs;
  /** That very frame, where it is at hand; the video file has it as well. */
  readonly key?: PictureRequest;
  /** It is also what `alarm.jpg` shows. */
  readonly isAlarmPicture?: boolean;
}

/** Progress of a section, as the recorder reports it. */
export interface SectionProgress {
  /** Capture time of the first frame, should it be known better than at the beginning. */
  readonly startMs?: WallMs;
  readonly endMs: WallMs;
  readonly frames: number;
  readonly sizeBytes: number;
}

/** How a section went, as the recorder reports it. */
export interface SectionResult {
  readonly facts: VideoFacts | undefined;
  readonly endMs: WallMs;
  readonly frames: number;
  readonly failure: RecorderError | undefined;
}

/** What a tracker needs of the rest of the recorder. */
export interface TrackerPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly serverId: string;
  /** Finds an id and a directory; waits while the database has no ids; `undefined` when no area can be written to. */
  place(startMs: WallMs): Promise<EventPlace | undefined>;
  setDemand(demand: RecordingDemand | undefined): void;
  /** An event begins: notes it where a restart finds it, before its directory is made. */
  opened(row: EventRecord, root: string, edit: (edit: EventEdit) => EventRecord | undefined): Promise<void>;
  /** Keeps the row; returns at once. */
  save(row: EventRecord): void;
  publish(type: EventChangeType, row: EventRecord): void;
  /** Makes `alarm.jpg` of an event from the picture taken at `atMs`. */
  alarmPicture(row: EventRecord, root: string, atMs: WallMs): Promise<boolean>;
  /** The frame captured at that time, where it was looked at alone and is still at hand. */
  keyPicture?(atMs: WallMs): PictureRequest | undefined;
  /** Makes `snapshot.jpg`; resolves with whether it exists, `undefined` where the disk is away and the event can't be finished now. */
  snapshot(job: PictureJob): Promise<boolean | undefined>;
  /** The tracker is done with an event; one that is not `ready` is finished by a recovery. */
  released?(id: EventRecord['id']): void;
  /** Nothing playable came of an event: forgets it; `announced`: others have heard of it. */
  discard(row: EventRecord, root: string, announced: boolean): void;
  gap(gap: Gap): void;
  /** Writing failed (in that area, if it came so far): storage should look after itself now. */
  onDiskTrouble(failure: RecorderError, areaId: AreaId | undefined): void;
}

const SAVE_EVERY_MS = 5000;
const UPDATE_EVERY_MS = 1000;
const FIRST_RETRY_MS = 1000;
/** The past is kept a little longer than this, so that what the disk takes again begins where it stopped. */
const LONGEST_RETRY_MS = 4000;

const GAP_OF: Partial<Record<ErrorCode, GapReason>> = {
  CAPTURE_CLOCK_SET: 'clock-set',
  CAPTURE_STALLED: 'camera-stalled',
  CAPTURE_STREAM_CHANGED: 'stream-changed',
  DISK_FULL: 'disk-full',
};

/** Tracks one camera. */
export class EventTracker {
  #camera: CameraSettings;
  readonly #ports: TrackerPorts;
  readonly #sections = new Map<number, EventSection>();
  readonly #finishing = new Set<Promise<void>>();
  #numbers = 0;
  #current: EventSection | undefined;
  #alarm: AlarmState = 'idle';
  #online = false;
  #hasDelivered = false;
  #analysisDown = false;
  readonly #forced = new ForcedAlarm();
  /** Scored frames of the alarm that may be beginning. */
  #streak: MotionSample[] = [];
  #retry: () => void = () => undefined;
  #blockedUntilMs = 0;
  /** Sections in a row into which nothing could be written. */
  #failures = 0;
  #lastSaveMs = 0;
  #lastUpdateMs = 0;
  /** Footage that is missing since then; sections after that number end it. */
  #missing: { readonly fromMs: WallMs; readonly reason: GapReason; readonly section: number } | undefined;
  /** Where the newest frame ends. Footage is found by this: the calendar may have jumped since the run began. */
  #newestMs: WallMs | undefined;
  #stopped = false;

  constructor(camera: CameraSettings, ports: TrackerPorts) {
    this.#camera = camera;
    this.#ports = ports;
  }

  runStarted(): void {
    this.#online = true;
    this.#hasDelivered = true;
    this.#reconcile(undefined);
  }

  /** The stream ended; `code` says why. */
  runEnded(code: ErrorCode | undefined): void {
    this.#online = false;
    this.#alarm = 'idle';
    this.#streak = [];
    if (this.#recordsAlways && code !== undefined) this.#missing ??= { fromMs: this.#nowMs, reason: GAP_OF[code] ?? 'camera-offline', section: this.#numbers };
    this.#reconcile(undefined);
  }

  /** Nothing could be recorded since then, for instance because the recorder was not running; until the camera delivers. */
  missingSince({ sinceMs, reason }: OpenGap): void {
    this.#missing = { fromMs: sinceMs, reason, section: this.#numbers };
  }

  /** Another tracker records this camera from now on. @returns Since when footage will be missing, where it is to be recorded always. */
  handOver(): OpenGap | undefined {
    const missing = this.#missing;
    this.#missing = undefined;
    if (missing !== undefined) return { sinceMs: missing.fromMs, reason: missing.reason };
    return this.#recordsAlways ? { sinceMs: this.#nowMs, reason: 'settings-changed' } : undefined;
  }

  /** Takes over settings that what is being recorded need not end for, unless the camera's function no longer asks for it. */
  takeSettings(camera: CameraSettings): void {
    const before = this.#camera;
    this.#camera = camera;
    if (before.function === camera.function) return;
    if (this.#recordsAlways) this.#current?.addCause({ kind: 'continuous' });
    this.#reconcile(undefined);
  }

  /** A frame was captured; sections are cut by these. */
  frameCaptured(at: WallMs, durationMs = 0): void {
    this.#newestMs = wallMs(at + durationMs);
    if (this.#forced.isOn) this.#passForced(at);
    if (this.#current?.startMs !== undefined && cutIsDue(this.#facts(), this.#current.startMs, at, this.#camera.sectionLengthSeconds)) this.#open('next-key');
  }

  /** An analysed frame. */
  sample(sample: MotionSample): void {
    const section = this.#current?.holderOf(sample.wallMs);
    if (section !== undefined) this.#addSample(section, sample);
    else if (this.#current === undefined && sample.score > 0) this.#streak = [...this.#streak.slice(-99), sample];
    else if (this.#alarm === 'idle') this.#streak = [];
    if (section === undefined || sample.score <= 0 || !isAlarmed(this.#alarm)) return;
    section.firstAlarmMs ??= sample.wallMs;
    section.addCause({ kind: 'motion', zones: sample.zones });
  }

  /** The alarm machine changed its state; `firstScoredMs` is where an alarm began. */
  alarmChanged(state: AlarmState, firstScoredMs: WallMs | undefined): void {
    const before = this.#alarm;
    this.#alarm = state;
    if (isAlarmed(state) && !isAlarmed(before)) {
      const zones = [...new Set(this.#streak.flatMap((sample) => sample.zones))];
      const section = firstScoredMs === undefined ? this.#current : this.#current?.holderOf(firstScoredMs);
      if (section !== undefined) {
        section.firstAlarmMs ??= firstScoredMs;
        section.alarmBegins(this.#isArmed);
        section.addCause({ kind: 'motion', zones });
        this.#askAlarmPicture(section);
      }
      this.#reconcile(firstScoredMs);
    } else {
      this.#reconcile(undefined);
    }
  }

  /** Analysis can't (or can again) say whether anything moves. */
  setAnalysisDown(down: boolean): void {
    this.#analysisDown = down;
    this.#reconcile(undefined);
  }

  /** What outside signals force from now on: an alarm lasts until the last of them lets go, and the post-roll beyond; or there is none. */
  setTriggers(state: TriggerState): void {
    const isNew = this.#forced.set(state, this.#nowMs, this.#camera.postRollSeconds * 1000);
    if (this.#forced.isOff) this.#streak = [];
    for (const cause of this.#forced.causes) this.#current?.addCause(cause);
    if (this.#canEndForced) this.#forced.pass(this.#nowMs);
    this.#reconcile(undefined);
    if (!isNew || this.#current === undefined) return;
    const section = this.#current;
    section.firstAlarmMs ??= this.#nowMs;
    section.alarmBegins(this.#isArmed);
    // The frame at hand is the one that is shown, also of a signal that is over before another frame comes.
    this.#countForced(section, this.#nowMs);
    this.#askAlarmPicture(section);
  }

  /** The event that is recorded now, once others can look it up; when `deadline` aborts, what is known of it. */
  async currentEvent(deadline: AbortSignal): Promise<TriggerAnswer> {
    const section = this.#current;
    if (section === undefined) return { waitsFor: this.#online ? 'storage' : 'camera' };
    const late = new Promise<void>((resolve) => {
      if (deadline.aborted) resolve();
      else deadline.addEventListener('abort', () => resolve(), { once: true });
    });
    const announced = await Promise.race([section.known, late]);
    if (announced !== false && section.place !== undefined) return { eventId: section.place.id };
    return { waitsFor: section.startMs === undefined ? 'camera' : 'storage' };
  }

  /** Makes the current section end with the next key packet, for instance to free its space. */
  cutNow(): void {
    if (this.#current?.startMs !== undefined) this.#open('next-key');
  }

  /** Closes what is open; resolves when every event is `ready`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retry();
    this.#online = false;
    this.#reconcile(undefined);
    // Sections that end while others are awaited add to the set.
    while (this.#finishing.size > 0) await Promise.all(this.#finishing);
    this.#closeGap(this.#ports.clock.wall());
  }

  /** The recorder wants a place for a section whose first frame was captured at `startMs`. */
  async placeSection(number: number, startMs: WallMs, info: StreamInfo): Promise<{ root: string; event: EventRecord } | undefined> {
    const section = this.#sections.get(number);
    if (section === undefined) return undefined;
    section.startMs = startMs;
    const place = await this.#ports.place(startMs);
    if (place === undefined) return undefined;
    const row = section.open(place, startMs, info);
    await this.#ports.opened(row, place.root, (edit) => section.change(edit));
    return { root: place.root, event: row };
  }

  /** The row of a section, to be kept inside its file. */
  describeSection(number: number, progress: SectionProgress): EventRecord | undefined {
    return this.#sections.get(number)?.change(progress);
  }

  sectionProgressed(number: number, progress: SectionProgress): void {
    const section = this.#sections.get(number);
    const row = section?.change(progress);
    if (section === undefined || row === undefined) return;
    if (progress.frames > 0) {
      this.#failures = 0;
      if (number > (this.#missing?.section ?? 0)) this.#closeGap(row.startMs);
    }
    const now = this.#ports.clock.monotonic();
    const isNew = !section.announced && progress.frames > 0;
    if (isNew) {
      this.#ports.publish('event.opened', row);
      section.announce();
    }
    if (section.firstAlarmMs !== undefined) this.#askAlarmPicture(section);
    if (isNew || now - this.#lastSaveMs >= SAVE_EVERY_MS) {
      this.#lastSaveMs = now;
      this.#ports.save(row);
    }
    if (now - this.#lastUpdateMs >= UPDATE_EVERY_MS) {
      this.#lastUpdateMs = now;
      this.#ports.publish('event.updated', row);
    }
  }

  /** The disk could not keep up. */
  sectionDropped(frames: number, fromMs: WallMs, toMs: WallMs): void {
    this.#ports.gap({ cameraId: this.#camera.id, fromMs, toMs, reason: 'overload', lostFrames: frames });
  }

  /** A section's file is closed. */
  sectionEnded(number: number, result: SectionResult): void {
    const section = this.#sections.get(number);
    if (section === undefined) return;
    section.end();
    if (result.failure !== undefined) this.#recover(section, result, result.failure);
    const job = this.#finish(section, result).finally(() => {
      if (section.place !== undefined) this.#ports.released?.(section.place.id);
      this.#sections.delete(number);
      this.#finishing.delete(job);
    });
    this.#finishing.add(job);
  }

  get #recordsAlways(): boolean {
    return this.#camera.function === 'record' || this.#camera.function === 'mocord';
  }

  get #isArmed(): boolean {
    return this.#camera.armed !== false;
  }

  get #nowMs(): WallMs {
    return this.#newestMs ?? this.#ports.clock.wall();
  }

  #facts(): DemandFacts {
    return {
      function: this.#camera.function,
      online: this.#online,
      alarm: this.#alarm,
      analysisDown: this.#analysisDown,
      triggered: this.#forced.isOn,
      forcedOff: this.#forced.isOff,
    };
  }

  #reconcile(alarmFromMs: WallMs | undefined): void {
    const wants = wantsRecording(this.#facts()) && !this.#stopped;
    if (!wants) {
      this.#forced.endPostRoll();
      // Nobody misses what was not to be recorded; before the first picture nobody knows.
      if (!this.#recordsAlways && this.#hasDelivered) this.#closeGap(this.#nowMs);
      if (this.#current === undefined) return;
      this.#current = undefined;
      this.#ports.setDemand(undefined);
      return;
    }
    if (this.#current !== undefined || this.#ports.clock.monotonic() < this.#blockedUntilMs) return;
    if (this.#recordsAlways) this.#open('next-key');
    else this.#open(wallMs((alarmFromMs ?? this.#nowMs) - this.#camera.preRollSeconds * 1000));
  }

  /** Begins a section; the one before it, if any, ends where this one begins. */
  #open(from: RecordingDemand['from']): void {
    this.#numbers += 1;
    const { id, eventPrefix, function: kind } = this.#camera;
    const section = new EventSection(this.#numbers, {
      cameraId: id,
      serverId: this.#ports.serverId,
      name: (event, startMs) => eventName(eventPrefix, startMs, event),
    });
    section.armedAtFirst = this.#isArmed;
    if (this.#recordsAlways) section.addCause({ kind: 'continuous' });
    for (const cause of this.#forced.causes) section.addCause(cause);
    if (isAlarmed(this.#alarm)) {
      section.alarmBegins(this.#isArmed);
      section.addCause({ kind: 'motion', zones: [...new Set(this.#streak.flatMap((sample) => sample.zones))] });
      // Motion may have gone on for long before footage of it was asked for.
      const kept = this.#streak.filter(({ wallMs: at }) => from !== 'next-key' && at >= from);
      section.firstAlarmMs = kept[0]?.wallMs;
      for (const sample of kept) this.#addSample(section, sample);
    } else if (this.#analysisDown && kind === 'modect') section.addCause({ kind: 'analysis-down' });
    this.#streak = [];
    if (from === 'next-key') section.follow(this.#current);
    // A section that was given up before its first key packet came never ends.
    for (const [number, { startMs }] of this.#sections) if (startMs === undefined && number < section.number - 1) this.#forgetSection(number);
    this.#sections.set(section.number, section);
    this.#current = section;
    this.#ports.setDemand({ section: section.number, from });
  }

  #addSample(section: EventSection, sample: MotionSample): void {
    const before = section.best;
    section.addSample(sample, this.#forced.score);
    this.#keepBestKey(section, before);
  }

  #keepBestKey(section: EventSection, before: EventSection['best']): void {
    if (section.best !== undefined && section.best !== before) section.bestKey = this.#ports.keyPicture?.(section.best.wallMs);
  }

  /** A frame captured under a trigger: it counts as alarmed while somebody holds, and may be the last one after. */
  #passForced(at: WallMs): void {
    const section = this.#current;
    if (this.#canEndForced && this.#forced.pass(at)) {
      this.#reconcile(undefined);
      return;
    }
    if (!this.#forced.isHeld || section?.startMs === undefined || at < section.startMs) return;
    section.firstAlarmMs ??= at;
    this.#countForced(section, at);
  }

  #countForced(section: EventSection, at: WallMs): void {
    const { score } = this.#forced;
    if (score === 0) return;
    const before = section.best;
    section.addForced(score, at);
    this.#keepBestKey(section, before);
  }

  /** A section that waits for its first key frame is waited for: every trigger makes an event. */
  get #canEndForced(): boolean {
    return this.#current === undefined || this.#current.startMs !== undefined;
  }

  #forgetSection(number: number): void {
    this.#sections.get(number)?.end();
    this.#sections.delete(number);
  }

  #askAlarmPicture(section: EventSection): void {
    if (section.alarmPictureAsked || section.row === undefined || section.place === undefined || section.firstAlarmMs === undefined) return;
    if (section.row.frames === 0) return;
    section.alarmPictureAsked = true;
    const { row, place, firstAlarmMs } = section;
    section.alarmPicture = this.#ports.alarmPicture(row, place.root, firstAlarmMs).then((exists) => {
      section.change({ hasAlarmPicture: exists });
      return exists;
    });
  }

  /** Writing failed: the section is over; another is tried soon, from where this one stopped. */
  #recover(section: EventSection, result: SectionResult, failure: RecorderError): void {
    const { clock, log } = this.#ports;
    log.error(`recording stopped: ${failure.message}`, { code: failure.code, frames: result.frames });
    this.#ports.onDiskTrouble(failure, section.place?.areaId);
    // What was waiting for the disk is lost, also where the next section has begun meanwhile.
    this.#missing ??= { fromMs: result.endMs, reason: failure.code === 'DISK_FULL' ? 'disk-full' : 'disk-error', section: section.number };
    if (section !== this.#current) return;
    this.#current = undefined;
    this.#ports.setDemand(undefined);
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#blockedUntilMs = clock.monotonic() + waitMs;
    this.#retry();
    this.#retry = clock.after(waitMs, () => {
      if (this.#current === undefined && wantsRecording(this.#facts()) && !this.#stopped) this.#open(result.endMs);
    });
  }

  #closeGap(startMs: WallMs): void {
    const missing = this.#missing;
    this.#missing = undefined;
    if (missing === undefined || startMs <= missing.fromMs) return;
    this.#ports.gap({ cameraId: this.#camera.id, fromMs: missing.fromMs, toMs: startMs, reason: missing.reason, lostFrames: 0 });
  }

  async #finish(section: EventSection, result: SectionResult): Promise<void> {
    const { place } = section;
    if (section.row === undefined || place === undefined) return;
    if (result.frames === 0 || result.facts?.frames === 0) {
      this.#ports.discard(section.row, place.root, section.announced);
      return;
    }
    if (result.facts === undefined) {
      // Footage is there, but the disk does not say how much: the next start finds the marker and repairs it.
      this.#ports.log.error(`event ${section.row.id} could not be finished; the next start repairs it`, { event: section.row.id });
      const unfinished = section.change({ state: 'closed', endMs: result.endMs }) ?? section.row;
      this.#ports.save(unfinished);
      this.#ports.publish('event.closed', unfinished);
      return;
    }
    const { frames, sizeBytes } = result.facts;
    const closed = section.change({ state: 'closed', frames, sizeBytes, endMs: result.endMs });
    if (closed === undefined) return;
    this.#ports.save(closed);
    this.#ports.publish('event.closed', closed);
    const hasAlarmPicture = await section.alarmPicture;
    const { best, bestKey, firstAlarmMs } = section;
    const isAlarmPicture = hasAlarmPicture && best?.wallMs === firstAlarmMs;
    const key = bestKey === undefined ? {} : { key: bestKey };
    const hasSnapshot = await this.#ports.snapshot({ row: closed, root: place.root, snapshotAtMs: best?.wallMs ?? closed.startMs, isAlarmPicture, ...key });
    if (hasSnapshot === undefined) {
      this.#ports.log.warn(`event ${closed.id} can't be finished while its disk is away; it is once the disk is back`, {
        camera: this.#camera.id,
        event: closed.id,
      });
      return;
    }
    const ready = section.change({ state: 'ready', hasSnapshot, hasAlarmPicture });
    if (ready === undefined) return;
    this.#ports.save(ready);
    this.#ports.publish('event.ready', ready);
  }
}
