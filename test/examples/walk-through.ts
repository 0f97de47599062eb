// Does what the README of an example says: its commands as they stand there, in a copy of its folder, and waits for what it says one sees.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '@nightjar/testkit';
import { root } from '../repo/repository.ts';

/** Cameras of the examples show somebody every twelve seconds. */
const SEEN_WITHIN_MS = 40_000;
const STOPS_WITHIN_MS = 10_000;
const POLL_MS = 50;
/** Ports of the examples: all below 19000, so that no other number is taken for one. */
const PORT = /\b18\d{3}\b/g;
/** `mosquitto_sub -W` ends so. */
const TIMED_OUT = 27;

/** Commands of one block, and what the block below says one sees. */
export interface Step {
  readonly script: string;
  /** Whether it goes on until somebody stops it. */
  readonly goesOn: boolean;
  readonly seen: readonly string[];
}

/** The blocks of a page: `sh`, `sh goes-on`, and `text` below either. */
export function stepsOf(page: string): readonly Step[] {
  const steps: Step[] = [];
  for (const [, language = '', text = ''] of page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)) {
    const last = steps.at(-1);
    if (language === 'text' && last !== undefined) steps[steps.length - 1] = { ...last, seen: [...last.seen, ...text.trimEnd().split('\n')] };
    if (/^sh( goes-on)?$/.test(language)) steps.push({ script: text, goesOn: language.endsWith('goes-on'), seen: [] });
  }
  return steps;
}

/** Folders of examples. */
export const exampleNames = (): readonly string[] => readdirSync(join(root, 'examples')).filter((name) => statSync(join(root, 'examples', name)).isDirectory());

/** How the copy differs from the example, beside its ports. */
export interface WalkThroughOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Changes files of the copy before anything is started. */
  readonly prepare?: (folder: string) => void;
}

/** One example, in a folder of its own and on ports of its own. Whatever it started is stopped at its end. */
export class WalkThrough implements AsyncDisposable {
  readonly folder: string;
  readonly steps: readonly Step[];
  readonly #home: string;
  readonly #ports: ReadonlyMap<string, string>;
  readonly #env: NodeJS.ProcessEnv;
  readonly #running = new Set<ChildProcess>();
  readonly #lines: string[] = [];

  private constructor(name: string, ports: ReadonlyMap<string, string>, options: WalkThroughOptions) {
    this.#home = mkdtempSync(join(tmpdir(), 'nightjar-example-'));
    this.#ports = ports;
    this.folder = join(this.#home, 'examples', name);
    mkdirSync(this.folder, { recursive: true });
    cpSync(join(root, 'examples', name), this.folder, { recursive: true, filter: isOfExample });
    for (const each of ['packages', 'node_modules']) symlinkSync(join(root, each), join(this.#home, each));
    for (const file of filesIn(this.folder)) writeFileSync(file, this.with(readFileSync(file, 'utf8')));
    options.prepare?.(this.folder);
    this.steps = stepsOf(readFileSync(join(this.folder, 'README.md'), 'utf8'));
    const path = [process.env['PATH'], '/usr/local/sbin', '/usr/sbin'].join(delimiter);
    this.#env = { ...process.env, PATH: path, HOME: this.#home, ...options.env };
  }

  /** A copy of an example on ports that are free now. */
  static async of(name: string, options: WalkThroughOptions = {}): Promise<WalkThrough> {
    const folder = join(root, 'examples', name);
    const written = new Set(filesIn(folder).flatMap((file) => readFileSync(file, 'utf8').match(PORT) ?? []));
    const free = await freePorts(written.size);
    return new WalkThrough(name, new Map([...written].map((port, index) => [port, String(free[index])])), options);
  }

  /** Does the steps from one to another, each once the one before showed what it should. */
  async walk(from = 0, to = this.steps.length): Promise<void> {
    for (const step of this.steps.slice(from, to)) await this.take(step);
  }

  /** Does one step. @throws Error where a command fails, or where something is not seen. */
  async take({ script, goesOn, seen }: Step): Promise<void> {
    const since = this.#lines.length;
    if (goesOn) this.start(script);
    else await this.run(script);
    for (const line of seen) await this.see(line, since);
  }

  /**
   * Starts what goes on.
   *
   * @param heard - Gets the lines it prints.
   */
  start(script: string, heard: string[] = []): ChildProcess {
    const cwd = script.startsWith('cd ') ? this.#home : this.folder;
    // A group of its own, so that all it started can be stopped.
    const child = spawn('sh', ['-e', '-c', this.with(script)], { cwd, env: this.#env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    for (const stream of [child.stdout, child.stderr]) this.#listen(stream, heard);
    return child;
  }

  /** Runs commands to their end. @returns What they printed, as lines. */
  async run(script: string): Promise<readonly string[]> {
    const heard: string[] = [];
    const [code] = (await once(this.start(script, heard), 'close')) as [number | null];
    if (code !== 0 && code !== TIMED_OUT) throw new Error(`${script} ended with ${code}:\n${heard.join('\n')}`);
    return heard;
  }

  /** Waits until something printed a line, in which `…` is anything, so many times. */
  async see(line: string, since = 0, times = 1): Promise<void> {
    const deadline = performance.now() + SEEN_WITHIN_MS;
    while (this.count(line, since) < times) {
      if (performance.now() > deadline) throw new Error(`not seen: ${this.with(line)}\nseen:\n${this.#lines.slice(since).join('\n')}`);
      await sleep(POLL_MS);
    }
  }

  /** How often a line was printed, in which `…` is anything. */
  count(line: string, since = 0): number {
    const parts = this.with(line).split('…');
    const pattern = new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
    return this.#lines.slice(since).filter((each) => pattern.test(each)).length;
  }

  /** Everything printed so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The text with the ports of this copy. */
  with(text: string): string {
    return text.replace(PORT, (port) => this.#ports.get(port) ?? port);
  }

  /** As Ctrl-C in its terminal. */
  async stop(child: ChildProcess): Promise<void> {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    const force = setTimeout(() => signalGroup(child, 'SIGKILL'), STOPS_WITHIN_MS);
    signalGroup(child, 'SIGINT');
    await gone;
    clearTimeout(force);
    // What it left behind in its group.
    signalGroup(child, 'SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((child) => this.stop(child)));
    rmSync(this.#home, { recursive: true, force: true });
  }

  #listen(stream: NodeJS.ReadableStream | null, heard: string[]): void {
    let rest = '';
    stream?.on('data', (text) => {
      const lines = `${rest}${String(text)}`.split('\n');
      rest = lines.pop() ?? '';
      this.#lines.push(...lines);
      heard.push(...lines);
    });
  }
}

/** Not what a run of the example in its place left behind. */
const isOfExample = (path: string): boolean => !['data', 'secrets', 'sounded.txt'].includes(basename(path));

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => isOfExample(name))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]));
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nobody of it is left.
  }
}

/** Ports of the loopback address nobody listens on, all different. */
