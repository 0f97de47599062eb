// Keeps one stream's analysis alive: opens a session per run, replaces one that failed or fell silent, and says when nobody
// can tell whether anything moves, so that footage is kept meanwhile.
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraSettings } from '../model/camera.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { AnalysisReport, AnalysisSession, MotionAnalyzer } from '../ports/motion-analyzer.ts';
import type { PictureRequest } from '../ports/picture-maker.ts';

/** Without a verdict on so much footage, analysis counts as down. */
const DOWN_AFTER_MS = 5000;
/** Analysis that looks at few frames may take so many of its own steps. */
const DOWN_AFTER_STEPS = 3;
/** A session that is fed so much and says nothing is replaced, once it counts as down. */
const SILENT_FACTOR = 2;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
const WATCH_EVERY_MS = 1000;

/** What a keeper needs and whom it tells. */
export interface AnalysisKeeperOptions {
  readonly camera: CameraSettings;
  readonly analyzer: MotionAnalyzer;
  readonly clock: Clock;
  readonly log: Logger;
  onReport(report: AnalysisReport): void;
  onDown(down: boolean): void;
}

/** Keeps analysis of one camera going. */
export class AnalysisKeeper {
  readonly #options: AnalysisKeeperOptions;
  #camera: CameraSettings;
  readonly #stopWatching: () => void;
  #info: StreamInfo | undefined;
  #session: AnalysisSession | undefined;
  #generation = 0;
  #failures = 0;
  #retryAtMs = 0;
  /** Of sessions that are over. */
  #before = { dropped: 0, decoded: 0 };
  #down = false;
  /** When the newest verdict came, or the run began. */
  #heardMs = 0;
  /** When the newest picture came. */
  #pictureMs = 0;
  /** When the session was given the first picture since its newest verdict that should lead to one. */
  #askedMs: number | undefined;
  /** Whether the session was given a key picture, without which it can say nothing. */
  #sawKey = false;
  #keysUnanswered = 0;
  /** Whether the stream has B-frames. */
  #reorders = false;

  constructor(options: AnalysisKeeperOptions) {
    this.#options = options;
    this.#camera = options.camera;
    this.#stopWatching = options.clock.every(WATCH_EVERY_MS, () => this.#watch());
  }

  /** Packets that analysis was too slow for. */
  get dropped(): number {
    return this.#before.dropped + (this.#session?.dropped ?? 0);
  }

  /** Packets that were decoded. */
  get decoded(): number {
    return this.#before.decoded + (this.#session?.decoded ?? 0);
  }

  /** Packets that wait to be decoded. */
  get pending(): number {
    return this.#session?.pending ?? 0;
  }

  /** Other zones and thresholds: analysis begins anew, with a background it learns from what it sees now. */
  takeSettings(camera: CameraSettings): void {
    this.#camera = camera;
    if (this.#info === undefined) return;
    this.#heardMs = this.#options.clock.monotonic();
    this.#open();
  }

  /** A run of the analysed stream began. */
  runStarted(info: StreamInfo): void {
    this.#info = info;
    this.#failures = 0;
    this.#heardMs = this.#options.clock.monotonic();
    this.#pictureMs = this.#heardMs;
    this.#open();
  }

  push(packet: Packet): void {
    if (packet.track !== 'video') return;
    this.#pictureMs = this.#options.clock.monotonic();
    if (this.#session === undefined) return;
    this.#sawKey ||= packet.isKey;
    this.#reorders ||= packet.ptsUs > packet.dtsUs;
    if (this.#isAnswerDue(packet)) this.#askedMs ??= this.#pictureMs;
    this.#session.feed(packet);
  }

  /** A key frame of the stream that is analysed now. @throws RecorderError `PICTURE_FAILED`: also for any other stream. */
  async picture(request: PictureRequest): Promise<Uint8Array> {
    if (this.#session === undefined || request.video !== this.#info?.video) throw new RecorderError('PICTURE_FAILED', 'this stream is not analysed now');
    return this.#session.picture(request);
  }

  runEnded(): void {
    this.#info = undefined;
    void this.#close();
  }

  /** The analysed stream is away while another one is recorded: nobody can tell whether anything moves until it says so again. */
  streamLost(): void {
    if (!this.#down) this.#setDown(true);
  }

  async stop(): Promise<void> {
    this.#stopWatching();
    this.#info = undefined;
    await this.#close();
  }

  #open(): void {
    const { analyzer } = this.#options;
    const camera = this.#camera;
    if (this.#info === undefined || camera.detect.mode === 'off') return;
    void this.#close();
    this.#sawKey = false;
    this.#keysUnanswered = 0;
    this.#askedMs = undefined;
    this.#generation += 1;
    const generation = this.#generation;
    const { alarmFrameCount, postRollSeconds, zones } = camera;
    this.#session = analyzer.open(
      { video: this.#info.video, mode: camera.detect.mode, fps: camera.detect.fps, zones, alarmFrameCount, postRollSeconds, live: true },
      {
        onReport: (report) => {
          if (generation === this.#generation) this.#hear(report);
        },
        onFailure: (error) => {
          if (generation === this.#generation) this.#fail(error.message);
        },
      },
    );
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#generation += 1;
    if (session === undefined) return;
    this.#before.dropped += session.dropped;
    this.#before.decoded += session.decoded;
    await session.close();
  }

  #isAnswerDue(packet: Packet): boolean {
    if (this.#camera.detect.mode === 'continuous') return this.#sawKey;
    if (!packet.isKey) return false;
    this.#keysUnanswered += 1;
    // Of a stream with B-frames the decoder lets a key picture go when the next one comes, seconds later.
    return this.#keysUnanswered > (this.#reorders ? 1 : 0);
  }

  #hear(report: AnalysisReport): void {
    this.#heardMs = this.#options.clock.monotonic();
    this.#askedMs = undefined;
    this.#keysUnanswered = Math.max(0, this.#keysUnanswered - 1);
    this.#failures = 0;
    // While a background is learned nobody can tell yet.
    if (this.#down && report.sample.veto !== 'warm-up') this.#setDown(false);
    this.#options.onReport(report);
  }

  #fail(why: string): void {
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retryAtMs = this.#options.clock.monotonic() + waitMs;
    this.#options.log.warn(`${why}; starting again in ${waitMs / 1000} s`);
    void this.#close();
    // What moves from now on until the next session has learned its background is not seen: footage is kept.
    if (!this.#down) this.#setDown(true);
  }

  #watch(): void {
    if (this.#info === undefined) return;
    const { clock } = this.#options;
    const camera = this.#camera;
    const downAfterMs = Math.max(DOWN_AFTER_MS, camera.detect.mode === 'continuous' ? (DOWN_AFTER_STEPS * 1000) / camera.detect.fps : 0);
    // Measured in footage, not in time: a camera that stalls leaves nothing to be said.
    const unansweredMs = this.#askedMs === undefined ? 0 : this.#pictureMs - this.#askedMs;
    const isBlind = this.#session === undefined || !this.#sawKey;
    const isLate = unansweredMs > downAfterMs || (isBlind && this.#pictureMs - this.#heardMs > downAfterMs);
    if (isLate && !this.#down) this.#setDown(true);
    if (this.#session === undefined) {
      if (clock.monotonic() >= this.#retryAtMs) this.#open();
    } else if (unansweredMs > downAfterMs * SILENT_FACTOR) this.#fail('motion analysis fell silent');
  }

  #setDown(down: boolean): void {
    this.#down = down;
    this.#options.onDown(down);
  }
}
