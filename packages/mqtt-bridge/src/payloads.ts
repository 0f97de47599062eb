// Pure translations of what the recorder says into what stands on the topics.
import type { Camera, Change, RecorderEvent, ServerInfo, ServerStats } from '@nightjar/client';

/** Version of the topics and payloads. */
export const PROTOCOL_VERSION = 1;

/** More zones than this are left out, so that an event stays below 2 kB. */
export const MAX_ZONES_IN_EVENT = 32;

const API = '/api/v1';

/** What an event message reports. */
export type EventType = 'start' | 'update' | 'end' | 'ready';

/** The object on `event`, `event/update` and `event/last`. */
export interface EventPayload {
  readonly event_type: EventType;
  readonly id: number;
  readonly v: typeof PROTOCOL_VERSION;
  readonly camera: string;
  readonly camera_name: string;
  readonly server: string;
  readonly kind: RecorderEvent['cause'];
  readonly labels: readonly string[];
  /** 0…1. */
  readonly score: number;
  readonly zones: readonly string[];
  readonly armed: boolean;
  readonly seq: number;
  readonly start: string;
  readonly end?: string;
  /** Seconds. */
  readonly duration: number;
  readonly has: { readonly snapshot: boolean; readonly clip: boolean };
  readonly urls: { readonly snapshot: string; readonly clip: string; readonly ui: string };
  readonly api: string;
}

/**
 * @param context.api - Base URL of the recorder's HTTP API.
 * @param context.seq - Number of the change reported, 0 if it is none.
 */
export function eventPayload(event: RecorderEvent, type: EventType, context: { readonly api: string; readonly seq: number }): EventPayload {
  return {
    event_type: type,
    id: event.id,
    v: PROTOCOL_VERSION,
    camera: event.cameraId,
    camera_name: event.cameraName,
    server: event.serverId,
    kind: event.cause,
    labels: [],
    score: round(Math.min(Math.max(event.score.max / 100, 0), 1), 4),
    zones: event.zones.slice(0, MAX_ZONES_IN_EVENT),
    armed: event.armed,
    seq: context.seq,
    start: event.start,
    ...(event.end === undefined ? {} : { end: event.end }),
    duration: round(event.durationMs / 1000, 3),
    has: { snapshot: event.has.snapshot, clip: event.has.clip },
    urls: { snapshot: event.urls.snapshot, clip: `${API}/events/${event.id}/video.mp4`, ui: `/#/events/${event.id}` },
    api: context.api,
  };
}

/** What an event found in the store is on `event/last`; nothing for one that is still open. */
export function lastTypeOf(event: RecorderEvent): 'end' | 'ready' | undefined {
  if (event.state === 'open') return undefined;
  return event.state === 'ready' ? 'ready' : 'end';
}

/** Whether the recorder receives the camera. */
export function availabilityPayload(camera: Camera): 'online' | 'offline' | 'disabled' {
  if (!camera.controls.enabled || camera.controls.privacy) return 'disabled';
  return camera.state.status === 'online' ? 'online' : 'offline';
}

/** A camera that is not seen does not move. */
export function motionPayload(camera: Camera): 'ON' | 'OFF' {
  return onOff(camera.state.motion && availabilityPayload(camera) === 'online');
}

/** A signal from outside, on `event`: there may be no event yet. */
export function triggerPayload(camera: Camera, { seq, at, data }: Extract<Change, { type: 'trigger.received' }>, server: ServerInfo) {
  return {
    event_type: 'trigger',
    v: PROTOCOL_VERSION,
    camera: camera.id,
    camera_name: camera.name,
    server: server.id,
    kind: 'trigger',
    action: data.action,
    source: data.source,
    armed: camera.armed,
    seq,
    ts: at,
    api: server.api,
  } as const;
}

/** Whether video is being written. */
export function recordingPayload(camera: Camera): 'ON' | 'OFF' {
  return onOff(camera.state.recording);
}

/** `ON` or `OFF`. */
export function onOff(on: boolean): 'ON' | 'OFF' {
  return on ? 'ON' : 'OFF';
}

/** What a camera is and where its pictures are; no source URLs, they may hold passwords. */
export function cameraInfoPayload(camera: Camera, server: ServerInfo) {
  const { codec, width, height } = camera.state;
  const url = `${API}/cameras/${camera.id}`;
  return {
    id: camera.id,
    name: camera.name,
    server: server.id,
    function: camera.function,
    caps: { ptz: false, audio: camera.audio, presets: [], labels: [] },
    zones: camera.zones,
    ...(codec === '' ? {} : { codec }),
    ...(width > 0 && height > 0 ? { size: { width, height } } : {}),
    urls: { snapshot: `${url}/snapshot.jpg`, live_mjpeg: `${url}/live.mjpeg`, live_mp4: `${url}/live.mp4` },
    api: server.api,
  } as const;
}

/** @param at - When it was measured. */
export function cameraStatsPayload(camera: Camera, at: Date) {
  const { fps, analysisFps, score, bitrateKbps, droppedPackets, latencyMs, reconnects, eventBytes, events } = camera.state;
  return {
    fps,
    ...(analysisFps === undefined ? {} : { detect_fps: analysisFps }),
    score,
    bitrate_kbps: bitrateKbps,
    dropped: droppedPackets,
    ...(latencyMs === undefined ? {} : { latency_ms: latencyMs }),
    reconnects,
    ...(eventBytes === undefined ? {} : { disk_bytes: eventBytes }),
    ...(events === undefined ? {} : { segments: events }),
    ts: at.toISOString(),
  } as const;
}

/** What the recorder is. */
export function serverInfoPayload(server: ServerInfo, cameraIds: readonly string[]) {
  const { id, name, version, api, startedAt } = server;
  return { id, name, version, api, cameras: cameraIds, started_at: startedAt, protocol: PROTOCOL_VERSION } as const;
}

/** Which version runs. */
export function serverUpdatePayload({ version }: ServerInfo) {
  return { installed_version: version, latest_version: version, title: 'Nightjar' } as const;
}

/** What is measured about the recorder. */
export function serverStatsPayload(stats: ServerStats) {
  const { disk } = stats;
  return {
    cpu_percent: stats.cpuPercent,
    rss_bytes: stats.rssBytes,
    load1: stats.load1,
    started_at: stats.startedAt,
    uptime_s: stats.uptimeSeconds,
    cameras: stats.cameras,
    disk: {
      total_bytes: disk.totalBytes,
      free_bytes: disk.freeBytes,
      used_percent: disk.usedPercent,
      ...(disk.oldest === undefined ? {} : { oldest: disk.oldest }),
      write_bps: disk.writeBytesPerSecond,
    },
    ts: stats.at,
  } as const;
}

function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
