// What the bridge alone runs with: options go before the environment, that before the file, that before the defaults.
import { dirname, resolve } from 'node:path';
import { type MqttBridgeOptions, resolveOptions, type TlsMaterial } from '../options.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { LOG_LEVELS, type LogLevel } from './line-logger.ts';
import type { LookUp } from './looked-up-text.ts';
import type { Arguments } from './read-arguments.ts';
import { UsageProblem } from './usage-problem.ts';

/** All there is to know before connecting. */
export interface AloneSettings {
  readonly recorder: { readonly url: string; readonly token?: string };
  /** Where clients reach the recorder, if somebody said so. */
  readonly api?: string;
  readonly bridge: MqttBridgeOptions;
  readonly logLevel: LogLevel;
  readonly json: boolean;
  readonly check: boolean;
  /** What must never be seen. */
  readonly secrets: readonly string[];
}

/** Where settings come from beside the arguments. */
export interface SettingSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** @throws {Error} with a `code` where it cannot be read. */
  readBytes(path: string): Uint8Array;
}

const DEFAULTS = { recorder: 'http://127.0.0.1:8420', broker: 'mqtt://localhost:1883', prefix: 'homeassistant' };
const PREFIX = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/;
const FILES = ['ca', 'cert', 'key'] as const;

/** @throws {UsageProblem} with everything that is wrong. */
export function readSettings(given: Arguments, sources: SettingSources): AloneSettings {
  const { env, cwd } = sources;
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push((error as Error).message);
      return undefined;
    }
  };
  const word = (name: keyof Arguments): string | undefined => (typeof given[name] === 'string' ? given[name] : undefined);
  const configPath = word('config') === undefined ? undefined : resolve(cwd, word('config') ?? '');
  const folder = configPath === undefined ? cwd : dirname(configPath);
  const file: ConfigFile = configPath === undefined ? {} : (attempt(() => configOf(configPath, sources, problems)) ?? {});
  const { recorder = {}, mqtt = {} } = file;

  const from = (option: keyof Arguments, path: string | undefined): string | undefined =>
    word(option) === undefined ? (path === undefined ? undefined : resolve(folder, path)) : resolve(cwd, word(option) ?? '');
  const secretFile = (option: 'token-file' | 'password-file'): string | undefined => {
    const path = from(option, undefined);
    return path === undefined ? undefined : attempt(() => textOf(path, sources, `--${option}`));
  };
  const url = addressOf(word('recorder') ?? recorder.url ?? DEFAULTS.recorder, '--recorder', problems);
  const reachedAt = word('api') ?? recorder.api;
  const api = reachedAt === undefined ? undefined : addressOf(reachedAt, '--api', problems);
  const token = secretFile('token-file') ?? env['NIGHTJAR_TOKEN'] ?? recorder.token;
  const passwordPath = from('password-file', undefined);
  const password = secretFile('password-file') ?? env['MQTT_PASSWORD'] ?? mqtt.password;
  const username = env['MQTT_USERNAME'] ?? mqtt.username;
  const tls = Object.fromEntries(FILES.map((name) => [name, from(name, mqtt.tls?.[name])]));
  attempt(() => materialOf(tls, sources));
  if ((tls['cert'] === undefined) !== (tls['key'] === undefined)) problems.push('--cert and --key need each other');

  const level = word('log-level') ?? 'info';
  if (!isLevel(level)) problems.push(`--log-level must be one of ${LOG_LEVELS.join(', ')}`);
  const preview = word('preview-seconds') === undefined ? mqtt.publish?.previewSeconds : Number(word('preview-seconds'));
  if (preview !== undefined && !(preview >= 1 && preview <= 3600)) problems.push('--preview-seconds must be a number from 1 to 3600');
  if (given['home-assistant'] !== undefined && given['no-home-assistant'] !== undefined)
    problems.push('--home-assistant and --no-home-assistant exclude each other');
  const homeAssistant = {
    enabled: given['no-home-assistant'] === undefined && (given['home-assistant'] !== undefined || (mqtt.homeAssistant?.enabled ?? true)),
    prefix: word('home-assistant') ?? mqtt.homeAssistant?.prefix ?? DEFAULTS.prefix,
  };
  if (!PREFIX.test(homeAssistant.prefix)) problems.push('the prefix of --home-assistant must be levels of letters, digits, "_" and "-" with "/" between them');
  if (hasUser(word('broker'))) problems.push('--broker must not hold a user name or password; MQTT_USERNAME and MQTT_PASSWORD do');
  if (mqtt.broker === 'embedded') problems.push('mqtt.broker: the embedded broker runs in the recorder only; its address stands here');

  const bridge: MqttBridgeOptions = {
    broker: word('broker') ?? mqtt.broker ?? DEFAULTS.broker,
    ...defined({ base: word('base') ?? mqtt.base, clientId: word('client-id') ?? mqtt.clientId, username, previewSeconds: preview }),
    ...(password === undefined ? {} : { password: passwordPath === undefined ? password : () => textOf(passwordPath, sources, '--password-file') }),
    tls: () => materialOf(tls, sources),
    ...publishing(mqtt.publish),
    homeAssistant,
  };
  attempt(() => resolveOptions(bridge));
  if (problems.length > 0) throw new UsageProblem(problems);
  return {
    recorder: { url, ...(token === undefined ? {} : { token }) },
    ...(api === undefined ? {} : { api }),
    bridge,
    logLevel: isLevel(level) ? level : 'info',
    json: given.json === true,
    check: given.check === true,
    secrets: [token, password].filter((secret) => secret !== undefined),
  };
}

