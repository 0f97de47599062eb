// Events, cameras and server facts as every client sees them (the recorder's own contract, JSON-shaped).

/** Why an event exists. */
export type EventCause =
  | { readonly kind: 'motion'; readonly zones: readonly string[] }
  | { readonly kind: 'continuous' }
  | { readonly kind: 'trigger'; readonly source: string; readonly text?: string }
  | { readonly kind: 'analysis-down' };

/** A stored happening of one camera. Times are ISO 8601 UTC with milliseconds. */
export interface RecorderEvent {
  readonly id: number;
  readonly cameraId: string;
  readonly cameraName: string;
  readonly serverId: string;
  readonly name: string;
  /** Kind of the first cause. */
  readonly cause: EventCause['kind'];
  readonly causes: readonly EventCause[];
  /** `open` → `closed` → `ready` (clip and pictures can be fetched). */
  readonly state: 'open' | 'closed' | 'ready';
  readonly start: string;
  /** Absent while the event is open. */
  readonly end?: string;
  readonly durationMs: number;
  /** 0…100. */
  readonly score: { readonly max: number; readonly avg: number; readonly total: number };
  readonly frames: number;
  readonly alarmFrames: number;
  readonly zones: readonly string[];
  readonly notes: string;
  readonly tags: readonly string[];
  readonly protected: boolean;
  readonly recovered: boolean;
  readonly sizeBytes: number;
  readonly video: { readonly codec: string; readonly width: number; readonly height: number; readonly url: string };
  readonly urls: { readonly snapshot: string; readonly alarm: string };
  /** Which of the pictures and the clip exist already. */
  readonly has: { readonly snapshot: boolean; readonly alarm: boolean; readonly clip: boolean };
}

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
  readonly droppedPackets: number;
  readonly reconnects: number;
  /** Times the camera's own clock jumped; recorded time goes on all the same. */
  readonly clockJumps: number;
  readonly since: string;
  /** Why it is not online, in one sentence without secrets. */
  readonly problem?: string;
}

/** A camera: what clients may know of its settings, and its state. */
export interface Camera {
  readonly id: string;
  readonly name: string;
  readonly function: 'none' | 'monitor' | 'modect' | 'record' | 'mocord' | 'nodect';
  readonly audio: boolean;
  readonly zones: readonly string[];
  readonly state: CameraState;
}

/** Something a person should know about, until it is cleared. */
export interface Alert {
  /** Stable while it lasts: `disk-full`, `camera-lost-porch`, … */
  readonly id: string;
  readonly level: 'warning' | 'error';
  readonly text: string;
  readonly since: string;
  readonly cameraId?: string;
}

/** The recorder's own health. */
export interface Health {
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly cameras: { readonly total: number; readonly online: number };
  readonly problems: readonly Alert[];
}

/** Facts about the recorder that do not change while it runs. */
export interface ServerInfo {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Base URL of the HTTP API. */
  readonly api: string;
  readonly startedAt: string;
}

/** Measured every 30 s. */
export interface ServerStats {
  readonly cpuPercent: number;
  readonly rssBytes: number;
  readonly load1: number;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly cameras: { readonly total: number; readonly online: number };
  readonly disk: {
    readonly totalBytes: number;
    readonly freeBytes: number;
    readonly usedPercent: number;
    /** Start of the oldest event kept; absent when there is none. */
    readonly oldest?: string;
    readonly writeBytesPerSecond: number;
  };
  readonly at: string;
}
