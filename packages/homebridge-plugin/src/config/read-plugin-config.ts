// Reads and judges one `platforms` entry. Whatever people wrote, something usable comes of it, and a sentence for each thing that was left out.
import { join } from 'node:path';
import type { FaceSettings } from '../settings.ts';
import { cameraId } from './camera-fields.ts';
import type { KnownCamera } from './camera-ids-policy.ts';
import { FACE_DEFAULTS, FACE_FIELDS, faceFrom } from './face-fields.ts';
import { absolutePath, line, list, mapping, secret, truth, whole, word } from './field-kinds.ts';
import { type Field, type Fields, isMapping, type Mapping, readFields, withoutAbsent } from './fields.ts';
import { nearestWord } from './nearest-word.ts';
import type { BrokerSettings, PluginConfig, RecorderChoice, RecordingSettings } from './plugin-config.ts';
import { type ReadCameras, readCameras } from './read-cameras.ts';

/** What has to be known beside what was written. */
export interface PluginFacts {
  /** Homebridge's own folder, absolute. */
  readonly storagePath: string;
  /** Whether the bridge serves accessories of their own only. */
  readonly servesExternalsOnly: boolean;
  /** Cameras of earlier starts. */
  readonly known?: readonly KnownCamera[];
}

const url: Field<string> = {
  expected: 'the address of a recorder, such as http://192.168.1.10:8420, without a name and password',
  isSecret: true,
  read: (value) => {
    const text = typeof value === 'string' ? value.trim() : '';
    if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
    const { origin, pathname, username, password } = new URL(text);
    return username === '' && password === '' ? `${origin}${pathname}`.replace(/\/+(api\/v1\/*)?$/, '') : undefined;
  },
};

const token = secret('a token that nightjar token create printed');

/** The keys of `recorder`. */
export const RECORDER_FIELDS = { url, token } satisfies Fields;
/** The keys of `recordings`. */
export const RECORDINGS_FIELDS = { enabled: truth, path: absolutePath, maxGiB: whole(1, 100_000, 'GiB'), days: whole(1, 3650, 'days') } satisfies Fields;

const broker: Field<string> = {
  expected: 'the address of a broker, such as mqtt://192.168.1.10:1883',
  isSecret: true,
  read: (value) => (typeof value === 'string' && /^(mqtts?|wss?):\/\/[^\s@]+$/.test(value) ? value : undefined),
};

/** The keys of `mqtt`. */
export const MQTT_FIELDS = { broker, username: line(256), password: secret('the password at the broker') } satisfies Fields;
/** The keys of `overrides[]`. */
export const OVERRIDE_FIELDS = { camera: cameraId, ...FACE_FIELDS } satisfies Fields;

/** The keys of the entry itself, beside those that are Homebridge's. */
export const PLUGIN_FIELDS = {
  name: line(64),
  recorder: { ...mapping('a mapping with url and token'), also: ['url', 'token', 'host'] },
  cameras: { ...list('a list of cameras'), also: ['source', 'subSource'] },
  recordings: mapping('a mapping with enabled, path, maxGiB and days'),
  mqtt: mapping('a mapping with broker, username and password'),
  publish: word('auto', 'bridged', 'external'),
  defaults: { ...mapping('a mapping with settings for all cameras'), also: Object.keys(FACE_FIELDS) },
  overrides: list('a list of settings for single cameras'),
  armedSwitch: truth,
  diagnosticsPort: whole(1024, 65_535),
  ffmpeg: absolutePath,
} satisfies Fields;

/**
 * Reads one entry. Never throws.
 *
 * @returns What to work with, and one sentence for each thing that was left out, without secrets.
 */
export function readPluginConfig(config: unknown, facts: PluginFacts): { readonly config: PluginConfig; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const { platform: _platform, _bridge, ...entry } = isMapping(config) ? config : {};
  const top = readFields(PLUGIN_FIELDS, entry, '', problems);
  const own = readCameras(top.cameras ?? [], facts.known ?? [], problems);
  const isSaid = saysSomething(entry['cameras']);
  const wasOwn = !isSaid && wasEmptied(entry['cameras'], facts);
  const recorder = readRecorder(entry['recorder'], top.recorder, { isSaid, wasOwn, count: own.cameras.length }, problems);
  const isOwn = recorder.kind === 'embedded';
  if (recorder.kind === 'network')
    for (const key of OWN_RECORDER_KEYS.filter((each) => saysSomethingOf(entry[each])))
      problems.push(`"${key}" is left out: it is for the recorder that comes with the plugin, and "recorder" names another`);
  const defaults = faceFrom(readFields(FACE_FIELDS, top.defaults ?? {}, '"defaults"', problems));
  const { publish = 'auto' } = top;
  const read: PluginConfig = {
    name: top.name ?? 'Nightjar',
    recorder,
    cameras: isOwn ? own.cameras : [],
    isComplete: own.isComplete && (top.cameras !== undefined || !isSaid),
    recordings: readRecordings(top.recordings ?? {}, facts, problems),
    publish: publish === 'auto' ? autoPublish(facts) : publish,
    defaults: { ...FACE_DEFAULTS, ...defaults },
    overrides: readOverrides(top.overrides ?? [], isOwn ? own : undefined, problems),
    armedSwitch: top.armedSwitch ?? false,
    ...withoutAbsent({ mqtt: readMqtt(top.mqtt ?? {}, problems), diagnosticsPort: top.diagnosticsPort, ffmpeg: top.ffmpeg }),
  };
  return { config: read, problems };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** Forms leave an empty list where somebody deleted the last entry. */
const saysSomething = (cameras: unknown): boolean => isGiven(cameras) && !(Array.isArray(cameras) && cameras.length === 0);

/** What only our own recorder can be told. */
const OWN_RECORDER_KEYS = ['recordings', 'mqtt', 'ffmpeg'];

/** Forms leave an empty mapping where nobody wrote anything. */
const saysSomethingOf = (value: unknown): boolean => isGiven(value) && !(isMapping(value) && Object.values(value).every((each) => !isGiven(each)));

/** Who removes their last camera still has the recorder that kept its video, and Home must hear that it is gone. */
const wasEmptied = (cameras: unknown, { known = [] }: PluginFacts): boolean => cameras !== undefined && known.length > 0;

const autoPublish = ({ servesExternalsOnly }: PluginFacts): PluginConfig['publish'] => (servesExternalsOnly ? 'external' : 'bridged');

function readRecorder(
  given: unknown,
  mappingRead: Mapping | undefined,
  ownCameras: { readonly isSaid: boolean; readonly wasOwn: boolean; readonly count: number },
  problems: string[],
): RecorderChoice {
  const read = readFields(RECORDER_FIELDS, mappingRead ?? {}, '"recorder"', problems);
  const isUrlGiven = isGiven(isMapping(given) ? given['url'] : given);
  if (read.url !== undefined) {
    if (ownCameras.isSaid) problems.push('"cameras" is left out, because "recorder" names a recorder that has cameras of its own');
    if (read.token === undefined)
      problems.push('"recorder" has no "token": make one on the machine of the recorder with nightjar token create homebridge --role operator');
    return { kind: 'network', url: read.url, ...withoutAbsent({ token: read.token }) };
  }
  // Somebody who has a recorder must not be given a second one because of a slip of the pen.
  if (isUrlGiven) return { kind: 'none' };
  if (ownCameras.isSaid) return ownCameras.count > 0 ? { kind: 'embedded' } : { kind: 'none' };
  if (ownCameras.wasOwn && read.token === undefined) return { kind: 'embedded' };
  return { kind: 'find', ...withoutAbsent({ token: read.token }) };
}

const DEFAULT_MAX_GIB = 10;
const DEFAULT_DAYS = 7;

function readRecordings(given: Mapping, { storagePath }: PluginFacts, problems: string[]): RecordingSettings {
  const read = readFields(RECORDINGS_FIELDS, given, '"recordings"', problems);
  return {
    isEnabled: read.enabled ?? true,
    // Homebridge's own backups leave out folders of this name.
    path: read.path ?? join(storagePath, 'nightjar', 'recordings'),
    maxGiB: read.maxGiB ?? DEFAULT_MAX_GIB,
    days: read.days ?? DEFAULT_DAYS,
  };
}

function readMqtt(given: Mapping, problems: string[]): BrokerSettings | undefined {
  const read = readFields(MQTT_FIELDS, given, '"mqtt"', problems);
  if (read.broker === undefined) {
    if (read.username !== undefined || read.password !== undefined) problems.push('"mqtt" is left out: expected "broker" in it');
    return undefined;
  }
  const { username, password } = read;
  return { broker: read.broker, ...withoutAbsent({ username, password }) };
}

/** What is said of single cameras; `overrides` after what stands beside the camera. */
function readOverrides(entries: readonly unknown[], own: ReadCameras | undefined, problems: string[]): ReadonlyMap<string, Partial<FaceSettings>> {
  const overrides = new Map(own?.faces);
  const ids = own?.cameras.map(({ id }) => id);
  for (const [index, entry] of entries.entries()) {
    const where = `"overrides" entry ${index + 1}`;
    const { camera, ...face } = isMapping(entry) ? readFields(OVERRIDE_FIELDS, entry, where, problems) : {};
    if (camera === undefined) problems.push(`${where} is left out: expected the id of a camera as "camera"`);
    else if (ids !== undefined && !ids.includes(camera)) problems.push(`${where} is left out: ${noCamera(camera, ids)}`);
    else overrides.set(camera, { ...overrides.get(camera), ...faceFrom(face) });
  }
  return overrides;
}

/** Of a recorder that runs already only it knows the cameras. @returns A sentence for each override of a camera that it does not have. */
export const strangeOverrides = ({ overrides }: Pick<PluginConfig, 'overrides'>, ids: ReadonlySet<string>): readonly string[] =>
  [...overrides.keys()].filter((camera) => !ids.has(camera)).map((camera) => `"overrides" for "${camera}" count for nothing: ${noCamera(camera, [...ids])}`);

function noCamera(camera: string, ids: readonly string[]): string {
  const nearest = nearestWord(camera, ids);
  return `there is no camera "${camera}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`;
}
