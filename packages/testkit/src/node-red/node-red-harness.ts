// A real Node-RED as a process with its own folder, for tests that deploy flows and look at what they do.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../processes/free-port.ts';
import { LineLog } from '../processes/line-log.ts';
import { type ProcessFacts, processFacts } from '../processes/process-facts.ts';
import { until, within } from '../processes/within.ts';
import { EditorChannel } from './editor-channel.ts';
import { type NodeRedVersion, nodeFor, nodeRedFolder } from './installed-node-red.ts';
import { HTTP_NODES_ROOT, writeNodeRedFolder } from './node-red-folder.ts';

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;
const USUAL_LIMIT_MS = 10_000;
const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json', 'Node-RED-API-Version': 'v2' };

/** What of the flows is restarted. */
export type DeployType = 'full' | 'nodes' | 'flows';

/** What to start. */
export interface NodeRedOptions {
  readonly version: NodeRedVersion;
  /** Folder of an unpacked package. */
  readonly palette: string;
  /** Path of the Node that runs it; default: as homes do. */
  readonly node?: string;
  /** Put over the usual ones, as JSON. */
  readonly settings?: object;
}

/** A folder in which Node-RED runs again and again. */
export class NodeRedHarness implements AsyncDisposable {
  readonly url: string;
  readonly path: string;
  readonly #options: NodeRedOptions;
  readonly #settings: string;
  readonly #log = new LineLog();
  readonly #channel = new EditorChannel();
  #child: ChildProcess | undefined;

  private constructor(options: NodeRedOptions, path: string, port: number) {
    this.#options = options;
    this.path = path;
    this.url = `http://127.0.0.1:${port}`;
    this.#settings = writeNodeRedFolder(path, options.palette, port, options.settings ?? {});
  }

  /** Makes the folder and starts; resolves once flows can be deployed. @throws Error with the log where it does not start. */
  static async start(options: NodeRedOptions): Promise<NodeRedHarness> {
    const path = mkdtempSync(join(tmpdir(), 'nightjar-node-red-'));
    try {
      const harness = new NodeRedHarness(options, path, await freePort());
      await harness.#start();
      return harness;
    } catch (error) {
      rmSync(path, { recursive: true, force: true });
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

  /** What the process holds now. @throws Error where it does not run. */
  facts(): ProcessFacts {
    const facts = processFacts(this.pid);
    if (facts === undefined) throw new Error(`Node-RED does not run; ${this.#log.end}`);
    return facts;
  }

  /**
   * Deploys as the editor does; resolves once the flows run.
   *
   * @param flows - Tabs and nodes; credentials in the node they belong to, as `credentials`.
   * @throws Error where Node-RED refuses, or does not know a type.
   */
  async deploy(flows: readonly object[], type: DeployType = 'full'): Promise<void> {
    this.#channel.expectDeployment();
    const headers = { ...JSON_HEADERS, 'Node-RED-Deployment-Type': type };
    const response = await this.request('/flows', { method: 'POST', headers, body: JSON.stringify({ flows }) });
    if (!response.ok) throw new Error(`Node-RED refused the flows with ${response.status}: ${await response.text()}`);
    const { rev } = (await response.json()) as { readonly rev: string };
    await this.eventually('the flows run', () => (this.#channel.hasDeployed(rev) ? true : undefined));
  }

  /** Presses the button of an inject node. @throws Error where there is none. */
  async inject(id: string): Promise<void> {
    const response = await this.request(`/inject/${id}`, { method: 'POST', headers: JSON_HEADERS, body: '{}' });
    if (!response.ok) throw new Error(`the inject node ${id} answered ${response.status}: ${await response.text()}`);
  }

  /** Asks for a path of the admin API; the nodes `http in` are below `/api`. */
  request(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.url}${path}`, init);
  }

  /** Sends a message into the node `http in` of a path, as JSON. @returns What `http response` says. @throws Error where it says nothing. */
  post(path: string, body: unknown, limitMs = 60_000): Promise<Response> {
    const signal = AbortSignal.timeout(limitMs);
    return this.request(`${HTTP_NODES_ROOT}${path}`, { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify(body), signal });
  }

  /** What the debug node of a name got since the first start, oldest first: complete messages where it shows these. */
  debug(name: string): readonly unknown[] {
    return this.#channel.debug(name);
  }

  /** The newest status of a node, as `green dot connected`; empty where it shows none. */
  status(id: string): string {
    return this.#channel.statuses(id).at(-1) ?? '';
  }

  /** Every status of a node since the start, oldest first. */
  statuses(id: string): readonly string[] {
    return this.#channel.statuses(id);
  }

  /** Waits until `look` finds something. @throws Error with the last lines of the log after `limitMs`, or where Node-RED ends. */
  eventually<T>(what: string, look: () => T | undefined, limitMs = USUAL_LIMIT_MS): Promise<T> {
    const lookWhileRunning = (): T | undefined => {
      const found = look();
      if (found === undefined && !this.isRunning) throw new Error(`Node-RED ended before this was so: ${what}; ${this.#log.end}`);
      return found;
    };
    return until(limitMs, () => `${what}; ${this.#log.end}`, lookWhileRunning);
  }

  /** Waits for a status. */
  async shows(id: string, status: string | RegExp, limitMs = USUAL_LIMIT_MS): Promise<void> {
    const fits = (): boolean => (typeof status === 'string' ? this.status(id) === status : status.test(this.status(id)));
    try {
      await this.eventually(`${id} shows ${status}`, () => (fits() ? true : undefined), limitMs);
    } catch (error) {
      throw new Error(`${id} shows ${this.status(id)}`, { cause: error });
    }
  }

  /** Stops it as a service manager does. @returns Its exit code. @throws Error where that takes more than 20 s. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    this.#channel.close();
    if (child === undefined || !this.isRunning) return child?.exitCode ?? null;
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill('SIGTERM');
    try {
      const [code] = await within(STOP_WITHIN_MS, 'stopping Node-RED', exit);
      return code;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Stops it and starts it again in its folder, with the flows it had. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#start();
  }

  /** Stops it and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stop();
    } finally {
      rmSync(this.path, { recursive: true, force: true });
    }
  }

  async #start(): Promise<void> {
    this.#log.clear();
    const { version, node = nodeFor(version) } = this.#options;
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = spawn(node, [join(nodeRedFolder(version), 'red.js'), '--userDir', this.path, '--settings', this.#settings], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env, NODE_ENV: 'production', LANG: 'en_US.UTF-8' },
      cwd: this.path,
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => this.#log.take(String(text)));
    this.#child = child;
    try {
      // The two come in either order.
      const isStarted = (): boolean => ['Started flows', 'Server now running'].every((words) => this.log.some((line) => line.includes(words)));
      await this.eventually('Node-RED is started', () => (isStarted() ? true : undefined), START_WITHIN_MS);
      await this.#channel.open(this.url);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }
}
