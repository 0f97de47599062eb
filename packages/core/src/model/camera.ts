// A camera as the recorder runs it: settings from the configuration, state as it is now.
import type { CameraId } from './ids.ts';
import type { Source } from './source.ts';
import type { WallMs } from './time.ts';
import type { Zone } from './zone.ts';

/** ZoneMinder's functions: what a camera is for. */
export type CameraFunction = 'none' | 'monitor' | 'modect' | 'record' | 'mocord' | 'nodect';

/** How much of the detect stream is decoded. */
export type AnalysisMode = 'continuous' | 'keyframes' | 'off';

/** Everything configurable about one camera, defaults filled in. */
export interface CameraSettings {
  readonly id: CameraId;
  readonly name: string;
  readonly source: Source;
  readonly detect: {
    /** The stream analysis looks at; absent: the main stream. */
    readonly source?: Source;
    readonly mode: AnalysisMode;
    /** Analysed frames a second while nothing moves; every frame is analysed while something may. */
    readonly fps: number;
  };
  readonly function: CameraFunction;
  readonly preRollSeconds: number;
  readonly postRollSeconds: number;
  /** 0: sections are never cut. */
  readonly sectionLengthSeconds: number;
  readonly alarmFrameCount: number;
  readonly eventPrefix: string;
  readonly frameSkip: number;
  readonly fpsReportInterval: number;
  readonly defaultScale: number;
  readonly webColour: string;
  readonly exif: boolean;
  readonly audio: boolean;
  /** Whether each event also keeps `NNNNN-capture.jpg` pictures: one of every `frameSkip + 1` frames. */
  readonly recordPictures: boolean;
  readonly zones: readonly Zone[];
  readonly connectTimeoutSeconds: number;
  readonly stallTimeoutSeconds: number;
  /** Bound of the pre-roll ring, in MiB. */
  readonly preRollMaxMiB: number;
  /** Storage area its events go to; absent: the planner chooses. */
  readonly area?: string;
  /** Only of settings in force, from the switches: whether what begins now is worth an alarm. Absent: it is. */
  readonly armed?: boolean;
  /** Only of settings in force: motion is looked for although nothing is recorded. */
  readonly watchesMotion?: boolean;
  /** Only of settings in force: nothing is recorded because somebody switched that off; signals are told to whoever listens. */
  readonly isRecordingOff?: boolean;
  /** Only of settings in force: the camera is let go for privacy. */
  readonly isPrivate?: boolean;
  /** Only of settings in force: the camera is let go because somebody switched it off. */
  readonly isSwitchedOff?: boolean;
}

/** Whether motion is looked for. */
export const detectsMotion = ({ function: kind, detect, watchesMotion = false }: CameraSettings): boolean =>
  (kind === 'modect' || kind === 'mocord' || watchesMotion) && detect.mode !== 'off';

/** Why the recorder does not connect to a camera, in a few words; `undefined`: it does. */
export function whyLetGo({ function: kind, isPrivate, isSwitchedOff }: CameraSettings): string | undefined {
  if (kind !== 'none') return undefined;
  if (isPrivate === true) return 'private: no picture is taken or shown';
  return isSwitchedOff === true ? 'switched off' : 'switched off (function: none)';
}

/** A camera's connection as people see it. */
export type CameraStatus = 'offline' | 'connecting' | 'online' | 'stalled';

/** What is measured about a running camera. */
export interface CameraState {
  readonly status: CameraStatus;
  readonly since: WallMs;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly gopSeconds: number;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** 0…100, of the newest analysed frame. */
  readonly score: number;
  readonly motion: boolean;
  readonly recording: boolean;
  /** Frames analysed a second. Absent: motion is not looked for. */
  readonly analysisFps?: number;
  /** From the capture of a frame to the verdict on it, the median of the newest. Absent: there is no recent verdict. */
  readonly latencyMs?: number;
  readonly droppedPackets: number;
  readonly reconnects: number;
  /** Times the camera's clock jumped; recorded time goes on all the same. */
  readonly clockJumps: number;
  /** What triggers force on it now; absent: nothing, motion decides. */
  readonly forced?: 'on' | 'off';
  /** Why it is not online, in one sentence without secrets. */
  readonly problem?: string;
}

/** Whether analysis looks at nothing but key frames of the stream that is recorded, so that whatever it finds is one. */
export const looksAtOwnKeyFrames = ({ mode, source }: CameraSettings['detect']): boolean => mode === 'keyframes' && source === undefined;
