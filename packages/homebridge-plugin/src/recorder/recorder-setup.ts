// What our own recorder needs to be started: its files, an id, a port, a token, and a configuration that it takes.
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { RecorderClient } from '@nightjar/client';
import { isMapping } from '../config/fields.ts';
import type { EmbeddedCamera, PluginConfig } from '../config/plugin-config.ts';
import { type Log, withoutSecrets } from './child-log.ts';
import { findFfmpeg } from './ffmpeg-place.ts';
import { freePort } from './free-port.ts';
import type { RecorderHome, RecorderState } from './recorder-home.ts';
import { type Ended, runCommand, searchPath } from './recorder-process.ts';
import { neverKept, type RefusedPart, recorderYaml, usableCameras } from './recorder-yaml-policy.ts';

/** Where the recorder answers, and what lets us in. */
export interface RecorderAccess {
  readonly url: string;
  readonly token: string;
}

/** What the set-up follows from. */
export interface RecorderSetupOptions {
  readonly config: PluginConfig;
  /** `api.user.storagePath()`. */
  readonly storagePath: string;
  readonly log: Log;
  /** HomeKit id of the bridge: who the recorder is follows from it, so that cameras stay the same where the folder was lost. */
  readonly bridgeUsername?: string | undefined;
}

const TOKEN_NAME = 'homebridge';
const HEAD = '# Homebridge writes this file at each start; changes in it are lost. Say what you want in the settings of the plugin.\n';

/** The set-up of one recorder, from start to start. */
export class RecorderSetup {
  readonly #options: RecorderSetupOptions;
  readonly #home: RecorderHome;
  readonly #launcher: string;
  readonly #signal: AbortSignal;
  #cameras: readonly EmbeddedCamera[];
  #leftOut: readonly string[] = [];
  #state: RecorderState = { switchedOff: [] };

  /**
   * @param launcher - Path of `bin/nightjar`.
   * @param signal - Ends commands that run.
   */
  constructor(options: RecorderSetupOptions, home: RecorderHome, launcher: string, signal: AbortSignal) {
    this.#options = options;
    this.#home = home;
    this.#launcher = launcher;
    this.#signal = signal;
    this.#cameras = options.config.cameras;
  }

  /** Ids of cameras that the recorder refused. */
  get leftOut(): readonly string[] {
    return this.#leftOut;
  }

  /** Makes what lasts. @returns The folder of ffmpeg. @throws Error with one sentence where nothing can be written. */
  async prepare(): Promise<string | undefined> {
    const { config, log, bridgeUsername, storagePath } = this.#options;
    try {
      await this.#home.make();
      const before = await this.#home.readState();
      await this.#remember({ ...before, serverId: before.serverId ?? newServerId(bridgeUsername) });
    } catch (error) {
      throw new Error(`the recorder has no place for its files: ${reasonOf(error)}`);
    }
    const near = [storagePath, process.cwd(), import.meta.dirname];
    const found = await findFfmpeg({ setting: config.ffmpeg, path: searchPath(), linkFolder: join(this.#home.folder, 'bin'), near });
    if (found.problem !== undefined) log.warn(found.problem);
    return found.folder;
  }

  /** Writes the configuration. @throws Error where no port is free or nothing can be written. */
  async writeConfig(): Promise<void> {
    const { config, log, bridgeUsername } = this.#options;
    const { serverId = newServerId(bridgeUsername), port: before } = this.#state;
    const port = await freePort(before, Number.parseInt(hexOf(serverId), 16), this.#signal);
    if (before !== undefined && port !== before) log.warn(`port ${before} of the recorder is taken by another program; it listens on ${port} now`);
    await this.#remember({ ...this.#state, serverId, port });
    const yaml = recorderYaml(config, this.#cameras, { serverId, port });
    await this.#home.write(this.#home.configFile, `${HEAD}${JSON.stringify(yaml, undefined, 2)}\n`);
  }

  /** The token of the last start, or a new one. */
  async token(): Promise<string> {
    return (await this.#home.readToken()) ?? (await this.createToken());
  }

  /** Makes a token, beside a recorder that runs as well as before it ever did. @throws Error with one sentence. */
  async createToken(): Promise<string> {
    const words = ['token', 'create', TOKEN_NAME, '--role', 'operator', '--config', this.#home.configFile];
    const answer = await runCommand({ launcher: this.#launcher, words }, this.#signal);
    const token = answer.stdout.trim();
    const complaint = withoutSecrets(answer.complaint.replace(/^nightjar: /, ''));
    if (answer.code === 2) throw new Error(await this.leaveOutRefused(complaint));
    if (answer.code !== 0 || !/^njt_\S+$/.test(token)) throw new Error(whyOf(answer, complaint));
    await this.#home.writeToken(token);
    return token;
  }

  /**
   * The recorder takes its configuration whole or not at all, so what it refuses is told, and left out at the next start.
   *
   * @param words - What it said when it refused.
   * @returns Why it did not start.
   */
  async leaveOutRefused(words: string): Promise<string> {
    const answer = await runCommand({ launcher: this.#launcher, words: ['check-config', this.#home.configFile, '--json'] }, this.#signal);
    const usable = usableCameras(this.#cameras, refusedIn(answer.stdout));
    if (usable.problems.length === 0) return words === '' ? 'its configuration was refused' : words;
    for (const problem of usable.problems) this.#options.log.error(withoutSecrets(problem));
    this.#cameras = usable.cameras;
    this.#leftOut = [...this.#leftOut, ...usable.leftOut];
    return 'parts of its configuration were refused, and are left out now';
  }

  /** Switches recording off and on where the configuration says something else than at the last start. Never rejects. */
  async switchRecording({ url, token }: RecorderAccess): Promise<void> {
    const never = neverKept(this.#options.config, this.#cameras);
    const { switchedOff } = this.#state;
    const changed = this.#cameras.map(({ id }) => id).filter((id) => never.includes(id) !== switchedOff.includes(id));
    const client = new RecorderClient({ url, credentials: { token } });
    for (const id of changed) {
      const record = !never.includes(id);
      try {
        await client.setCameraControls(id, { record });
        const others = this.#state.switchedOff.filter((each) => each !== id);
        await this.#remember({ ...this.#state, switchedOff: record ? others : [...others, id] });
      } catch (error) {
        if (this.#signal.aborted) return;
        this.#options.log.warn(`recording of camera ${id} could not be switched ${record ? 'on' : 'off'} (${reasonOf(error)}); the next start tries again`);
      }
    }
  }

  async #remember(state: RecorderState): Promise<void> {
    if (JSON.stringify(state) !== JSON.stringify(this.#state)) await this.#home.writeState(state);
    this.#state = state;
  }
}

const hexOf = (text: string): string => createHash('sha256').update(text.toUpperCase()).digest('hex').slice(0, 8);

const newServerId = (bridgeUsername?: string): string => `homebridge-${bridgeUsername === undefined ? randomBytes(4).toString('hex') : hexOf(bridgeUsername)}`;

function refusedIn(text: string): readonly RefusedPart[] {
  try {
    return (JSON.parse(text) as { readonly problems: readonly RefusedPart[] }).problems;
  } catch {
    return [];
  }
}

/** Why a process ended, in one sentence. @param words - The last it said. */
export const whyOf = ({ code, reason }: Ended, words: string): string => reason ?? (words === '' ? `it ended with code ${code}` : words);

/** What an error says, without secrets. */
export const reasonOf = (error: unknown): string => withoutSecrets(isMapping(error) && typeof error['message'] === 'string' ? error['message'] : String(error));
