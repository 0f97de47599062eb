// A tree without mistakes → the configuration as code sees it.

import { InvariantError } from '../errors/recorder-error.ts';
import type { CameraSettings } from '../model/camera.ts';
import { parseSource, type Source } from '../model/source.ts';
import type { PlannedTrigger } from '../model/trigger.ts';
import type { Zone } from '../model/zone.ts';
import { Secret } from '../util/secret.ts';
import { urlLabel } from '../util/without-secrets.ts';
import { filePathOf } from './check-cameras.ts';
import { databasePath } from './check-sections.ts';
import type { Config, MqttConfig } from './config.ts';
import { splitAddress } from './listen-address.ts';
import { parseFreeSpace, parseSize } from './parse-size.ts';
import type { FilledConfig } from './schema/root.ts';

/** What the file alone does not say. */
export interface BuildOptions {
  /** Absolute path of the file. */
  readonly file: string;
  readonly hostName: string;
  /** What of the settings beside the cameras stands in the file, as people may see it, by dotted name. */
  readonly written: Readonly<Record<string, unknown>>;
  /** Makes a path of the file absolute. */
  readonly absolute: (path: string) => string;
}

/** Builds and freezes. `filled` has passed every check. */
export function buildConfig(filled: FilledConfig, options: BuildOptions): Config {
  const { absolute } = options;
  const id = filled.server.id ?? serverIdFrom(options.hostName);
  const { tls } = filled.http;
  const { tcp } = filled.triggers;
  return freeze({
    file: options.file,
    server: { id, name: filled.server.name ?? id },
    http: {
      ...filled.http,
      tls: tls === null ? null : { cert: absolute(tls.cert), key: absolute(tls.key) },
    },
    database: { engine: 'sqlite', file: absolute(checked(databasePath(filled.database.url))) },
    storage: {
      syncIntervalMs: filled.storage.syncIntervalMs,
      areas: filled.storage.areas.map((area) => ({
        id: area.id,
        path: absolute(area.path),
        scheme: area.scheme,
        minFree: checked(parseFreeSpace(area.minFree)),
        maxSize: sizeOrNull(area.maxSize),
      })),
    },
    retention: { days: filled.retention.days, maxSize: sizeOrNull(filled.retention.maxSize) },
    exports: { ...filled.exports, path: absolute(filled.exports.path), maxSize: sizeOrNull(filled.exports.maxSize) },
    encoding: filled.encoding,
    ...(filled.mqtt === undefined ? {} : { mqtt: buildMqtt(filled.mqtt, id, absolute) }),
    triggers: {
      ...filled.triggers,
      schedule: filled.triggers.schedule.map(buildPlan),
      socket: filled.triggers.socket === null ? null : absolute(filled.triggers.socket),
      tcp: tcp === null ? null : { host: tcp.host, port: tcp.port, allow: tcp.allow, ...(tcp.token === undefined ? {} : { token: new Secret(tcp.token) }) },
    },
    log: filled.log,
    cameras: filled.cameras.map((camera) => buildCamera(camera, absolute)),
    written: options.written,
  });
}

function buildMqtt(mqtt: NonNullable<FilledConfig['mqtt']>, serverId: string, absolute: (path: string) => string): MqttConfig {
  const files = (tls: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(tls).map(([key, file]) => [key, absolute(file)] as const));
  return {
    broker: mqtt.broker === 'embedded' ? { kind: 'embedded' } : { kind: 'remote', url: new Secret(mqtt.broker), label: urlLabel(mqtt.broker) },
    listen: splitAddress(mqtt.listen),
    ...(mqtt.listenTls === undefined ? {} : { listenTls: splitAddress(mqtt.listenTls) }),
    serverTls: files(mqtt.serverTls),
    users: mqtt.users.map(({ password, ...user }) => ({ ...user, password: new Secret(password) })),
    allow: mqtt.allow,
    limits: mqtt.limits,
    base: mqtt.base,
    clientId: mqtt.clientId ?? `nightjar-${serverId}`,
    ...(mqtt.username === undefined ? {} : { username: mqtt.username }),
    ...(mqtt.password === undefined ? {} : { password: new Secret(mqtt.password) }),
    tls: files(mqtt.tls),
    publish: mqtt.publish,
    allowRestart: mqtt.allowRestart,
    homeAssistant: mqtt.homeAssistant,
  };
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A planned signal that has passed every check. */
export function buildPlan({ name, cameras, times, weekdays, cron, durationSeconds, ...signal }: FilledConfig['triggers']['schedule'][number]): PlannedTrigger {
  const days = weekdays.length === 0 ? '*' : weekdays.map((day) => DAYS.indexOf(day)).join(',');
  const daily = times.map((time) => {
    const [hour, minute] = time.split(':').map(Number);
    return `${minute} ${hour} * * ${days}`;
  });
  const duration = durationSeconds === undefined ? {} : { durationMs: durationSeconds * 1000 };
  return { name, cameras, crons: cron === undefined ? daily : [cron], signal: { cause: 'Schedule', ...signal, ...duration } };
}

/** A camera that has passed every check. */
export function buildCamera(camera: FilledConfig['cameras'][number], absolute: (path: string) => string): CameraSettings {
  const { detect, name, source, zones, ...rest } = camera;
  return {
    ...rest,
    name: name ?? camera.id,
    source: buildSource(source, absolute),
    zones: zones.map(buildZone),
    detect: { mode: detect.mode, fps: detect.fps, ...(detect.source === undefined ? {} : { source: buildSource(detect.source, absolute) }) },
  };
}

/** ZoneMinder's 0 for a maximum means no limit; here that is its absence. */
function buildZone({ thresholds, ...zone }: FilledConfig['cameras'][number]['zones'][number]): Zone {
  if (thresholds === undefined) return zone;
  const { maxPixelThreshold, maxAlarmPixels, maxFilterPixels, maxBlobPixels, maxBlobs, ...rest } = thresholds;
  return {
    ...zone,
    thresholds: {
      ...rest,
      ...(maxPixelThreshold ? { maxPixelThreshold } : {}),
      ...(maxAlarmPixels ? { maxAlarmPixels } : {}),
      ...(maxFilterPixels ? { maxFilterPixels } : {}),
      ...(maxBlobPixels ? { maxBlobPixels } : {}),
      ...(maxBlobs ? { maxBlobs } : {}),
    },
  };
}

function buildSource(text: string, absolute: (path: string) => string): Source {
  return checked(parseSource(/^file:/i.test(text) ? `file:${absolute(filePathOf(text))}` : text));
}

/** Bytes of a size that has passed its check. */
export const sizeOrNull = (text: string | null): number | null => (text === null ? null : checked(parseSize(text)));

/** What an earlier check made sure of. */
function checked<T>(value: T | undefined): T {
  if (value === undefined) throw new InvariantError('a value of the configuration passed its check and cannot be read');
  return value;
}

/** A host name as an id: lower-cased, without its domain. */
export function serverIdFrom(hostName: string): string {
  const id = (hostName.split('.')[0] ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[_-]+/, '')
    .slice(0, 48);
  return id === '' ? 'nightjar' : id;
}

/** Freezes a value and what it holds. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Secret)) {
    for (const child of Object.values(value)) freeze(child);
    Object.freeze(value);
  }
  return value;
}
