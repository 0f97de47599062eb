// A real Homebridge as a process with its own folder, for tests that do to a plugin what homes do.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LineLog } from '../processes/line-log.ts';
import { type ProcessFacts, processFacts, processTree } from '../processes/process-facts.ts';
import { until, within } from '../processes/within.ts';
import { HapClient } from './hap-client.ts';
import { BRIDGE_NAME, type BridgeChoice, type BridgePlace, CHILD_BRIDGE_NAME, type HomebridgeFolder, writeHomebridgeFolder } from './homebridge-folder.ts';

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;
const CHILDREN_GONE_WITHIN_MS = 5000;
const HOST = '127.0.0.1';

/** What to start. */
export interface HomebridgeOptions extends BridgeChoice {
  /** A built plugin; `name` where its folder is not called as the package. */
  readonly plugin: { readonly folder: string; readonly name?: string };
  /** One entry of `platforms`. */
  readonly platform: Readonly<Record<string, unknown>>;
  /** Logs details too. Default false. */
  readonly debug?: boolean;
}

/** An accessory that is paired by itself. */
export interface ExternalAccessory extends BridgePlace {
  readonly name: string;
}

/** A folder in which Homebridge runs again and again. */
export class HomebridgeHarness implements AsyncDisposable {
  readonly path: string;
  readonly #options: HomebridgeOptions;
  readonly #folder: HomebridgeFolder;
  #child: ChildProcess | undefined;
  readonly #log = new LineLog();

  private constructor(path: string, options: HomebridgeOptions, folder: HomebridgeFolder) {
    this.path = path;
    this.#options = options;
    this.#folder = folder;
  }

  /** Makes the folder and starts; resolves once the plugin's bridge can be paired. @throws Error with the log where it does not start. */
  static async start(options: HomebridgeOptions): Promise<HomebridgeHarness> {
    const path = mkdtempSync(join(tmpdir(), 'nightjar-homebridge-'));
    try {
      const folder = await writeHomebridgeFolder(path, options.plugin, options.platform, options);
      const harness = new HomebridgeHarness(path, options, folder);
      await harness.start();
      return harness;
    } catch (error) {
      rmSync(path, { recursive: true, force: true });
      throw error;
    }
  }