function configOf(path: string, sources: SettingSources, problems: string[]): ConfigFile {
  const folder = dirname(path);
  const lookUp: LookUp = { env: sources.env, readFile: (name) => textOf(resolve(folder, name), sources, 'the file') };
  const { config, problems: found } = readConfigFile(textOf(path, sources, '--config'), lookUp);
  problems.push(...found.map((problem) => `${path}: ${problem}`));
  return config;
}

const publishing = ({ statsSeconds, ...publish }: NonNullable<NonNullable<ConfigFile['mqtt']>['publish']> = {}): Partial<MqttBridgeOptions> =>
  defined({
    statsIntervalMs: statsSeconds === undefined ? undefined : statsSeconds * 1000,
    eventUpdates: publish.eventUpdates,
    snapshots: publish.snapshots,
    snapshotWidth: publish.pictureWidth,
    snapshotMaxBytes: publish.pictureMaxBytes,
    previewMaxFps: publish.previewMaxFps,
    previewMaxSeconds: publish.previewMaxSeconds,
    previewMaxCameras: publish.previewMaxCameras,
  });

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;

const isLevel = (text: string): text is LogLevel => LOG_LEVELS.some((level) => level === text);

function hasUser(address: string | undefined): boolean {
  const url = address === undefined ? null : URL.parse(address);
  return url !== null && (url.username !== '' || url.password !== '');
}

function addressOf(text: string, what: string, problems: string[]): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) problems.push(`${what} must look like http://host:8420 or https://host`);
  else if (hasUser(text)) problems.push(`${what} must not hold a user name or password; the token is read from NIGHTJAR_TOKEN or --token-file`);
  else return url.href.replace(/\/+$/, '');
  return text;
}

function bytesOf(path: string, { readBytes }: SettingSources, what: string): Uint8Array {
  try {
    return readBytes(path);
  } catch (error) {
    throw new TypeError(`${what}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
  }
}

function textOf(path: string, sources: SettingSources, what: string): string {
  return new TextDecoder().decode(bytesOf(path, sources, what)).replace(/\r?\n$/, '');
}

/** Read at each connection: renewed files count from the next attempt on. */
function materialOf(paths: Readonly<Record<string, string | undefined>>, sources: SettingSources): TlsMaterial {
  const read = FILES.map((name) => [name, paths[name]] as const).flatMap(([name, path]) =>
    path === undefined ? [] : [[name, bytesOf(path, sources, `--${name}`)] as const],
  );
  return Object.fromEntries(read);
}
