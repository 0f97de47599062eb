// The configuration as code sees it: defaults filled in, paths absolute, sizes in bytes, secrets wrapped. Frozen.
import type { CameraSettings } from '../model/camera.ts';
import type { PathScheme } from '../model/event.ts';
import type { HttpSettings } from '../model/http-settings.ts';
import type { AreaId } from '../model/ids.ts';
import type { PlannedTrigger } from '../model/trigger.ts';
import type { Secret } from '../util/secret.ts';

/** An address to listen on. */
export interface ListenAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Space to keep free: a share of the disk or a size. */
export type FreeSpace = { readonly percent: number } | { readonly bytes: number };

/** One storage area. */
export interface AreaConfig {
  readonly id: AreaId;
  /** Absolute. */
  readonly path: string;
  readonly scheme: PathScheme;
  readonly minFree: FreeSpace;
  /** Bytes. */
  readonly maxSize: number | null;
}

/** The broker: ours, or one that is reached by URL. `label` has no password. */
export type BrokerConfig = { readonly kind: 'embedded' } | { readonly kind: 'remote'; readonly url: Secret; readonly label: string };

/** Somebody who may log in to the embedded broker. */
export interface MqttUserConfig {
  readonly name: string;
  /** The password itself or its scrypt hash. */
  readonly password: Secret;
  readonly access: 'read' | 'control';
  /** Topic filters that narrow the access; a list that is absent narrows nothing. */
  readonly acl: { readonly read?: readonly string[]; readonly write?: readonly string[] };
}

/** `mqtt.limits`. */
export interface MqttLimitsConfig {
  readonly connections: number;
  readonly packetBytes: number;
  readonly topicLevels: number;
  readonly keepAliveSeconds: number;
  readonly subscriptions: number;
  readonly queuedMessages: number;
  readonly unreadBytes: number;
  readonly retainedBytes: number;
  readonly retainedTopics: number;
  readonly publishesPerSecond: number;
}

/** `mqtt.publish`. */
export interface MqttPublishConfig {
  readonly statsSeconds: number;
  readonly eventUpdates: boolean;
  readonly snapshots: boolean;
  readonly pictureWidth: number;
  readonly pictureMaxBytes: number;
  readonly previewSeconds?: number;
  readonly previewMaxFps: number;
  readonly previewMaxSeconds: number;
  readonly previewMaxCameras: number;
}

/** `mqtt`. */
export interface MqttConfig {
  readonly broker: BrokerConfig;
  /** Where the embedded broker listens. */
  readonly listen: ListenAddress;
  /** Where it listens with TLS; absent: nowhere. */
  readonly listenTls?: ListenAddress;
  /** Absolute paths of PEM files it listens with; without a certificate it takes that of `http`. */
  readonly serverTls: { readonly cert?: string; readonly key?: string; readonly clientCa?: string };
  /** Who may log in to it, besides `username`. */
  readonly users: readonly MqttUserConfig[];
  /** Networks its clients may come from; empty: all. */
  readonly allow: readonly string[];
  readonly limits: MqttLimitsConfig;
  readonly base: string;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: Secret;
  /** Absolute paths of PEM files. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly publish: MqttPublishConfig;
  readonly allowRestart: boolean;
  readonly homeAssistant: { readonly enabled: boolean; readonly prefix: string };
}

/** `exports`. */
export interface ExportsConfig {
  /** Absolute. */
  readonly path: string;
  readonly keepHours: number;
  /** Bytes. */
  readonly maxSize: number | null;
  readonly maxQueued: number;
}

/** `triggers`. */
export interface TriggersConfig {
  /** Absolute path of the Unix socket. */
  readonly socket: string | null;
  /** `allow`: addresses and networks that may connect; empty: all. */
  readonly tcp: (ListenAddress & { readonly token?: Secret; readonly allow: readonly string[] }) | null;
  readonly lines: { readonly connections: number; readonly bytes: number; readonly perSecond: number; readonly totalPerSecond: number };
  readonly pulseSeconds: number;
  readonly debounceMs: number;
  readonly maxPerSecond: number;
  readonly schedule: readonly PlannedTrigger[];
}

/** Everything configurable. */
export interface Config {
  /** The file it was read from, absolute. */
  readonly file: string;
  readonly server: { readonly id: string; readonly name: string };
  readonly http: HttpSettings;
  /** `file`: absolute path of the SQLite database. */
  readonly database: { readonly engine: 'sqlite'; readonly file: string };
  readonly storage: { readonly areas: readonly AreaConfig[]; readonly syncIntervalMs: number };
  /** `maxSize` in bytes. */
  readonly retention: { readonly days: number | null; readonly maxSize: number | null };
  readonly exports: ExportsConfig;
  /** Encoders of live streams that may run at once. */
  readonly encoding: { readonly maxVideo: number; readonly maxSound: number };
  /** Absent: no MQTT. */
  readonly mqtt?: MqttConfig;
  readonly triggers: TriggersConfig;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
  readonly cameras: readonly CameraSettings[];
  /** What of the settings beside the cameras stands in the file, by dotted name, without secrets. */
  readonly written: Readonly<Record<string, unknown>>;
}
