// Cameras as clients see them: what is configured and what is measured.
import type { CameraControls } from './controls.ts';
import type { LiveStream } from './media.ts';

/** A camera's connection. */
export type CameraStatus = 'offline' | 'connecting' | 'online' | 'stalled';

/** What is measured about a camera. */
export interface CameraState {
  readonly status: CameraStatus;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly gopSeconds: number;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly score: number;
  readonly motion: boolean;
  readonly recording: boolean;
  /** Frames analysed a second now. Absent: motion is not looked for. */
  readonly analysisFps?: number;
  /** Milliseconds from the capture of a frame to the verdict on it, usually. Absent: there is no recent verdict. */
  readonly latencyMs?: number;
  readonly droppedPackets: number;
  readonly reconnects: number;
  /** Times the camera's own clock jumped; recorded time goes on all the same. */
  readonly clockJumps: number;
  readonly since: string;
  /** How many events of it are kept, at most 30 s ago; asked for, now. Absent while that is not known: an older version's are being counted. */
  readonly events?: number;
  /** What these events take on disk. */
  readonly eventBytes?: number;
  /** What triggers force on it now; absent: nothing, motion decides. */
  readonly forced?: 'on' | 'off';
  /** Why it is not online, in one sentence without secrets. */
  readonly problem?: string;
}

/** What one of a camera's streams is. Measured: 0, an empty text or false while nothing of it was received. */
export interface CameraStream {
  readonly stream: LiveStream;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly gopSeconds: number;
  /** Pictures are shown in another order than they are sent in. */
  readonly hasBFrames: boolean;
  /** Absent: it has no sound that is used. */
  readonly audio?: { readonly codec: string; readonly sampleRate: number; readonly channels: number };
}

/** ZoneMinder's functions: what a camera is for. */
export type CameraFunction = 'none' | 'monitor' | 'modect' | 'record' | 'mocord' | 'nodect';

/** A camera: what clients may know of its settings, and its state. */
export interface Camera {
  readonly id: string;
  /** Its number as a monitor of ZoneMinder; it stays. Absent while the recorder could not read its database. */
  readonly number?: number;
  readonly name: string;
  readonly function: CameraFunction;
  readonly audio: boolean;
  readonly zones: readonly string[];
  readonly controls: CameraControls;
  /** Whether an event that begins now is worth an alarm: camera and recorder are armed. */
  readonly armed: boolean;
  readonly state: CameraState;
  /** What it sends: the main stream, and the sub stream where there is one. Absent: the recorder is of an older version. */
  readonly streams?: readonly CameraStream[];
  /** Its settings as `nightjar.yaml` writes them, sources without passwords; only for those who may see settings. */
  readonly settings?: CameraSettingsView;
  /** Whether it stands in the configuration file, where alone it can be changed. */
  readonly provisioned?: boolean;
}

/** Settings of a camera with every default filled in; keys and units are those of `cameras[]` in `nightjar.yaml`. */
export type CameraSettingsView = Readonly<Record<string, unknown>>;

/** Settings for a new camera, as in `cameras[]` of `nightjar.yaml`: what has a default may be left out. */
export interface CameraInput {
  readonly id: string;
  readonly source: string;
  readonly [setting: string]: unknown;
}

/** What a source is, as `nightjar probe` says it. */
export interface ProbeReport {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** 0: no second key frame came in the time given. */
  readonly gopSeconds: number;
  readonly bitrateKbps: number;
  readonly audio: { readonly codec: string; readonly sampleRate: number; readonly channels: number } | null;
  readonly hasBFrames: boolean;
  readonly seconds: number;
  /** Each a sentence for the person at the camera's menu. */
  readonly warnings: readonly string[];
}

/**
 * What an outside signal does: `on` opens an event or extends it, `pulse` does for a time that the recorder knows, `off` ends it and keeps motion
 * from opening one, `cancel` ends any of them, `show` only puts `showText` on pictures.
 */
export type TriggerAction = 'on' | 'off' | 'cancel' | 'pulse' | 'show';

/** An outside signal. */
export interface TriggerRequest {
  readonly action: TriggerAction;
  /** After so long the signal is cancelled by itself; absent: it lasts. 0.1…86400. */
  readonly durationSeconds?: number;
  /** 0…100, which is also the default: it becomes the event's. */
  readonly score?: number;
  readonly cause?: string;
  readonly text?: string;
  /** Shown on pictures, until the signal is over or cancelled; of `show` an empty one takes it away. */
  readonly showText?: string;
}

/** What came of a signal. */
export interface TriggerAnswer {
  /** The event that `on` opened or extended, where there is one already. */
  readonly eventId?: number;
  /** There is none yet: the camera sends no key frame, or nothing can be stored. It begins when that is over, if the signal lasts so long. */
  readonly waitsFor?: 'camera' | 'storage';
}

/** What to move a camera to. Speeds are −1…1. */
export interface PtzRequest {
  readonly action: 'move' | 'stop' | 'home' | 'preset';
  readonly pan?: number;
  readonly tilt?: number;
  readonly zoom?: number;
  readonly durationMs?: number;
  readonly preset?: string;
}
