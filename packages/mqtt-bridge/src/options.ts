// Settings of the bridge, their defaults, and what is wrong with them.
import type { BridgeLogger } from './logger.ts';
import { baseTopicProblem } from './topics.ts';

/** Certificates for `mqtts://` and `wss://`, as PEM. */
export interface TlsMaterial {
  /** Authorities that are trusted, in place of the system's. */
  readonly ca?: string | Uint8Array;
  /** What we show the broker. */
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
  /** Default true. */
  readonly rejectUnauthorized?: boolean;
}

/** Where the broker is, who we are, and every limit. */
export interface MqttBridgeOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://` with host and port. A user name and password in it are used, and never shown. */
  readonly broker: string;
  /** Start of every topic, may have several levels. Default `nightjar`. */
  readonly base?: string;
  /** Default `nightjar-<recorder id>`. Must differ between recorders. */
  readonly clientId?: string;
  readonly username?: string;
  /** The password, or what gives it at each connection. Never logged. */
  readonly password?: string | (() => string);
  /** Certificates, or what gives them at each connection, so that renewed ones count. What it throws is said with its message. */
  readonly tls?: TlsMaterial | (() => TlsMaterial);
  /** `auto` (default): 5, and 3.1.1 where the broker refuses 5. */
  readonly protocolVersion?: 'auto' | 4 | 5;
  /** Default 30 000. */
  readonly statsIntervalMs?: number;
  /** Whether to publish `event/update`. Default true. */
  readonly eventUpdates?: boolean;
  /** Least time between two updates of one event. Default 1000. */
  readonly eventUpdateIntervalMs?: number;
  /** Whether to publish pictures. Default true. */
  readonly snapshots?: boolean;
  /** Default 640 pixels. */
  readonly snapshotWidth?: number;
  /** Default 100 000. */
  readonly snapshotMaxBytes?: number;
  /** Publishes every camera's picture on `preview` each so many seconds. Default: only while somebody asks for it. */
  readonly previewSeconds?: number;
  /** Pictures a second that may be asked for. Default 5. */
  readonly previewMaxFps?: number;
  /** How long one asking may last. Default 300. */
  readonly previewMaxSeconds?: number;
  /** Cameras whose preview may be asked for at the same time. Default 8. */
  readonly previewMaxCameras?: number;
  /** Discovery for Home Assistant; absent: nothing is known of it. */
  readonly homeAssistant?: { readonly enabled: boolean; readonly prefix: string };
  /** What `cmd/restart` does; absent: it is refused. */
  readonly restart?: () => void;
  /** Events kept while the broker is away. Default 200. */
  readonly maxQueuedEvents?: number;
  /** Default 300 000. */
  readonly maxEventAgeMs?: number;
  /** Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Default 1000, doubled after each failure. */
  readonly reconnectMinMs?: number;
  /** Default 30 000. */
  readonly reconnectMaxMs?: number;
  /** How often states are sent again that the broker did not let us publish. Default 60 000. */
  readonly retryRefusedMs?: number;
  /** Default 30. */
  readonly keepaliveSeconds?: number;
  /** Messages handed to the broker and not yet taken by it. Default 32. */
  readonly maxInFlight?: number;
  /** A broker that takes nothing for so long is left and connected to again. Default 15 000. */
  readonly stuckTimeoutMs?: number;
  /** A recorder that has been away for so long is `offline`, and so are its cameras. Default 10 000. */
  readonly recorderGraceMs?: number;
  /** How long the farewell may take. Default 2500. */
  readonly stopTimeoutMs?: number;
  /** Default: silent. */
  readonly logger?: BridgeLogger;
  /** Called whenever `health` changes. */
  readonly onHealth?: (health: MqttHealth) => void;
}

/** How the connection is. */
export interface MqttHealth {
  readonly connected: boolean;
  /** ISO 8601: since when it is connected, or is not. */
  readonly since: string;
  /** Events waiting for the broker. */
  readonly queued: number;
  /** Events given up since the start. */
  readonly dropped: number;
  /** Why it is not connected, or that the broker refuses what we publish; one sentence without secrets. */
  readonly problem?: string;
}

const DEFAULTS = {
  base: 'nightjar',
  protocolVersion: 'auto',
  statsIntervalMs: 30_000,
  eventUpdates: true,
  eventUpdateIntervalMs: 1000,
  snapshots: true,
  snapshotWidth: 640,
  snapshotMaxBytes: 100_000,
  previewMaxFps: 5,
  previewMaxSeconds: 300,
  previewMaxCameras: 8,
  maxQueuedEvents: 200,
  maxEventAgeMs: 300_000,
  connectTimeoutMs: 10_000,
  reconnectMinMs: 1000,
  reconnectMaxMs: 30_000,
  retryRefusedMs: 60_000,
  keepaliveSeconds: 30,
  maxInFlight: 32,
  stuckTimeoutMs: 15_000,
  stopTimeoutMs: 2500,
} as const;

type Defaulted = { readonly [K in keyof typeof DEFAULTS]-?: Required<MqttBridgeOptions>[K] };

/** The options with their defaults; the address without user name and password. */
export type ResolvedOptions = MqttBridgeOptions & Defaulted & { readonly address: string };

const PROTOCOLS = ['mqtt:', 'mqtts:', 'ws:', 'wss:'];

/**
 * Fills in the defaults and moves a user name and password out of the address.
 * @throws {TypeError} in one sentence, without the address, if an option cannot be used.
 */
export function resolveOptions(options: MqttBridgeOptions): ResolvedOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const merged = { ...DEFAULTS, ...given } as MqttBridgeOptions & Defaulted;
  const url = URL.parse(merged.broker);
  if (!url || !PROTOCOLS.includes(url.protocol) || url.hostname === '') {
    throw new TypeError('The broker address must look like mqtt://host:1883 (or mqtts, ws, wss)');
  }
  const problem = baseTopicProblem(merged.base);
  if (problem) throw new TypeError(`The base topic ${problem}`);
  for (const [name, value] of Object.entries(merged)) {
    const isBad = typeof value === 'number' && (!Number.isFinite(value) || value <= 0);
    if (isBad) throw new TypeError(`${name} must be a number above 0`);
  }
  const { username, password } = merged;
  const userinfo = { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  url.username = '';
  url.password = '';
  return {
    ...merged,
    ...(username === undefined && userinfo.username !== '' ? { username: userinfo.username } : {}),
    ...(password === undefined && userinfo.password !== '' ? { password: userinfo.password } : {}),
    broker: url.href,
    address: `${url.protocol}//${url.host}`,
  };
}
