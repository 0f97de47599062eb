// Packets in, verdicts out: decoder, sampling, detector and alarm machine of one run. The same code runs live (in a
// worker thread) and in `nightjar analyze`.

import type { Frame } from '../model/frame.ts';
import type { AlarmState } from '../model/motion.ts';
import type { Packet } from '../model/packet.ts';
import type { MediaUs, WallMs } from '../model/time.ts';
import type { FrameDecoder, FrameDecoderFactory } from '../ports/frame-decoder.ts';
import type { AnalysisListener, AnalysisRequest } from '../ports/motion-analyzer.ts';
import { type AlarmMachineState, IDLE_ALARM, stepAlarm } from './alarm-machine.ts';
import { isAnalyzed } from './is-analyzed.ts';
import { MotionDetector } from './motion-detector.ts';
import { shouldAnalyze } from './sampling-policy.ts';

/** Widest picture that is analysed, in pixels: more shows noise, not people. */
const ANALYSIS_WIDTH = 320;

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
  readonly #detector: MotionDetector;
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
    this.#decoder = decoders.open({
      video: request.video,
      live: request.live,
      intraOnly: request.mode === 'keyframes',
      ...size,
      onFrame: (frame) => this.#take(frame),
      onFailure: (error) => listener.onFailure(error),
    });
  }

  /** Frames decoded so far. */
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

  /** Takes the next video packet of the run; in key-frame mode only key packets go on. */
  feed(packet: Packet): void {
    if (isAnalyzed(this.#request.mode, packet)) this.#decoder.feed(packet);
  }

  /** Frames the decoder owes. */
  pending(): number {
    return this.#decoder.pending();
  }

  /** Resolves once every packet fed was analysed; for the end of a file. */
  flush(): Promise<void> {
    return this.#decoder.flush();
  }

  close(): Promise<void> {
    return this.#decoder.close();
  }

  #take(frame: Frame): void {
    this.#decoded += 1;
    const { mode, fps, alarmFrameCount, postRollSeconds } = this.#request;
    const { ptsUs } = frame;
    const last = this.#lastAnalyzedUs === undefined ? {} : { lastAnalyzedUs: this.#lastAnalyzedUs };
    if (mode === 'continuous' && !shouldAnalyze({ ptsUs, ...last, alarm: this.#alarm.alarm, fps })) return;
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
