// The newest picture of a camera, from memory: a key frame is decoded when somebody asks and not more often than once a second, and what
// was made of it is shared by all who ask.
import type { Picture } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Packet } from '../model/packet.ts';
import { isoTime, type WallMs, wallMs } from '../model/time.ts';
import type { Notice, PictureSize } from '../ports/picture-painter.ts';
import { within } from '../util/within.ts';
import { awayNotice, isAway } from './away-notice-policy.ts';
import { KeyPictureRunner } from './key-picture-runner.ts';
import { PictureLabels } from './picture-labels.ts';
import type { WantedSize } from './picture-size-policy.ts';
import type { PictureSubject, PictureTools } from './picture-subject.ts';
import { SizedPicture } from './sized-picture.ts';

const DECODE_EVERY_MS = 1000;
/** A picture that is so much older than the newest key frame is given while that is decoded. */
const BEHIND_MS = 2000;
/** While people ask more often than this, nobody waits for a new key frame: for so long they are given the picture before it. */
const STEADY_MS = 1000;
const ANSWER_WITHIN_MS = 4000;
/** Where there is no picture to give instead. */
const FIRST_WITHIN_MS = 15_000;
/** After a reconnection, the picture before it is good for so long without a key frame after it. */
const KEPT_WITHOUT_KEY_MS = 10_000;
/** A picture that is so much older than the newest key frame, because that can't be decoded, shows what was and not what is. */
const STALE_BEHIND_MS = 30_000;
/** The same fault is said again after so long. */
const SAID_EVERY_MS = 60_000;
const SIZE_WITHOUT_VIDEO: PictureSize = { width: 1280, height: 720 };
/** Widest picture that is drawn. */
const WIDEST_DRAWN = 1920;

interface Kept {
  readonly key: Packet;
  readonly jpeg: Uint8Array;
  readonly picture: SizedPicture;
}

/** How a snapshot is wanted. */
export interface SnapshotOptions extends WantedSize {
  readonly signal?: AbortSignal;
}

/** Snapshots of one camera. */
export class Snapshots {
  readonly #subject: PictureSubject;
  readonly #tools: PictureTools;
  readonly #runner: KeyPictureRunner;
  readonly #labels: PictureLabels;
  #kept: Kept | undefined;
  #drawn: { readonly words: string; readonly background: Kept | undefined; readonly picture: SizedPicture } | undefined;
  #job: Promise<void> | undefined;
  #askedMs = Number.NEGATIVE_INFINITY;
  /** The newest key packet that a request found, when it did, and how long nobody had asked before. */
  #found: { readonly key: Packet; readonly atMs: number; readonly quietMs: number } | undefined;
  #decodedMs = Number.NEGATIVE_INFINITY;
  /** The key packet that could not be decoded; it is not tried again. */
  #failed: { readonly key: Packet; readonly error: RecorderError } | undefined;
  #said: { readonly message: string; readonly atMs: number } | undefined;
  readonly #stopping = new AbortController();

  constructor(subject: PictureSubject, tools: PictureTools) {
    this.#subject = subject;
    this.#tools = tools;
    this.#runner = new KeyPictureRunner(subject, tools);
    this.#labels = new PictureLabels(subject, tools);
  }

  /** Key frames decoded so far, for measurements. */
  get decodes(): number {
    return this.#runner.decodes;
  }

  /** Whether a decoder of its own runs. */
  get isDecoderRunning(): boolean {
    return this.#runner.isRunning;
  }

  /**
   * The newest picture, not larger than wanted; of a camera that is away, one that says so. Where its key frames can't be decoded, the last
   * one that could be, after a while as a stale one.
   *
   * @throws RecorderError `PICTURE_FAILED` where there is none and none can be made, `CAMERA_OFFLINE` where not even words can be drawn.
   */
  async get({ signal, ...wanted }: SnapshotOptions = {}): Promise<Picture> {
    this.#runner.touch();
    const picture = await this.#newest(signal);
    const named = await picture.get(wanted);
    // What is drawn in place of a picture has words of its own.
    const { jpeg, etag } = picture.isStale ? named : await this.#labels.put(named);
    return { jpeg, etag, at: isoTime(wallMs(picture.atMs)), stale: picture.isStale || this.#isBehind(picture) };
  }

  /** Whether there is nothing new to be seen. */
  isAway(): boolean {
    const { status } = this.#subject.status();
    return isAway({ status, nowMs: this.#tools.clock.wall(), ...this.#lastFrame() });
  }

  runEnded(): void {
    this.#runner.runEnded();
  }

  /** Ends within 2 s. */
  stop(): Promise<void> {
    this.#stopping.abort('shutdown');
    return this.#runner.stop();
  }

  async #newest(signal: AbortSignal | undefined): Promise<SizedPicture> {
    if (this.isAway()) return this.#notice();
    const key = this.#subject.newestKey();
    const kept = this.#kept;
    if (key === undefined) {
      const isRecent = kept !== undefined && this.#tools.clock.wall() - kept.key.wallMs < KEPT_WITHOUT_KEY_MS;
      return isRecent ? kept.picture : this.#notice();
    }
    const isSteady = this.#isSteady(key);
    if (kept?.key === key) return kept.picture;
    const job = this.#refresh();
    if (kept !== undefined && (isSteady || key.wallMs - kept.key.wallMs <= BEHIND_MS)) return kept.picture;
    await within(this.#tools.clock, kept === undefined ? FIRST_WITHIN_MS : ANSWER_WITHIN_MS, job, signal);
    if (this.#kept !== undefined) return this.#kept.picture;
    throw (
      this.#failed?.error ?? new RecorderError('PICTURE_FAILED', `camera ${this.#subject.id} has no picture yet: its newest key frame is still being decoded`)
    );
  }

  #isBehind({ atMs }: SizedPicture): boolean {
    const key = this.#subject.newestKey();
    return key !== undefined && key.wallMs - atMs > STALE_BEHIND_MS;
  }

  /** Whether the picture before a key packet was the newest one a moment ago, to people who ask all the time. */
  #isSteady(key: Packet): boolean {
    const nowMs = this.#tools.clock.monotonic();
    if (this.#found?.key !== key) this.#found = { key, atMs: nowMs, quietMs: nowMs - this.#askedMs };
    this.#askedMs = nowMs;
    return this.#found.quietMs < STEADY_MS && nowMs - this.#found.atMs < STEADY_MS;
  }

  /** Decodes the newest key frame as soon as a second has passed since the last one. Never rejects. */
  #refresh(): Promise<void> {
    this.#job ??= this.#decodeNewest().finally(() => {
      this.#job = undefined;
    });
    return this.#job;
  }

