// The event that belongs to one section while it is recorded: its causes, scores and best frame, and the row they make.
import type { EventCause, EventRecord, PathScheme } from '../model/event.ts';
import type { AreaId, EventId, ZoneId } from '../model/ids.ts';
import type { MotionSample } from '../model/motion.ts';
import type { StreamInfo } from '../model/packet.ts';
import { type WallMs, wallMs } from '../model/time.ts';
import type { PictureRequest } from '../ports/picture-maker.ts';

/** Triggers that one event names; a section may last for days. */
const MOST_CAUSES = 64;
const MOST_SCORE = 100;

/** A place for a new event: its id and directory. */
export interface EventPlace {
  readonly id: EventId;
  /** Absolute path of the area's root. */
  readonly root: string;
  readonly areaId: AreaId;
  readonly scheme: PathScheme;
  readonly directory: string;
}

/** What a section's row is made of beside its place. */
export interface SectionIdentity {
  readonly cameraId: string;
  readonly serverId: string;
  name(id: EventId, startMs: WallMs): string;
}

/** A section's event. */
export class EventSection {
  readonly number: number;
  /** Capture time of the first frame, once it is known. */
  startMs: WallMs | undefined;
  place: EventPlace | undefined;
  /** Capture time of the first alarmed frame. */
  firstAlarmMs: WallMs | undefined;
  best: { readonly score: number; readonly wallMs: WallMs } | undefined;
  /** The best frame, where it can be decoded alone. */
  bestKey: PictureRequest | undefined;
  alarmPictureAsked = false;
  /** Whether the camera was armed when the section began. */
  armedAtFirst = false;
  /** Whether it was when an alarm in it began; absent: there was none. */
  #armedAtAlarm: boolean | undefined;
  /** Whether others know of the event: they do once something of it is in its file. */
  announced = false;
  /** Resolves once the event was announced (`true`), or never will be. */
  readonly known: Promise<boolean>;
  /** Whether `alarm.jpg` exists; settles once that is known. */
  alarmPicture: Promise<boolean> = Promise.resolve(false);
  /** Of a section that begins with the next key frame: what is written until then. */
  #before: { readonly section: EventSection | undefined } | undefined;
  readonly #identity: SectionIdentity;
  readonly #causes: EventCause[] = [];
  #row: EventRecord | undefined;
  #tellKnown: (announced: boolean) => void = () => undefined;
  #totalScore = 0;
  #alarmFrames = 0;

  constructor(number: number, identity: SectionIdentity) {
    this.number = number;
    this.#identity = identity;
    this.known = new Promise((resolve) => {
      this.#tellKnown = resolve;
    });
  }

  /** Others were told of the event. */
  announce(): void {
    this.announced = true;
    this.#tellKnown(true);
  }

  /** The section is over. */
  end(): void {
    this.#tellKnown(this.announced);
  }

  /** It begins with the next key frame; until then `section` is written, or nothing. */
  follow(section: EventSection | undefined): void {
    if (section !== undefined) section.#before = undefined;
    this.#before = { section };
  }

  /** Which section has the frame captured then: this one, or the one before; `undefined`: neither. */
  holderOf(at: WallMs): EventSection | undefined {
    const isEarlier = this.startMs === undefined ? this.#before !== undefined : at < this.startMs;
    return isEarlier ? this.#before?.section : this;
  }

  /** The row as it is; `undefined` until the section has a place. */
  get row(): EventRecord | undefined {
    return this.#row;
  }

  /** Adds a cause; zones of motion are merged, and a source that says the same again is named once. @returns Whether something is new. */
  addCause(cause: EventCause): boolean {
    const at = this.#causes.findIndex((known) => isAgain(known, cause));
    const known = this.#causes[at];
    if (known === undefined) {
      if (this.#causes.length >= MOST_CAUSES) return false;
      this.#causes.push(cause);
    } else if (known.kind === 'motion' && cause.kind === 'motion') {
      const zones: readonly ZoneId[] = [...new Set([...known.zones, ...cause.zones])];
      if (zones.length === known.zones.length) return false;
      this.#causes[at] = { kind: 'motion', zones };
    } else return false;
    this.#update({});
    return true;
  }

  /** An alarm begins: of several in one event, one that is worth something is enough. */
  alarmBegins(isArmed: boolean): void {
    this.#armedAtAlarm = isArmed || this.#armedAtAlarm === true;
    this.#update({});
  }

  /** Counts an analysed frame that scored; `forced`: what a trigger made the frame worth when it was counted. */
  addSample(sample: MotionSample, forced = 0): void {
    if (sample.score <= 0) return;
    const score = Math.min(MOST_SCORE, forced + sample.score);
    this.#totalScore += score - forced;
    if (forced === 0) this.#alarmFrames += 1;
    this.#noteBest(score, sample.wallMs);
    this.#update({});
  }

  /** Counts a frame that a trigger makes worth `score`. The row hears of it with its next change: frames come often. */
  addForced(score: number, at: WallMs): void {
    this.#totalScore += score;
    this.#alarmFrames += 1;
    this.#noteBest(score, at);
  }

  /** The section got its place: the row begins. */
  open(place: EventPlace, startMs: WallMs, info: StreamInfo): EventRecord {
    this.place = place;
    const { cameraId, serverId, name } = this.#identity;
    this.#row = {
      id: place.id,
      cameraId,
      serverId,
      name: name(place.id, startMs),
      state: 'open',
      startMs,
      endMs: startMs,
      causes: [],
      armed: false,
      maxScore: 0,
      totalScore: 0,
      frames: 0,
      alarmFrames: 0,
      areaId: place.areaId,
      scheme: place.scheme,
      directory: place.directory,
      sizeBytes: 0,
      videoCodec: info.video.codecString,
      width: info.video.width,
      height: info.video.height,
      hasSnapshot: false,
      hasAlarmPicture: false,
      notes: '',
      tags: [],
      protected: false,
      recovered: false,
    };
    return this.#update({}) ?? this.#row;
  }

  /** Changes the row. @returns The new row. */
  change(fields: Partial<EventRecord>): EventRecord | undefined {
    return this.#update(fields);
  }

  #noteBest(score: number, at: WallMs): void {
    if (this.best === undefined || score > this.best.score) this.best = { score, wallMs: at };
  }

  #update(fields: Partial<EventRecord>): EventRecord | undefined {
    if (this.#row === undefined) return undefined;
    const endMs = wallMs(Math.max(fields.endMs ?? this.#row.endMs, this.#row.startMs));
    this.#row = {
      ...this.#row,
      ...fields,
      endMs,
      causes: [...this.#causes],
      armed: this.#armedAtAlarm ?? this.armedAtFirst,
      maxScore: this.best?.score ?? 0,
      totalScore: this.#totalScore,
      alarmFrames: this.#alarmFrames,
    };
    return this.#row;
  }
}

/** Texts may be readings, which are others each time; a source that names another cause saw something else. */
const isAgain = (known: EventCause, cause: EventCause): boolean =>
  known.kind === 'trigger' && cause.kind === 'trigger'
    ? known.source === cause.source && (cause.cause === undefined || cause.cause === known.cause)
    : known.kind === cause.kind;
