// The configuration in force: what the file says, what was changed over the API beside it, and reading the file again.
import type { ConfigEntry, ReloadReport } from '@nightjar/client';
import type { Config, MqttConfig } from '../config/config.ts';
import { diffConfigs } from '../config/config-diff.ts';
import type { ConfigProblem } from '../config/config-problem.ts';
import { loadConfigFile } from '../config/load-config.ts';
import { isEditable, SETTING_FIELDS, type SettingField, settingField, takeSetting } from '../config/setting-list.ts';
import { DetailedError } from '../errors/detailed-error.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import { within } from '../util/within.ts';
import type { CameraDesk } from './camera-desk.ts';
import type { Environment } from './environment.ts';
import { StoredSettings } from './stored-settings.ts';

/** A bridge that does not stop must not keep a reload. */
const HOOK_WITHIN_MS = 15_000;

/** What outside the recorder itself follows the configuration. Whoever starts it says so here; what nobody follows needs a new start. */
export interface ConfigHooks {
  logLevel?(level: Config['log']['level']): void;
  mqtt?(config: MqttConfig | undefined): Promise<void>;
  /** The file was read again: what it names, such as certificates, may have changed too. */
  reloaded?(): Promise<void>;
}

/** What the desk works with. */
export interface ConfigDeskOptions {
  /** What the file said when the recorder started. */
  readonly config: Config;
  readonly env: Environment;
  readonly alerts: AlertBoard;
  readonly hooks: ConfigHooks;
  cameras(): CameraDesk;
  /** Limits, areas and levels inside the recorder are these from now on. */
  apply(config: Config): Promise<void>;
}

