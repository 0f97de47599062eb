// Motion analysis, away from the recording path.
import type { VideoTrack } from '@nightjar/media';
import type { AnalysisMode } from '../model/camera.ts';
import type { AlarmState, MotionSample } from '../model/motion.ts';
import type { Packet } from '../model/packet.ts';
import type { WallMs } from '../model/time.ts';
import type { Zone } from '../model/zone.ts';
import type { PictureRequest } from './picture-maker.ts';

/** What is analysed and how. Plain data: it crosses threads. */
export interface AnalysisRequest {
  readonly video: VideoTrack;
  readonly mode: Exclude<AnalysisMode, 'off'>;
  /** Analysed frames a second while nothing needs confirming. */
  readonly fps: number;
  readonly zones: readonly Zone[];
  readonly alarmFrameCount: number;
  readonly postRollSeconds: number;
  /** Whether packets come at the speed of the camera. */
  readonly live: boolean;
}

/** The verdict on one analysed frame and what it made of the alarm. */
export interface AnalysisReport {
  readonly sample: MotionSample;
  readonly alarm: AlarmState;
  /** Capture time of the first frame of the alarm that is on or coming. */
  readonly firstScoredMs?: WallMs;
}

/** Who hears of a session. */
export interface AnalysisListener {
  onReport(report: AnalysisReport): void;
  /** The session is over, by no will of ours. */
  onFailure(error: Error): void;
}

/** Analysis of one run. */
export interface AnalysisSession {
  /** Takes the next video packet. Never blocks; when analysis is too slow, packets up to the next key packet are dropped. */
  feed(packet: Packet): void;
  /** Packets dropped so far. */
  readonly dropped: number;
  /** Packets decoded so far. */
  readonly decoded: number;
  /** Packets taken that are not decoded yet. */
  readonly pending: number;
  /**
   * A key frame of the analysed stream as JPEG, made where it is decoded anyway.
   *
   * @throws RecorderError `PICTURE_FAILED`, within 6 s: also where `request` is no single key packet, or analysis does not look at
   * key frames only. A `PictureMaker` may still do it.
   */
  picture(request: PictureRequest): Promise<Uint8Array>;
  /** Ends it within 2 s; nothing is called afterwards. */
  close(): Promise<void>;
}

/** Opens sessions. */
export interface MotionAnalyzer {
  open(request: AnalysisRequest, listener: AnalysisListener): AnalysisSession;
  /** Ends everything. */
  close(): Promise<void>;
}
