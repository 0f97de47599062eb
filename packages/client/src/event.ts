// Events and server facts as every client sees them (the recorder's own contract, JSON-shaped).

/** Why an event exists. */
export type EventCause =
  | { readonly kind: 'motion'; readonly zones: readonly string[] }
  | { readonly kind: 'continuous' }
  | { readonly kind: 'trigger'; readonly source: string; readonly cause?: string; readonly text?: string }
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
  /** Whether it is worth an alarm: the camera was armed when it, or an alarm in it, began. */
  readonly armed: boolean;
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

/** A page of events, newest first. */
export interface EventPage {
  readonly events: readonly RecorderEvent[];
  /** Asks for the next page; absent on the last one. A page may hold fewer events than asked for, even none, and still have a next one. */
  readonly nextCursor?: string;
}

/** What may be changed of an event. */
export interface EventChanges {
  readonly name?: string;
  readonly notes?: string;
  /** Protected events are never deleted, by nobody, until they are not protected any more. */
  readonly protected?: boolean;
  readonly tags?: readonly string[];
}

/** A storage area. */
export interface StorageArea {
  readonly id: string;
  readonly path: string;
  readonly scheme: 'deep' | 'medium' | 'shallow';
  /** Whether it can be written to now. */
  readonly usable: boolean;
  readonly problem?: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** Of the recorder's own events there. */
  readonly events: number;
  readonly eventBytes: number;
}

/** A recorder of the installation. */
export interface ServerEntry extends ServerInfo {
  readonly status: Health['status'];
}

/** A setting beside the cameras: `retention.days`. */
export interface ConfigEntry {
  readonly name: string;
  /** `***` for a secret. */
  readonly value: unknown;
  readonly default: unknown;
  /** Whether it stands in the file, where alone it can be changed. */
  readonly provisioned: boolean;
  readonly editable: boolean;
  readonly description: string;
}

/** What reading the configuration file again did: ids of cameras, and names of settings. */
export interface ReloadReport {
  readonly started: readonly string[];
  readonly stopped: readonly string[];
  readonly restarted: readonly string[];
  readonly updated: readonly string[];
  /** Settings beside the cameras that are in force now, by dotted name. */
  readonly settings: readonly string[];
  /** Settings whose change takes effect only when the recorder starts again. */
  readonly needsRestart: readonly string[];
}
