// Packets in, verdicts out: decoder, sampling, detector and alarm machine of one run. The same code runs live (in a
// worker thread) and in `nightjar analyze`.

import { RecorderError } from '../errors/recorder-error.ts';
import type { Frame } from '../model/frame.ts';
import type { AlarmState } from '../model/motion.ts';
import type { Packet } from '../model/packet.ts';
import type { MediaUs, WallMs } from '../model/time.ts';
import type { FrameDecoder, FrameDecoderFactory, KeyFrameDecoder } from '../ports/frame-decoder.ts';
import type { AnalysisListener, AnalysisRequest } from '../ports/motion-analyzer.ts';
import type { PictureRequest } from '../ports/picture-maker.ts';
import { type AlarmMachineState, IDLE_ALARM, stepAlarm } from './alarm-machine.ts';
import { DriftWatch } from './drift-watch.ts';
import { isAnalyzed } from './is-analyzed.ts';
import { MotionDetector } from './motion-detector.ts';
import { shouldAnalyze } from './sampling-policy.ts';
import { SwitchingDecoder } from './switching-decoder.ts';

/** Widest picture that is analysed, in pixels: more shows noise, not people. */
const ANALYSIS_WIDTH = 320;
/** Packets by which reading a file may run ahead of its frames, more or less. */
const MOST_READ_AHEAD = 500;

/** Size of the frames that are analysed: at most 320 wide, same shape, even. */
export function analysisSize(video: { readonly width: number; readonly height: number }): { readonly width: number; readonly height: number } {
  const width = Math.max(2, Math.min(ANALYSIS_WIDTH, video.width) & ~1);
  const height = Math.max(2, Math.round((width * video.height) / video.width / 2) * 2);
  return { width, height };
}

/** Analyses one run. */
export class AnalysisRunner {
  readonly #request: AnalysisRequest;
  readonly #listener: AnalysisListener;
  readonly #decoder: FrameDecoder;
  /** The decoder, in continuous mode. */
  readonly #switching: SwitchingDecoder | undefined;
  /** The decoder, in key-frame mode. */
  readonly #keys: KeyFrameDecoder | undefined;
  readonly #detector: MotionDetector;
  readonly #drift: DriftWatch;
  #alarm: AlarmMachineState = IDLE_ALARM;
  #firstScored: { readonly ptsUs: MediaUs; readonly wallMs: WallMs } | undefined;
  #lastAnalyzedUs: MediaUs | undefined;
  #decoded = 0;
  #analyzed = 0;

  constructor(decoders: FrameDecoderFactory, request: AnalysisRequest, listener: AnalysisListener) {
    this.#request = request;
    this.#listener = listener;
    const size = analysisSize(request.video);
    this.#detector = new MotionDetector({ ...size, zones: request.zones });
    this.#drift = new DriftWatch(request.live ? 0 : MOST_READ_AHEAD);
    const { video, live } = request;
    const wanted = { video, live, ...size, onFrame: (frame: Frame) => this.#take(frame), onFailure: (error: Error) => listener.onFailure(error) };
    if (request.mode === 'keyframes') this.#decoder = this.#keys = decoders.openForKeyFrames(wanted);
    else this.#decoder = this.#switching = new SwitchingDecoder(true, (loopFilter) => decoders.open({ ...wanted, loopFilter }));
  }

  /** Frames decoded so far, as far as they came out. */
  get decoded(): number {
    return this.#decoded;
  }

  /** Frames the detector looked at. */
  get analyzed(): number {
    return this.#analyzed;
  }

  get alarm(): AlarmState {
    return this.#alarm.alarm;
  }

  /**
   * Takes the next video packet of the run; in key-frame mode only key packets go on.
   *
   * @param isWanted - Whether its frame should be looked at; where all are wanted, sampling chooses among the frames.
   */
  feed(packet: Packet, isWanted = true): void {
    if (!isAnalyzed(this.#request.mode, packet)) return;
    this.#switching?.switchTo(this.#drift.feed(packet));
    this.#decoder.feed(packet, isWanted);
  }

  /** Packets the decoder has not decoded yet. */
  pending(): number {
    return this.#decoder.pending();
  }

  /** Resolves once every packet fed was analysed; for the end of a file. */
  flush(): Promise<void> {
    return this.#decoder.flush();
  }

  /** A key frame of the run as JPEG. @throws RecorderError `PICTURE_FAILED`: also in continuous mode. */
  async picture(request: PictureRequest): Promise<Uint8Array> {
    if (this.#keys === undefined) throw new RecorderError('PICTURE_FAILED', 'only analysis of key frames makes pictures by the way');
    return this.#keys.picture(request);
  }

  close(): Promise<void> {
    return this.#decoder.close();
  }

  #take(frame: Frame): void {
    this.#decoded += 1;
    const { mode, fps, live, alarmFrameCount, postRollSeconds } = this.#request;
    const { ptsUs } = frame;
    if (mode === 'continuous') this.#drift.look(frame);
    const last = this.#lastAnalyzedUs === undefined ? {} : { lastAnalyzedUs: this.#lastAnalyzedUs };
    // Live, a gate before the decoder lets only frames out that are due.
    if (mode === 'continuous' && !live && !shouldAnalyze({ ptsUs, ...last, alarm: this.#alarm.alarm, fps })) return;
    this.#lastAnalyzedUs = ptsUs;
    this.#analyzed += 1;
    const sample = this.#detector.analyze(frame);
    const { state } = stepAlarm(this.#alarm, sample, { alarmFrameCount, postRollSeconds, keyFramesOnly: mode === 'keyframes' });
    if (state.firstScoredAt === sample.ptsUs) this.#firstScored = { ptsUs: sample.ptsUs, wallMs: sample.wallMs };
    this.#alarm = state;
    const first = this.#firstScored === undefined || state.alarm === 'idle' ? {} : { firstScoredMs: this.#firstScored.wallMs };
    this.#listener.onReport({ sample, alarm: state.alarm, ...first });
  }
}