  /** Starts it again in its folder. */
  async start(): Promise<void> {
    this.#log.clear();
    const program = join(dirname(createRequire(import.meta.url).resolve('homebridge')), '..', 'bin', 'homebridge.js');
    const args = ['--no-warnings', program, '-U', this.path, '-P', this.#folder.pluginsPath, '--strict-plugin-resolution', '-Q', '-T'];
    const child = spawn(process.execPath, [...args, ...(this.#options.debug === true ? ['-D'] : [])], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => this.#log.take(String(text)));
    this.#child = child;
    try {
      await this.waitForLog(this.#readyPattern(), START_WITHIN_MS);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** Its lines since it was started last, without colours. */
  get log(): readonly string[] {
    return this.#log.lines;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The bridge that carries the plugin's accessories. */
  get bridge(): BridgePlace {
    return this.#folder.child ?? this.#folder.main;
  }

  /** Accessories that were published by themselves, as the log names them. */
  get externals(): readonly ExternalAccessory[] {
    return this.#log.lines.flatMap((line) => {
      const [, name, port] = /^(?:\[[^\]]*\] )?(?!Homebridge v)(.+) is running on port (\d+)\.$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, port: Number(port), setupCode: this.bridge.setupCode }];
    });
  }

  /** Pairs with the bridge. */
  pair(): Promise<HapClient> {
    return HapClient.pair(HOST, this.bridge.port, this.bridge.setupCode);
  }

  /** Pairs with an accessory of its own, once it is published; its name begins with `name`. */
  async pairExternal(name: string, limitMs = START_WITHIN_MS): Promise<HapClient> {
    const { port, setupCode } = await this.external(name, limitMs);
    return HapClient.pair(HOST, port, setupCode);
  }

  /** Waits until an accessory of its own is published. */
  external(name: string, limitMs = START_WITHIN_MS): Promise<ExternalAccessory> {
    return this.eventually(`${name} is published`, () => this.externals.find((accessory) => accessory.name.startsWith(name)), limitMs);
  }

  /** The first line that fits, of those since the start, or since the line `after`. @throws Error with the last lines where none comes. */
  waitForLog(pattern: RegExp, limitMs: number, after = 0): Promise<string> {
    return this.eventually(`the log says ${pattern}`, () => this.#log.lines.slice(after).find((line) => pattern.test(line)), limitMs);
  }

  /** Waits until `look` finds something. @throws Error with the last lines of the log after `limitMs`, or where Homebridge ends. */
  eventually<T>(what: string, look: () => T | undefined, limitMs: number): Promise<T> {
    const lookWhileRunning = (): T | undefined => {
      const found = look();
      if (found === undefined && !this.isRunning) throw new Error(`Homebridge ended before this was so: ${what}; ${this.#log.end}`);
      return found;
    };
    return until(limitMs, () => `${what}; ${this.#log.end}`, lookWhileRunning);
  }

  /** Homebridge and everything it started. */
  processes(): readonly ProcessFacts[] {
    return processTree(this.pid);
  }

  /** The process that carries the plugin. @throws Error where it does not run. */
  plugin(): ProcessFacts {
    const [own, ...others] = this.processes();
    const found = this.#folder.child === undefined ? own : others.find(({ command }) => command.includes('homebridge:') || command.includes('childBridge'));
    if (found === undefined) throw new Error(`no process carries the plugin; there are ${[own, ...others].map((facts) => facts?.command).join('; ')}`);
    return found;
  }

  /** Changes the platform's configuration for the next start. */
  configure(change: (platform: Record<string, unknown>) => Record<string, unknown>): void {
    const file = join(this.path, 'config.json');
    const config = JSON.parse(readFileSync(file, 'utf8')) as { platforms: Record<string, unknown>[] };
    writeFileSync(file, JSON.stringify({ ...config, platforms: config.platforms.map(change) }, undefined, 2));
  }

  /**
   * Stops it as a service manager does.
   *
   * @returns How long that took, in ms.
   * @throws Error where it takes more than 10 s, or a process it started is still there 5 s later.
   */
  async stop(): Promise<number> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return 0;
    const tree = this.processes();
    const beganMs = performance.now();
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    try {
      await within(STOP_WITHIN_MS, 'stopping Homebridge', exit);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    const tookMs = performance.now() - beganMs;
    await this.#expectGone(tree);
    return tookMs;
  }

  /** As `kill -9`. What it started has to end by itself. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Stops it and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stop();
    } finally {
      rmSync(this.path, { recursive: true, force: true });
    }
  }

  #readyPattern(): RegExp {
    const { bridge = 'main', externalsOnly = false } = this.#options;
    if (externalsOnly) return /is running on port|externalsOnly mode/;
    const name = bridge === 'child' ? CHILD_BRIDGE_NAME : BRIDGE_NAME;
    return new RegExp(`\\(${name}[^)]*\\) is running on port`);
  }

  async #expectGone(tree: readonly ProcessFacts[]): Promise<void> {
    const left = (): readonly ProcessFacts[] => tree.filter(({ pid, command }) => processFacts(pid)?.command === command);
    try {
      await until(
        CHILDREN_GONE_WITHIN_MS,
        () => 'nothing left of Homebridge',
        () => (left().length === 0 ? true : undefined),
      );
    } catch (error) {
      const names = left().map(({ pid, command }) => `${pid} ${command}`);
      for (const { pid } of left()) process.kill(pid, 'SIGKILL');
      throw new Error(`Homebridge left processes behind: ${names.join('; ')}`, { cause: error });
    }
  }
}
