// The plugin's configuration once it has been read: every default filled in, what was wrong left out.
import type { FaceSettings } from '../settings.ts';

/** Where cameras come from. */
export type RecorderChoice =
  /** A recorder somewhere. Without a token it lets nobody in. */
  | { readonly kind: 'network'; readonly url: string; readonly token?: string }
  /** Our own, with the cameras of the configuration. */
  | { readonly kind: 'embedded' }
  /** Nothing was said, so one is looked for on this machine. */
  | { readonly kind: 'find'; readonly token?: string }
  /** What was said cannot be used, so nothing is started in its place. */
  | { readonly kind: 'none' };

/** When our own recorder keeps video of a camera. */
export type RecordWord = 'motion' | 'always' | 'never';

/** A camera of our own recorder. */
export interface EmbeddedCamera {
  /** As the recorder takes it: `^[a-z0-9][a-z0-9_-]{0,47}$`. */
  readonly id: string;
  readonly name: string;
  /** May hold a password. */
  readonly source: string;
  /** A smaller stream of the same camera; may hold a password. */
  readonly subSource?: string;
  readonly record: RecordWord;
  /** 0…100. */
  readonly sensitivity: number;
  /** Whether sound is recorded; what Home gets is the face's business. */
  readonly audio: boolean;
  /** More keys of `cameras[]` of `nightjar.yaml`, as they are. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What our own recorder keeps. */
export interface RecordingSettings {
  readonly isEnabled: boolean;
  /** Absolute directory. */
  readonly path: string;
  readonly maxGiB: number;
  readonly days: number;
}

/** A broker that our own recorder tells what it sees. */
export interface BrokerSettings {
  readonly broker: string;
  readonly username?: string;
  readonly password?: string;
}

/** How the cameras stand in Home: behind the bridge, or each as an accessory of its own. */
export type Publishing = 'bridged' | 'external';

/** One `platforms` entry. */
export interface PluginConfig {
  readonly name: string;
  readonly recorder: RecorderChoice;
  /** Of our own recorder. */
  readonly cameras: readonly EmbeddedCamera[];
  /** Whether no camera had to be left out. Where one was, a camera that is missing was not removed by anybody, and must stay in Home. */
  readonly isComplete: boolean;
  readonly recordings: RecordingSettings;
  readonly mqtt?: BrokerSettings;
  readonly publish: Publishing;
  /** Of a camera that nothing more is said of. */
  readonly defaults: FaceSettings;
  /** What is said of single cameras, by id. */
  readonly overrides: ReadonlyMap<string, Partial<FaceSettings>>;
  /** Whether the whole recorder's `armed` is a switch in Home. */
  readonly armedSwitch: boolean;
  /** TCP port on loopback for diagnostics. Absent: any free one. */
  readonly diagnosticsPort?: number;
  /** The program our own recorder uses, an absolute path. Absent: the one on PATH. */
  readonly ffmpeg?: string;
}

/** How one camera is shown in Home. */
export const faceOf = ({ defaults, overrides }: Pick<PluginConfig, 'defaults' | 'overrides'>, cameraId: string): FaceSettings => ({
  ...defaults,
  ...overrides.get(cameraId),
});
