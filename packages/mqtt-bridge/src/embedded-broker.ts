// Starts, watches and stops the embedded broker in a process of its own.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { BROKER_LIMITS, type BrokerLimits } from './broker-limits.ts';
import type { BrokerSetup, FromBroker, HashedUser, ToBroker } from './broker-messages.ts';
import { type BrokerUser, checkBrokerOptions, checkUsers, type EmbeddedBrokerOptions, RECORDER_USER } from './broker-options.ts';
import { CalmLogger, SILENT } from './logger.ts';
import { hashPassword } from './login-book.ts';

/** What the recorder connects with. */
export interface BrokerCredentials {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** The broker could not be started; the message is one sentence. */
export class BrokerError extends Error {
  readonly code: 'LISTEN_FAILED' | 'BROKER_FAILED';

  constructor(code: 'LISTEN_FAILED' | 'BROKER_FAILED', message: string) {
    super(message);
    this.name = 'BrokerError';
    this.code = code;
  }
}

const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 1500;
const RESTART_MIN_MS = 250;
const RESTART_MAX_MS = 30_000;
/** A process that ran so long was well. */
const STABLE_MS = 60_000;
/** Heap of the process: retained pictures are outside of it. */
const MAX_HEAP_MIB = 96;

/** A broker for those who have none. */
export class EmbeddedBroker {
  readonly #options: EmbeddedBrokerOptions;
  readonly #logger: CalmLogger;
  readonly #password = randomBytes(24).toString('base64url');
  readonly #hashKey = randomBytes(32).toString('hex');
  readonly #host: string;
  #users: readonly BrokerUser[];
  #port: number;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #failures = 0;
  #isWanted = false;

  /** @throws {TypeError} in one sentence if an option cannot be used. */
  constructor(options: EmbeddedBrokerOptions = {}) {
    this.#options = options;
    this.#host = options.host ?? '127.0.0.1';
    this.#port = options.port ?? 1883;
    this.#users = options.users ?? [];
    this.#logger = new CalmLogger(options.logger ?? SILENT);
    checkBrokerOptions(options);
  }

  /** Process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What the recorder logs in with; the port is known after `start`. */
  get credentials(): BrokerCredentials {
    const host = isWildcard(this.#host) ? '127.0.0.1' : this.#host;
    return { url: `mqtt://${isIP(host) === 6 ? `[${host}]` : host}:${this.#port}`, username: RECORDER_USER, password: this.#password };
  }

  /**
   * Resolves when it listens. From then on it is started again whenever it ends.
   * @throws {BrokerError} if it cannot listen or its process does not come up.
   */
  async start(): Promise<void> {
    if (this.#isWanted) throw new TypeError('The embedded broker runs already');
    this.#isWanted = true;
    try {
      await this.#spawn();
    } catch (error) {
      this.#isWanted = false;
      throw error;
    }
  }

  /**
   * Lets these in from now on, beside the recorder. Whoever is connected and may do the same as before stays so.
   * @throws {TypeError} in one sentence if an account cannot be used.
   */
  setUsers(users: readonly BrokerUser[]): void {
    checkUsers(users);
    this.#users = users;
    if (this.#child?.connected) this.#child.send({ type: 'users', users: this.#hashedUsers() } satisfies ToBroker, () => {});
  }

  /** Ends it within 2 s. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      if (child.connected) child.send({ type: 'stop' } satisfies ToBroker, () => {});
    });
  }

  async #spawn(): Promise<void> {
    const child = fork(processUrl(), [], {
      // Not ours: flags meant for the recorder's process, and whatever its environment holds.
      execArgv: ['--no-warnings', `--max-old-space-size=${MAX_HEAP_MIB}`, '--max-semi-space-size=1'],
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child = child;
    const startedMs = performance.now();
    await new Promise<void>((resolve, reject) => {
      let isUp = false;
      let failure: BrokerError | undefined;
      const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
      child.on('message', (message: FromBroker) => {
        if (message.type === 'refused')
          this.#logger.warn(`the embedded MQTT broker refused a client: ${message.what}`, { client: message.client.slice(0, 64) });
        if (message.type === 'failed') failure = new BrokerError('LISTEN_FAILED', message.reason);
        if (message.type !== 'listening') return;
        clearTimeout(timer);
        isUp = true;
        this.#port = message.port;
        this.#options.onState?.({ listening: true });
        resolve();
      });
      child.on('error', () => {});
      child.once('exit', () => {
        clearTimeout(timer);
        const error =
          failure ?? new BrokerError('BROKER_FAILED', isUp ? 'The embedded MQTT broker ended unexpectedly' : 'The embedded MQTT broker did not start');
        if (this.#child === child) this.#child = undefined;
        if (isUp && this.#isWanted) this.#ended(error, performance.now() - startedMs);
        reject(error);
      });
      child.send({ type: 'start', setup: this.#setup() } satisfies ToBroker, () => {});
    });
  }

  #ended(error: BrokerError, ranMs: number): void {
    if (ranMs > STABLE_MS) this.#failures = 0;
    const delayMs = Math.min(RESTART_MIN_MS * 2 ** this.#failures++, RESTART_MAX_MS);
    this.#logger.warn(`${error.message}; it is started again`, { inMs: delayMs });
    this.#options.onState?.({ listening: false, problem: error.message });
    this.#restart = setTimeout(() => {
      this.#spawn().catch((again: BrokerError) => {
        if (this.#isWanted) this.#ended(again, 0);
      });
    }, delayMs);
  }

  #setup(): BrokerSetup {
    const { base = 'nightjar', anonymous = 'refuse', allow = [] } = this.#options;
    const names = Object.keys(BROKER_LIMITS) as (keyof BrokerLimits)[];
    const limits = Object.fromEntries(names.map((name) => [name, this.#options[name] ?? BROKER_LIMITS[name]])) as unknown as BrokerLimits;
    return { host: this.#host, port: this.#port, base, hashKey: this.#hashKey, users: this.#hashedUsers(), anonymous, allow, limits };
  }

  #hashedUsers(): readonly HashedUser[] {
    const all: readonly BrokerUser[] = [{ username: RECORDER_USER, password: this.#password, access: 'recorder' }, ...this.#users];
    return all.map(({ password, ...user }) => ({ ...user, hash: typeof password === 'string' ? hashPassword(this.#hashKey, password) : password }));
  }
}

/** The process's file beside this one, in the form this one runs in. */
function processUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './broker-process.ts' : './broker-process.js', import.meta.url);
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