/** Knows and changes the configuration, one change after the other. */
export class ConfigDesk {
  readonly #options: ConfigDeskOptions;
  readonly #stored: StoredSettings;
  /** As far as it is the file's. */
  #ofFile: Config;
  #inForce: Config;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ConfigDeskOptions) {
    this.#options = options;
    this.#ofFile = options.config;
    this.#inForce = options.config;
    const { env, alerts } = options;
    this.#stored = new StoredSettings({ env, alerts, onRead: () => this.#inTurn(() => this.#take(this.#ofFile)) });
  }

  /** What is in force; settings that need a new start are those of the last one. */
  get config(): Config {
    return this.#inForce;
  }

  /** Whether what was set over the API is known. Until then nothing may be deleted by a limit that it might have changed. */
  get isRead(): boolean {
    return this.#stored.isRead;
  }

  /** Takes what was set over the API; where the database does not answer, once it does. Never rejects. */
  start(): Promise<void> {
    return this.#stored.read();
  }

  stop(): void {
    this.#stored.stop();
  }

  /** @throws RecorderError `CONFIG_INVALID` with every problem of the file; nothing changed then. */
  reload(): Promise<ReloadReport> {
    return this.#inTurn(async () => {
      const { env, hooks, cameras } = this.#options;
      const loaded = loadConfigFile({ file: this.#ofFile.file, world: env.configWorld });
      if ('problems' in loaded) throw new DetailedError('CONFIG_INVALID', loaded.problems.map(detailOf));
      const before = this.#inForce;
      const { settings, needsRestart } = await this.#take(loaded.config);
      const changes = await cameras().takeFile(loaded.config.cameras);
      await this.#hook('what follows a reload', () => hooks.reloaded?.());
      for (const name of needsRestart) env.log.warn(`${name} changed: it takes effect when the recorder starts again`);
      const counts = Object.entries(changes).flatMap(([what, ids]: readonly [string, readonly string[]]) =>
        ids.length === 0 ? [] : [`${what} ${ids.join(', ')}`],
      );
      const said = [...counts, ...(settings.length === 0 ? [] : [`took over ${settings.join(', ')}`])];
      env.log.info(`read ${before.file} again: ${said.length === 0 ? 'nothing to do' : said.join('; ')}`);
      return { ...changes, settings, needsRestart };
    });
  }

  entries(): readonly ConfigEntry[] {
    return SETTING_FIELDS.map((field) => this.#entry(field));
  }

  /** @throws RecorderError `CONFIG_NOT_FOUND`. */
  entry(name: string): ConfigEntry {
    const field = settingField(name);
    if (field === undefined) throw new RecorderError('CONFIG_NOT_FOUND', `there is no setting ${JSON.stringify(name)} beside the cameras`);
    return this.#entry(field);
  }

  /** @throws RecorderError `CONFIG_NOT_FOUND`, `CONFIG_PROVISIONED`, `CONFIG_INVALID`, `DATABASE_BUSY`, `DATABASE_FAILED`. */
  set(name: string, value: unknown): Promise<ConfigEntry> {
    return this.#inTurn(async () => {
      const { provisioned, editable, default: byDefault } = this.entry(name);
      if (provisioned) throw new RecorderError('CONFIG_PROVISIONED', `${name} stands in the configuration file; change it there and reload`);
      if (!editable) throw new RecorderError('CONFIG_PROVISIONED', `${name} takes effect when the recorder starts, so it is set in the configuration file`);
      const taken = takeSetting(this.#ofFile, name, value, this.#options.env.configWorld);
      if ('problems' in taken) throw new DetailedError('CONFIG_INVALID', taken.problems);
      await this.#stored.put(name, value === byDefault ? undefined : value);
      await this.#take(this.#ofFile);
      this.#options.env.log.info(`${name} was set over the API`, { value });
      return this.entry(name);
    });
  }

  /** Puts a configuration in force, as far as that needs no new start. */
  async #take(file: Config): Promise<Pick<ReloadReport, 'settings' | 'needsRestart'>> {
    const { hooks, apply } = this.#options;
    const before = this.#inForce;
    const wanted = this.#withStored(file);
    const changed = diffConfigs({ ...before, cameras: [] }, { ...wanted, cameras: [] });
    const areas = areasInForce(before, wanted);
    const followsMqtt = hooks.mqtt !== undefined;
    this.#ofFile = file;
    this.#inForce = {
      ...before,
      retention: wanted.retention,
      triggers: { ...wanted.triggers, socket: before.triggers.socket, tcp: before.triggers.tcp, lines: before.triggers.lines },
      log: wanted.log,
      cameras: wanted.cameras,
      written: wanted.written,
      storage: { ...before.storage, areas },
    };
    if (followsMqtt) this.#inForce = withMqtt(this.#inForce, wanted.mqtt);
    await apply(this.#inForce);
    hooks.logLevel?.(wanted.log.level);
    const live = changed.restartServer.filter((name) => (followsMqtt && /^mqtt(\.|$)/.test(name)) || (isArea(name) && areasAgree(areas, wanted)));
    if (live.some((name) => name.startsWith('mqtt'))) await this.#hook('MQTT', () => hooks.mqtt?.(wanted.mqtt));
    return { settings: [...changed.update, ...live].sort(), needsRestart: changed.restartServer.filter((name) => !live.includes(name)) };
  }

  #withStored(file: Config): Config {
    const { env, alerts } = this.#options;
    let config = file;
    for (const [name, value] of this.#stored.values) {
      const alert = `setting-invalid-${name}`;
      const taken = Object.hasOwn(file.written, name) ? { config } : takeSetting(config, name, value, env.configWorld);
      if ('config' in taken) {
        config = taken.config;
        alerts.clear(alert);
      } else {
        const why = taken.problems.map(({ message }) => message).join('; ');
        alerts.raise({ id: alert, level: 'warning', text: `${name} as it was set over the API is not valid any more, so its default is in force: ${why}` });
      }
    }
    return config;
  }

  #entry({ name, node }: SettingField): ConfigEntry {
    const { written, server } = this.#ofFile;
    const provisioned = Object.hasOwn(written, name);
    const byDefault = node.default ?? ({ 'server.id': server.id, 'server.name': server.name } as Readonly<Record<string, unknown>>)[name] ?? null;
    const stored = this.#stored.values;
    const value = provisioned ? written[name] : stored.has(name) ? stored.get(name) : byDefault;
    return { name, value, default: byDefault, provisioned, editable: !provisioned && isEditable(name), description: node.description ?? '' };
  }

  async #hook(what: string, run: () => Promise<void> | undefined): Promise<void> {
    const { env } = this.#options;
    const running = Promise.resolve(run()).catch((error: unknown) =>
      env.log.error(`${what} failed: ${error instanceof Error ? error.message : String(error)}`),
    );
    if (!(await within(env.clock, HOOK_WITHIN_MS, running))) env.log.warn(`${what} takes long; it goes on by itself`);
  }

  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(job);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

const isArea = (name: string): boolean => /^storage\.areas(\[|\.|$)/.test(name);

/** New areas and other limits are taken over; an area that is gone or moved stays until the recorder starts again, since events are in it. */
function areasInForce({ storage: { areas: before } }: Config, { storage: { areas: wanted } }: Config): Config['storage']['areas'] {
  const kept = before.map((area) => wanted.find(({ id, path }) => id === area.id && path === area.path) ?? area);
  return [...kept, ...wanted.filter(({ id }) => !kept.some((area) => area.id === id))];
}

const areasAgree = (areas: Config['storage']['areas'], { storage: { areas: wanted } }: Config): boolean =>
  areas.length === wanted.length && areas.every((area) => wanted.includes(area));

const withMqtt = ({ mqtt: _before, ...config }: Config, mqtt: MqttConfig | undefined): Config => (mqtt === undefined ? config : { ...config, mqtt });

const detailOf = ({ path, line, column, message, nearest }: ConfigProblem) => ({
  path,
  message: `line ${line}, column ${column}: ${message}${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
});
