// Keeps one stream's analysis alive: opens a session per run, replaces one that failed or fell silent, and says when nobody
// can tell whether anything moves, so that footage is kept meanwhile.
import type { CameraSettings } from '../model/camera.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { AnalysisReport, AnalysisSession, MotionAnalyzer } from '../ports/motion-analyzer.ts';

/** Without a verdict for so long while pictures come, analysis counts as down. */
const DOWN_AFTER_MS = 5000;
/** A session that is fed and says nothing for so long is replaced. */
const SILENT_AFTER_MS = 10_000;
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
  readonly #stopWatching: () => void;
  #info: StreamInfo | undefined;
  #session: AnalysisSession | undefined;
  #generation = 0;
  #failures = 0;
  #retryAtMs = 0;
  #droppedBefore = 0;
  #down = false;
  /** When the newest verdict came, or the run began. */
  #heardMs = 0;
  /** When the newest packet that should lead to a verdict was fed. */
  #fedMs = 0;

  constructor(options: AnalysisKeeperOptions) {
    this.#options = options;
    this.#stopWatching = options.clock.every(WATCH_EVERY_MS, () => this.#watch());
  }

  /** Packets that analysis was too slow for. */
  get dropped(): number {
    return this.#droppedBefore + (this.#session?.dropped ?? 0);
  }

  /** A run of the analysed stream began. */
  runStarted(info: StreamInfo): void {
    this.#info = info;
    this.#failures = 0;
    this.#heardMs = this.#options.clock.monotonic();
    this.#fedMs = 0;
    this.#open();
  }

  push(packet: Packet): void {
    if (packet.track !== 'video') return;
    if (packet.isKey || this.#options.camera.detect.mode === 'continuous') this.#fedMs = this.#options.clock.monotonic();
    this.#session?.feed(packet);
  }

  runEnded(): void {
    this.#info = undefined;
    void this.#close();
  }

  async stop(): Promise<void> {
    this.#stopWatching();
    this.#info = undefined;
    await this.#close();
  }

  #open(): void {
    const { camera, analyzer } = this.#options;
    if (this.#info === undefined || camera.detect.mode === 'off') return;
    void this.#close();
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
    this.#droppedBefore += session.dropped;
    await session.close();
  }

  #hear(report: AnalysisReport): void {
    this.#heardMs = this.#options.clock.monotonic();
    this.#failures = 0;
    if (this.#down) this.#setDown(false);
    this.#options.onReport(report);
  }

  #fail(why: string): void {
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retryAtMs = this.#options.clock.monotonic() + waitMs;
    this.#options.log.warn(`${why}; starting again in ${waitMs / 1000} s`, { camera: this.#options.camera.id });
    void this.#close();
  }

  #watch(): void {
    if (this.#info === undefined) return;
    const now = this.#options.clock.monotonic();
    // Pictures that were fed later than the last verdict are waiting for theirs.
    const waitedMs = this.#fedMs > this.#heardMs ? now - this.#heardMs : 0;
    const sparse = this.#options.camera.detect.mode === 'keyframes';
    const isLate = sparse ? now - this.#fedMs > DOWN_AFTER_MS && waitedMs > 0 : waitedMs > DOWN_AFTER_MS;
    if ((isLate || (this.#session === undefined && now - this.#heardMs > DOWN_AFTER_MS)) && !this.#down) this.#setDown(true);
    if (this.#session === undefined) {
      if (now >= this.#retryAtMs) this.#open();
    } else if (isLate && waitedMs > SILENT_AFTER_MS) this.#fail('motion analysis fell silent');
  }

  #setDown(down: boolean): void {
    this.#down = down;
    this.#options.onDown(down);
  }
}
