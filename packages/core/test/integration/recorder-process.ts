// A whole recorder as a process with its own folder, for tests that do to it what the world does.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Health, LoginTokens } from '@nightjar/client';
import Database from 'better-sqlite3';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** On a machine that is busy with other tests. */
const START_WITHIN_MS = 30_000;
const POLL_MS = 50;

/** A row of the events, as far as these tests look. */
export interface StoredEvent {
  readonly id: number;
  readonly camera_id: string;
  readonly state: string;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly frames: number;
  readonly size_bytes: number;
  readonly directory: string;
  readonly recovered: number;
  readonly has_snapshot: number;
}

/** A row of the gap ledger. */
export interface StoredGap {
  readonly camera_id: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly reason: string;
}

/** How a recorder is configured. */
export interface RecorderFolderOptions {
  /** YAML of the cameras, as list items. */
  readonly cameras: string;
  /** Where events go; default inside the folder. */
  readonly area?: string;
  readonly syncIntervalMs?: number;
  /** YAML of other sections, as lines. */
  readonly more?: readonly string[];
  /** Where it listens again after each start; default: any. */
  readonly port?: number;
}

/** Waits until `look` gives something. @throws Error after `limitMs`, with what was found last. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined> | T | undefined, limitMs = 10_000): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`within ${limitMs} ms this did not happen: ${what}`);
    await sleep(POLL_MS);
  }
}

/** A folder with a configuration, in which a recorder runs again and again. */
export class RecorderFolder implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), 'nightjar-recorder-'));
  readonly area: string;
  readonly database = join(this.path, 'data', 'nightjar.db');
  #child: ChildProcess | undefined;
  #url = '';
  #written = '';
  #said = '';
  #token = '';

  constructor({ cameras, area, syncIntervalMs = 5000, more = [], port = 0 }: RecorderFolderOptions) {
    this.area = area ?? join(this.path, 'data', 'events');
    const lines = [
      'server: { id: rec1, name: Recorder }',
      `http: { host: 127.0.0.1, port: ${port} }`,
      `database: { url: "sqlite:${this.database}" }`,
      `storage: { syncIntervalMs: ${syncIntervalMs}, areas: [ { id: default, path: "${this.area}", scheme: medium, minFree: 5% } ] }`,
      ...more,
      `cameras:\n${cameras}`,
    ];
    writeFileSync(join(this.path, 'nightjar.yaml'), `${lines.join('\n')}\n`);
  }

  /** What the recorder wrote to stderr so far. */
  get log(): string {
    return this.#written;
  }

  /** Starts it; resolves once it says where it listens. */
  async start(): Promise<void> {
    const child = this.#spawn('start', '--config', 'nightjar.yaml');
    let said = '';
    child.stdout?.on('data', (text) => {
      said += String(text);
      this.#said += String(text);
    });
    child.stderr?.on('data', (text) => (this.#written += String(text)));
    this.#child = child;
    this.#url = await eventually(
      'the recorder listens',
      () => {
        if (child.exitCode !== null) throw new Error(`the recorder ended: ${this.#written}`);
        return /listening on (\S+)/.exec(said)?.[1];
      },
      START_WITHIN_MS,
    );
  }

  /** Sends a signal that is not to end it. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** As `kill -9`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As a service manager stops it. @returns Its exit code and how long that took, in ms. */
  async stop(): Promise<{ readonly code: number | null; readonly tookMs: number }> {
    const beganMs = performance.now();
    const code = await this.#end('SIGTERM');
    return { code, tookMs: performance.now() - beganMs };
  }

  /** Runs another command of the recorder in its folder, to its end. */
  async run(...words: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
    const child = this.#spawn(...words, '--config', 'nightjar.yaml');
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said };
  }

  /** Of the recorder while it runs. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** What anybody is told, also while no account can be looked up. */
  async status(): Promise<Health['status']> {
    const response = await fetch(`${this.#url}/api/v1/health`);
    return ((await response.json()) as Health).status;
  }

  /** Where it is reached, and an access token of its administrator. */
  async session(): Promise<{ readonly url: string; readonly token: string }> {
    if (this.#token === '') this.#token = await this.#logIn();
    return { url: this.#url, token: this.#token };
  }

  async health(): Promise<Health> {
    const { url, token } = await this.session();
    const response = await fetch(`${url}/api/v1/health`, { headers: { authorization: `Bearer ${token}` } });
    return (await response.json()) as Health;
  }

  /** Asks the API as the first account. */
  async ask(path: string, { method = 'GET', body }: { readonly method?: string; readonly body?: unknown } = {}): Promise<Response> {
    if (this.#token === '') this.#token = await this.#logIn();
    const headers = { authorization: `Bearer ${this.#token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    return fetch(`${this.#url}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  }

  /** Where it listens. */
  get url(): string {
    return this.#url;
  }

  /** Of the account `admin`, as the first start told it. */
  password(): Promise<string> {
    return eventually('the first password is told', () => /([a-z2-9]{5}(?:-[a-z2-9]{5}){3})/.exec(this.#said)?.[1]);
  }

  async #logIn(): Promise<string> {
    const password = await this.password();
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.#url}/api/v1/auth/login`, { method: 'POST', headers, body: JSON.stringify({ name: 'admin', password }) });
    if (!response.ok) throw new Error(`the login was refused: ${await response.text()}`);
    return ((await response.json()) as LoginTokens).accessToken;
  }

  /** Ids of the alerts that are open. */
  async problems(): Promise<readonly string[]> {
    return (await this.health()).problems.map(({ id }) => id);
  }

  /** Every event, by start. */
  events(): readonly StoredEvent[] {
    return this.#query<StoredEvent>('select * from events order by camera_id, start_ms');
  }

  gaps(): readonly StoredGap[] {
    return this.#query<StoredGap>('select * from gaps order by from_ms');
  }

  /** Every video in the area, by path. */
  videos(): readonly string[] {
    return readdirSync(this.area, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('-video.mp4'));
  }

  videoOf({ id, directory }: StoredEvent): string {
    return join(this.area, directory, `${id}-video.mp4`);
  }

  /** Whether the pictures of an event are where its row says. */
  hasPicture(event: StoredEvent): boolean {
    return event.has_snapshot === 1 && existsSync(join(this.area, event.directory, 'snapshot.jpg'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGKILL');
    rmSync(this.path, { recursive: true, force: true });
  }

  #spawn(...words: readonly string[]): ChildProcess {
    return spawn(process.execPath, ['--conditions=source', '--no-warnings', MAIN, ...words], { cwd: this.path, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  #query<Row>(sql: string): readonly Row[] {
    const database = new Database(this.database, { readonly: true, timeout: 2000 });
    try {
      return database.prepare(sql).all() as Row[];
    } finally {
      database.close();
    }
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }
}

/** What a file's video packets say; times in seconds. */
export interface ProbedVideo {
  readonly durationSeconds: number;
  readonly frames: number;
  readonly startsWithKey: boolean;
  readonly isMonotonic: boolean;
  /** Whether the tables come before the media. */
  readonly isFastStart: boolean;
}

/** Opens a file as any player would. @throws Error where that fails. */
export function probeVideo(path: string): ProbedVideo {
  const entries = 'format=duration:packet=dts_time,flags';
  const { stdout, stderr, status } = spawnSync('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_entries', entries, '-of', 'json', path], {
    encoding: 'utf8',
  });
  if (status !== 0 || stderr !== '') throw new Error(`ffprobe refuses ${path}: ${stderr}`);
  const { packets, format } = JSON.parse(stdout) as { packets: { dts_time: string; flags: string }[]; format: { duration: string } };
  const times = packets.map(({ dts_time: time }) => Number(time));
  const head = readFileSync(path).subarray(0, 4096).toString('latin1');
  return {
    durationSeconds: Number(format.duration),
    frames: packets.length,
    startsWithKey: packets[0]?.flags.startsWith('K') === true,
    isMonotonic: times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0)),
    isFastStart: head.includes('moov') && !head.includes('mvex'),
  };
}

/** A hash of every frame's coded picture, in order; parameter sets and the like, which transports add, don't count. */
export function frameHashes(path: string): readonly string[] {
  const args = [
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0:v:0',
    '-c',
    'copy',
    '-bsf:v',
    'h264_mp4toannexb,filter_units=pass_types=1-5',
    '-f',
    'framehash',
    '-hash',
    'md5',
    '-',
  ];
  const { stdout } = spawnSync('ffmpeg', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',').at(-1)?.trim() ?? '');
}
