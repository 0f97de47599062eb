// What Home Assistant and the topic table ask of discovery messages: the JSON Schema beside this file, and what no schema can say.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { COMMANDS, commandAddress, TOPICS, type TopicSpec } from '../src/topics.ts';

/** A message as it was published. */
export interface Announced {
  readonly topic: string;
  readonly payload: unknown;
}

const MAX_BYTES = 10_000;

/** Units that go with a device class of sensors and numbers. A class that is not here is unknown to this check, and none that has no unit may have one. */
const UNITS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  data_rate: ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'B/s', 'kB/s', 'MB/s', 'GB/s', 'KiB/s', 'MiB/s', 'GiB/s'],
  data_size: ['bit', 'kbit', 'Mbit', 'Gbit', 'B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'],
  timestamp: [undefined],
};

type Fields = Readonly<Record<string, unknown>>;

const schema = JSON.parse(readFileSync(new URL('home-assistant-discovery.schema.json', import.meta.url), 'utf8')) as object;
const validate = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false }).compile(schema);

/** What is wrong with one payload by the schema; each a line. */
export function schemaProblems(payload: unknown): readonly string[] {
  return validate(payload) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** What is wrong with messages that are published in this order; each a line. */
export function discoveryProblems(messages: readonly Announced[], base: string): readonly string[] {
  const published = new Set<string>();
  const problems = messages.flatMap(({ topic, payload }) => {
    const root = fields(payload);
    const own = [fields(root['device'])['identifiers']].flat().map(String);
    const found = [...messageProblems(topic, root, base), ...viaProblems(fields(root['device'])['via_device'], own, published)];
    for (const id of own) published.add(id);
    return found.map((problem) => `${topic}: ${problem}`);
  });
  return [
    ...problems,
    ...repeated(
      'topic',
      messages.map(({ topic }) => topic),
    ),
    ...repeated(
      'identifier',
      messages.flatMap(({ payload }) => [fields(fields(payload)['device'])['identifiers']].flat().map(String)),
    ),
    ...repeated(
      'unique id',
      messages.flatMap(({ payload }) => componentsOf(fields(payload)).flatMap(([, { unique_id: id }]) => (id === undefined ? [] : [String(id)]))),
    ),
  ];
}

function messageProblems(topic: string, root: Fields, base: string): readonly string[] {
  const bytes = Buffer.byteLength(JSON.stringify(root));
  return [
    ...(/^[^+#]+\/device\/[A-Za-z0-9_-]+\/config$/.test(topic) ? [] : ['is no discovery topic']),
    ...(bytes < MAX_BYTES ? [] : [`has ${bytes} bytes`]),
    ...schemaProblems(root),
    ...topicProblems('', { platform: '', ...root, components: {}, device: {} }, base),
    ...componentsOf(root).flatMap(([key, component]) => [...valueProblems(key, component), ...topicProblems(key, component, base)]),
  ];
}

function valueProblems(key: string, component: Fields): readonly string[] {
  const { min, max, device_class: kind, unit_of_measurement: unit, state_class: state } = component;
  const units = typeof kind === 'string' && ['sensor', 'number'].includes(String(component['platform'])) ? (UNITS[kind] ?? []) : [unit];
  return [
    ...(typeof min === 'number' && typeof max === 'number' && min > max ? [`${key}: min is above max`] : []),
    ...(units.includes(unit as string | undefined) ? [] : [`${key}: ${String(unit)} is no unit of ${String(kind)}`]),
    ...(kind === 'timestamp' && state !== undefined ? [`${key}: a timestamp has no state class`] : []),
  ];
}

function topicProblems(key: string, component: Fields, base: string): readonly string[] {
  return Object.entries(component).flatMap(([option, value]): readonly string[] => {
    if (option === 'availability')
      return [value].flat().flatMap((entry) => heardProblems(`${key} availability`, String(fields(entry)['topic']), 'state', base));
    if (!/(^|_)topic$/.test(option)) return [];
    if (/(^|_)command_topic$/.test(option)) return isObeyed(String(value), base) ? [] : [`${key}: nobody listens on ${String(value)}`];
    const { platform } = component;
    const kind = { event: 'event', device_automation: 'event', camera: 'picture', image: 'picture' }[String(platform)] ?? 'state';
    return heardProblems(key, String(value), kind, base);
  });
}

function isObeyed(topic: string, base: string): boolean {
  const address = commandAddress(base, topic);
  return address !== undefined && (COMMANDS[address.kind].names as readonly string[]).includes(address.name);
}

function heardProblems(key: string, topic: string, kind: string, base: string): readonly string[] {
  const spec = Object.values<TopicSpec>(TOPICS).find((candidate) => matches(candidate, topic, base));
  if (!spec) return [`${key}: nothing is published on ${topic}`];
  return [
    ...(spec.retain === (kind !== 'event') ? [] : [`${key}: ${topic} is ${spec.retain ? '' : 'not '}retained`]),
    ...((spec.contentType === 'image/jpeg') === (kind === 'picture') ? [] : [`${key}: ${topic} holds ${spec.payload}`]),
  ];
}

function matches({ pattern, names }: TopicSpec, topic: string, base: string): boolean {
  const levels = topic.slice(base.length + 1).split('/');
  const wanted = pattern.split('/');
  return (
    topic.startsWith(`${base}/`) &&
    levels.length === wanted.length &&
    wanted.every((level, index) => (level === '<name>' ? (names?.includes(levels[index] ?? '') ?? true) : level.startsWith('<') || level === levels[index]))
  );
}

function viaProblems(via: unknown, own: readonly string[], published: ReadonlySet<string>): readonly string[] {
  if (via === undefined) return [];
  if (own.includes(String(via))) return ['is behind itself'];
  return published.has(String(via)) ? [] : [`${String(via)}, which it is behind, is not published before`];
}

function repeated(what: string, values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))].map((value) => `${what} ${value} is there more than once`);
}

function componentsOf(root: Fields): readonly (readonly [string, Fields])[] {
  return Object.entries(fields(root['components'])).map(([key, component]) => [key, fields(component)]);
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
