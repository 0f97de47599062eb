// What a discovery message is made of, and what decides its content.
import type { Camera, ServerInfo } from '@nightjar/client';

/** Who we are in `origin`; what is retained is known as ours by it. */
export const ORIGIN_NAME = 'nightjar';

/** Longest name of a device, in characters: longer ones are cut. */
const MAX_NAME_LENGTH = 200;

/** Whether a thing can be used, by the payloads of a topic. */
export interface Availability {
  readonly topic: string;
  readonly value_template?: string;
}

/** One entity, or one trigger of automations. */
export interface Component {
  readonly platform: string;
  readonly [option: string]: unknown;
}

/** All of one device, with Home Assistant's long keys; its root takes no others. */
export interface DiscoveryPayload {
  readonly device: Readonly<Record<string, unknown>> & { readonly identifiers: readonly string[] };
  readonly origin: { readonly name: string; readonly sw_version: string };
  readonly availability: readonly Availability[];
  readonly availability_mode: 'all';
  readonly qos: 1;
  readonly components: Readonly<Record<string, Component>>;
}

/** A message and where it belongs, retained. */
export interface DiscoveryMessage {
  readonly topic: string;
  readonly payload: DiscoveryPayload;
}

/** What is published and obeyed, as far as it decides which components there are. */
export interface DiscoveryContext {
  /** Start of every topic of ours. */
  readonly base: string;
  /** Start of every discovery topic; `homeassistant` unless Home Assistant is told otherwise. */
  readonly prefix: string;
  /** Whether `preview` is published all the time, not only when somebody asks. Default false. */
  readonly preview?: boolean;
  /** Whether `snapshot` is published. Default true. */
  readonly snapshots?: boolean;
  /** Whether `cmd/restart` is obeyed. Default false. */
  readonly restart?: boolean;
  /** Whether a camera's statistics hold `disk_bytes`. Default false. */
  readonly recordingsSize?: boolean;
  /** Places a camera can be sent to, by name. Default: none. */
  presets?(camera: Camera): readonly string[];
  /** How often statistics are published. Default 30 000. */
  readonly statsIntervalMs?: number;
  /** Path of the page for people, below the recorder's API host. Absent: there is none, and none is linked. */
  readonly page?: string;
}

/** Whose device it is, without a secret. */
export function origin(server: ServerInfo): DiscoveryPayload['origin'] {
  return { name: ORIGIN_NAME, sw_version: server.version };
}

/** The name of a device: never empty, never so long that the message is too large. */
export function deviceName(name: string, id: string): string {
  const trimmed = Array.from(name.trim()).slice(0, MAX_NAME_LENGTH).join('');
  return trimmed === '' ? id : trimmed;
}

/** `configuration_url` where there is a page that others than this machine can open: http or https, without user name and password. */
export function configurationUrl(server: ServerInfo, page: string | undefined): { readonly configuration_url?: string } {
  const host = page === undefined ? undefined : URL.parse(server.api);
  if (!host || !/^https?:$/.test(host.protocol) || /^(localhost|127\.[\d.]+|\[::1\])$/.test(host.hostname)) return {};
  return { configuration_url: new URL(page ?? '/', host.origin).href };
}

/** Seconds after which a figure counts as unknown: six were missed. */
export function expireAfter({ statsIntervalMs = 30_000 }: DiscoveryContext): number {
  return Math.ceil((6 * statsIntervalMs) / 1000);
}