  async #decodeNewest(): Promise<void> {
    const { clock } = this.#tools;
    // Timers may be a little early.
    for (let waitMs = this.#sooner(); waitMs > 0 && !this.#stopping.signal.aborted; waitMs = this.#sooner())
      await clock.sleep(Math.ceil(waitMs), this.#stopping.signal);
    if (this.#stopping.signal.aborted) return;
    const [key, video] = [this.#subject.newestKey(), this.#subject.video()];
    if (key === undefined || video === undefined || key === this.#kept?.key || key === this.#failed?.key) return;
    this.#decodedMs = clock.monotonic();
    try {
      const jpeg = await this.#runner.make(video, key);
      const make = (size: PictureSize): Promise<Uint8Array> =>
        size.width === video.width && size.height === video.height ? Promise.resolve(jpeg) : this.#tools.painter.fit(jpeg, size);
      const full = { width: video.width, height: video.height };
      this.#kept = { key, jpeg, picture: new SizedPicture({ name: key.wallMs.toString(36), atMs: key.wallMs, isStale: false, full, make }) };
    } catch (error) {
      this.#failed = { key, error: RecorderError.wrap(error, 'PICTURE_FAILED', `camera ${this.#subject.id}`) };
      this.#say(this.#failed.error);
    }
  }

  /** By how much a decode would come too soon now. */
  #sooner(): number {
    return this.#decodedMs + DECODE_EVERY_MS - this.#tools.clock.monotonic();
  }

  async #notice(): Promise<SizedPicture> {
    const { clock, painter } = this.#tools;
    const notice = this.#words();
    const words = JSON.stringify(notice);
    const last = await this.#lastPicture();
    if (this.#drawn?.words === words && this.#drawn.background === last) return this.#drawn.picture;
    const atMs = clock.wall();
    const make = (size: PictureSize): Promise<Uint8Array> =>
      painter.draw(notice, size, last?.jpeg).catch((error: unknown) => {
        this.#say(RecorderError.wrap(error, 'PICTURE_FAILED', 'the notice'));
        throw new RecorderError('CAMERA_OFFLINE', `${notice.title}: ${notice.lines.join('; ')}`);
      });
    const picture = new SizedPicture({ name: `away-${atMs.toString(36)}`, atMs, isStale: true, full: this.#drawnSize(), make });
    this.#drawn = { words, background: last, picture };
    return picture;
  }

  /** The last picture of a camera that is away. Where nobody had asked for it, it is made now. */
  async #lastPicture(): Promise<Kept | undefined> {
    const key = this.#subject.newestKey();
    if (key !== undefined && key !== this.#kept?.key && key !== this.#failed?.key) await within(this.#tools.clock, ANSWER_WITHIN_MS, this.#refresh());
    return this.#kept;
  }

  #words(): Notice {
    const { status, problem } = this.#subject.status();
    return awayNotice(
      {
        name: this.#subject.name(),
        letGo: this.#subject.letGo(),
        status,
        ...(problem === undefined ? {} : { problem }),
        nowMs: this.#tools.clock.wall(),
        ...this.#lastFrame(),
      },
      (ms) => -new Date(ms).getTimezoneOffset(),
    );
  }

  #lastFrame(): { readonly lastFrameMs?: WallMs } {
    const lastFrameMs = this.#subject.lastFrameMs();
    return lastFrameMs === undefined ? {} : { lastFrameMs };
  }

  #drawnSize(): PictureSize {
    const { width, height } = this.#subject.video() ?? this.#kept?.picture.full ?? SIZE_WITHOUT_VIDEO;
    const scale = Math.min(1, WIDEST_DRAWN / width);
    return { width: Math.round(width * scale), height: Math.round(height * scale) };
  }

  #say(error: RecorderError): void {
    const { clock, log } = this.#tools;
    const nowMs = clock.monotonic();
    if (this.#said?.message === error.message && nowMs - this.#said.atMs < SAID_EVERY_MS) return;
    this.#said = { message: error.message, atMs: nowMs };
    log.warn(`no snapshot: ${error.message}`, { code: error.code });
  }
}
