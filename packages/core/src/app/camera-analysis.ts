// Motion analysis of one camera: there while it is wanted, fed by the stream it looks at, and gone without touching what is recorded.

import { isDeepStrictEqual } from 'node:util';
import type { CaptureListener } from '../capture/capture-supervisor.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { type CameraSettings, detectsMotion, looksAtOwnKeyFrames } from '../model/camera.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { AnalysisReport, MotionAnalyzer } from '../ports/motion-analyzer.ts';
import type { PictureRequest } from '../ports/picture-maker.ts';
import { AnalysisKeeper } from './analysis-keeper.ts';

/** What analysis needs and whom it tells. */
export interface CameraAnalysisOptions {
  readonly camera: CameraSettings;
  readonly analyzer: MotionAnalyzer;
  readonly clock: Clock;
  readonly log: Logger;
  /** Reads the sub stream for analysis, too; absent where analysis looks at the main stream. */
  readonly readSub?: ((listener: CaptureListener) => SubReading) | undefined;
  onReport(report: AnalysisReport): void;
  onDown(down: boolean): void;
  /** What was found counts no longer: another background is learned, or nothing is looked for. */
  onIdle(): void;
}

/** The sub stream as analysis reads it. */
export interface SubReading {
  /** Ends within 2 s. */
  stop(): Promise<void>;
}

/** Looks for motion, or does not. */
export class CameraAnalysis {
  readonly #options: CameraAnalysisOptions;
  #camera: CameraSettings;
  #keeper: AnalysisKeeper | undefined;
  #stream: SubReading | undefined;
  /** The main stream's run, where it is the one that is looked at. */
  #info: StreamInfo | undefined;
  /** Of keepers that are over. */
  #before = { dropped: 0, decoded: 0 };
  /** What ends still, beside others. */
  #ending: Promise<void> = Promise.resolve();

  constructor(options: CameraAnalysisOptions) {
    this.#options = options;
    this.#camera = options.camera;
    if (detectsMotion(options.camera)) this.#keeper = this.#keep();
  }

  /** Whether what moves in the main stream should be noticed at once. */
  get watchesMainClosely(): boolean {
    return this.#keeper !== undefined && this.#camera.detect.mode === 'continuous' && this.#camera.detect.source === undefined;
  }

  /** What was counted; nothing where nothing is looked for. */
  get figures(): { readonly decoded: number; readonly pending: number; readonly dropped: number } | undefined {
    if (this.#keeper === undefined) return undefined;
    return { decoded: this.#before.decoded + this.#keeper.decoded, pending: this.#keeper.pending, dropped: this.dropped };
  }

  /** Packets that analysis was too slow for. */
  get dropped(): number {
    return this.#before.dropped + (this.#keeper?.dropped ?? 0);
  }

  /** Begins to read the stream for analysis, where it is one of its own. */
  start(): void {
    const { readSub } = this.#options;
    const keeper = this.#keeper;
    if (readSub === undefined || keeper === undefined || this.#stream !== undefined) return;
    this.#stream = readSub({
      onRunStart: (info) => keeper.runStarted(info),
      onPacket: (packet) => keeper.push(packet),
      onRunEnd: () => keeper.runEnded(),
      onStatus: (status, problem) => {
        if (status === 'online' || problem === undefined || keeper !== this.#keeper) return;
        keeper.streamLost();
        this.#options.onIdle();
      },
    });
  }

  /** Whether these settings make it begin anew, begin or end. What is done with what it finds is nothing to it. */
  changesWith(camera: CameraSettings): boolean {
    return !isDeepStrictEqual(lookedFor(this.#camera), lookedFor(camera));
  }

  /** Other zones and thresholds, or another wish: begins anew, begins or ends. */
  takeSettings(camera: CameraSettings): void {
    const changes = this.changesWith(camera);
    this.#camera = camera;
    if (!changes) return;
    this.#options.onIdle();
    if (!detectsMotion(camera)) return this.#end();
    if (this.#keeper !== undefined) return this.#keeper.takeSettings(camera);
    this.#keeper = this.#keep();
    if (this.#info !== undefined) this.#keeper.runStarted(this.#info);
    this.start();
  }

  /** A run of the main stream began. */
  runStarted(info: StreamInfo): void {
    if (this.#camera.detect.source !== undefined) return;
    this.#info = info;
    this.#keeper?.runStarted(info);
  }

  /** A packet of the main stream. */
  push(packet: Packet): void {
    if (this.#camera.detect.source === undefined) this.#keeper?.push(packet);
  }

  /** The main stream's run ended. */
  runEnded(): void {
    if (this.#camera.detect.source !== undefined) return;
    this.#info = undefined;
    this.#keeper?.runEnded();
  }

  /** A key frame that analysis looks at anyway. @throws RecorderError `PICTURE_FAILED` for any other. */
  async picture(request: PictureRequest): Promise<Uint8Array> {
    if (this.#keeper === undefined || !looksAtOwnKeyFrames(this.#camera.detect)) throw new RecorderError('PICTURE_FAILED', 'this stream is not analysed now');
    return this.#keeper.picture(request);
  }

  /** Lets the stream for analysis go. */
  async disconnect(): Promise<void> {
    await this.#stream?.stop();
  }

  async stop(): Promise<void> {
    this.#end();
    await this.#ending;
  }

  #keep(): AnalysisKeeper {
    const { analyzer, clock, log, onReport, onDown } = this.#options;
    const keeper: AnalysisKeeper = new AnalysisKeeper({
      camera: this.#camera,
      analyzer,
      clock,
      log,
      onReport: (report) => {
        if (keeper === this.#keeper) onReport(report);
      },
      onDown: (down) => {
        if (keeper === this.#keeper) onDown(down);
      },
    });
    return keeper;
  }

  #end(): void {
    const keeper = this.#keeper;
    const stream = this.#stream;
    if (keeper === undefined) return;
    this.#keeper = undefined;
    this.#stream = undefined;
    this.#before = { dropped: this.#before.dropped + keeper.dropped, decoded: this.#before.decoded + keeper.decoded };
    this.#options.onDown(false);
    this.#ending = Promise.all([this.#ending, stream?.stop(), keeper.stop()]).then(() => undefined);
  }
}

const lookedFor = (camera: CameraSettings) => {
  const { detect, zones, alarmFrameCount, postRollSeconds } = camera;
  return detectsMotion(camera) && { detect, zones, alarmFrameCount, postRollSeconds };
};
