// Starts, watches and stops the embedded broker in a process of its own.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { CertificateWatch } from './broker-certificate.ts';
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

const SOCKET_NAME = 'broker.sock';

/** A broker for those who have none. */
export class EmbeddedBroker {
  readonly #options: EmbeddedBrokerOptions;
  readonly #logger: CalmLogger;
  readonly #password = randomBytes(24).toString('base64url');
  readonly #hashKey = randomBytes(32).toString('hex');
  readonly #host: string;
  #users: readonly BrokerUser[];
  readonly #certificate: CertificateWatch | undefined;
  /** Only we may look into it. */
  #folder: string | undefined;
  #port: number;
  #tlsPort: number | undefined;
  readonly #tlsProblems: { certificate?: string | undefined; listening?: string | undefined } = {};
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
    const { tls } = options;
    if (tls === undefined) return;
    this.#certificate = new CertificateWatch(() => tls.read(), {
      onCertificate: (pem) => this.#send({ type: 'tls', pem }),
      onProblem: (problem) => {
        this.#tlsProblems.certificate = problem;
        this.#sayTls();
      },
    });
  }

  /** Larger packets end a connection. */
  get maxPacketBytes(): number {
    return this.#options.maxPacketBytes ?? BROKER_LIMITS.maxPacketBytes;
  }

  /** Where it listens with TLS, once it does. */
  get tlsPort(): number | undefined {
    return this.#tlsPort;
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
    this.#folder = await mkdtemp(join(tmpdir(), 'nightjar-mqtt-'));
    try {
      await this.#spawn();
    } catch (error) {
      this.#isWanted = false;
      await this.#tidy();
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
    this.#send({ type: 'users', users: this.#hashedUsers() });
  }

  /** Reads the certificate again. */
  reloadCertificate(): void {
    this.#certificate?.look();
  }

  /**
   * A connection to it for a client that came to the recorder by another way, and has to log in like any other.
   * It ends where there is no broker.
   * @param address - Where the client is.
   */
  open(address: string): Duplex {
    const socket = connect(join(this.#folder ?? '', SOCKET_NAME));
    socket.write(`${address.replace(/[^0-9a-fA-F:.%\w-]/g, '')}\n`);
    return socket;
  }

  /** Ends it within 2 s. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    clearTimeout(this.#restart);
    this.#certificate?.stop();
    const child = this.#child;
    if (!child) return this.#tidy();
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
    await this.#tidy();
  }

  async #tidy(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  #send(message: ToBroker): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  async #spawn(): Promise<void> {
    const setup = this.#setup();
    // Of the process before.
    if (setup.socket !== undefined) await rm(setup.socket, { force: true });
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
        if (message.type === 'tls') this.#tlsSaid(message);
        if (message.type !== 'listening') return;
        clearTimeout(timer);
        isUp = true;
        this.#port = message.port;
        this.#options.onState?.({ listening: true });
        this.#certificate?.start();
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
      child.send({ type: 'start', setup } satisfies ToBroker, () => {});
    });
  }

  #tlsSaid(message: Extract<FromBroker, { readonly type: 'tls' }>): void {
    if ('problem' in message) this.#certificate?.showAgain();
    else this.#tlsPort = message.port;
    this.#tlsProblems.listening = 'problem' in message ? message.problem : undefined;
    this.#sayTls();
  }

  #sayTls(): void {
    const { certificate, listening } = this.#tlsProblems;
    this.#options.tls?.onProblem?.(certificate ?? listening);
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
    const { base = 'nightjar', anonymous = 'refuse', allow = [], tls } = this.#options;
    const names = Object.keys(BROKER_LIMITS) as (keyof BrokerLimits)[];
    const limits = Object.fromEntries(names.map((name) => [name, this.#options[name] ?? BROKER_LIMITS[name]])) as unknown as BrokerLimits;
    return {
      host: this.#host,
      port: this.#port,
      // The same as before, where any would do.
      ...(tls === undefined ? {} : { tls: { host: tls.host, port: this.#tlsPort ?? tls.port } }),
      ...(this.#folder === undefined ? {} : { socket: join(this.#folder, SOCKET_NAME) }),
      base,
      hashKey: this.#hashKey,
      users: this.#hashedUsers(),
      anonymous,
      allow,
      limits,
    };
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
