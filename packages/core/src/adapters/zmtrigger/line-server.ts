// A Unix socket or a TCP port that takes trigger lines, and tells everybody there status lines. One that can't be had is tried again.
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { LineTaker } from '../../ports/trigger-lines.ts';
import { RateLimiter } from '../../util/rate-limiter.ts';
import type { Secret } from '../../util/secret.ts';
import { LineConnection } from './line-connection.ts';
import { allowList, plainAddress, TokenGate } from './peers.ts';
import { clearPlace, openPlace } from './unix-place.ts';

const LISTEN_AGAIN_MS = 5000;
/** Clients beyond the limit that wait for a place, and how long; each costs a file descriptor. */
const MOST_QUEUED = 2048;
const QUEUED_MS = 10_000;
/** Connections the system keeps until we look; a thousand devices may come at once. */
const BACKLOG = 2048;
/** What clients are told last may take so long to reach them. */
const SAY_GOODBYE_MS = 1000;
/** Seconds' worth of lines that may come at once. */
const BURST_SECONDS = 10;
/** A peer that is gone without a word is noticed after some minutes. */
const KEEP_ALIVE_MS = 60_000;

/** Where to listen. */
export type LineAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly token?: Secret; readonly allow: readonly string[] };

/** What a server works with. */
export interface LineServerOptions {
  readonly address: LineAddress;
  readonly limits: { readonly connections: number; readonly bytes: number; readonly perSecond: number };
  /** What all servers together take. */
  readonly total: RateLimiter;
  readonly taker: LineTaker;
  readonly clock: Clock;
  readonly log: Logger;
  /** It can't listen, and why; or it can (`undefined`). */
  onTrouble(problem: string | undefined): void;
}

/** Listens until it is stopped. */
export class LineServer {
  readonly #options: LineServerOptions;
  readonly #gate: TokenGate | undefined;
  readonly #isAllowed: (address: string) => boolean;
  readonly #connections = new Map<Socket, LineConnection>();
  /** Clients that wait for a place, with what ends their waiting. */
  readonly #queue = new Map<Socket, () => void>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(options: LineServerOptions) {
    this.#options = options;
    const { address } = options;
    this.#gate = address.kind === 'tcp' && address.token !== undefined ? new TokenGate(address.token) : undefined;
    this.#isAllowed = allowList(address.kind === 'tcp' ? address.allow : []);
  }

  /** The port that was given where any was asked for; `undefined` while it does not listen, and of a Unix socket. */
  get port(): number | undefined {
    const address = this.#server?.address();
    return typeof address === 'object' && address !== null ? address.port : undefined;
  }

  /** Tries to listen, and goes on trying. Resolves after the first try. Never rejects. */
  async start(): Promise<void> {
    const { address, clock, log, onTrouble } = this.#options;
    try {
      await this.#listen();
      onTrouble(undefined);
      log.info(`trigger lines are taken at ${address.kind === 'tcp' ? `${address.host}:${this.port ?? address.port}` : address.path}`);
    } catch (error) {
      onTrouble(`no trigger lines are taken at ${nameOf(address)}: ${error instanceof Error ? error.message : String(error)}`);
      if (!this.#isStopped) this.#cancel = clock.after(LISTEN_AGAIN_MS, () => void this.start());
    }
  }

  /** Tells everybody who is connected. */
  say(text: string): void {
    for (const connection of this.#connections.values()) connection.say(text);
  }

  /** Sends everybody away within 2 s; a Unix socket is gone then. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    const server = this.#server;
    this.#server = undefined;
    const closed = server?.listening === true ? new Promise<void>((resolve) => server.close(() => resolve())) : Promise.resolve();
    for (const [socket, leave] of this.#queue) {
      leave();
      socket.destroy();
    }
    for (const [socket, connection] of [...this.#connections]) {
      connection.end();
      socket.end();
    }
    const cancel = this.#options.clock.after(SAY_GOODBYE_MS, () => {
      for (const socket of this.#sockets) socket.destroy();
    });
    await closed;
    cancel();
  }

  async #listen(): Promise<void> {
    const { address } = this.#options;
    if (address.kind === 'socket') await clearPlace(address.path);
    if (this.#isStopped) return;
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new Error('another process has it') : error));
      const at = address.kind === 'socket' ? { path: address.path } : { host: address.host.replace(/^\[(.*)\]$/, '$1'), port: address.port };
      server.listen({ ...at, backlog: BACKLOG }, resolve);
    });
    server.on('error', (error) => this.#options.log.warn(`zmtrigger: ${error.message}`));
    server.on('connection', (socket: Socket) => this.#meet(socket));
    this.#server = server;
    if (this.#isStopped) await this.stop();
    else if (address.kind === 'socket') await openPlace(address.path);
  }

  #meet(socket: Socket): void {
    const from = this.#from(socket);
    // A peer that resets the connection is nobody's trouble.
    socket.on('error', () => undefined);
    this.#sockets.add(socket);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#queue.get(socket)?.();
      this.#connections.get(socket)?.end();
    });
    const refusal = this.#refusal(from);
    if (refusal !== undefined) return this.#sendAway(socket, from, refusal);
    if (this.#connections.size < this.#options.limits.connections) return this.#admit(socket, from);
    if (this.#queue.size >= MOST_QUEUED) return this.#sendAway(socket, from, 'too many clients wait for a place');
    const cancel = this.#options.clock.after(QUEUED_MS, () => {
      this.#queue.delete(socket);
      this.#sendAway(socket, from, `${this.#options.limits.connections} clients are connected already (triggers.lines.connections)`);
    });
    this.#queue.set(socket, () => {
      cancel();
      this.#queue.delete(socket);
    });
  }

  #refusal(from: string): string | undefined {
    if (this.#isStopped) return 'the recorder is stopping';
    if (this.#options.address.kind === 'socket') return undefined;
    if (!this.#isAllowed(from)) return 'its address is not in triggers.tcp.allow';
    return this.#gate?.isHeld(from, this.#options.clock.monotonic()) === true ? 'it sent wrong tokens a moment ago' : undefined;
  }

  #admit(socket: Socket, from: string): void {
    const { limits, clock, taker, total } = this.#options;
    const gate = this.#gate;
    const connection = new LineConnection({
      socket,
      clock,
      taker,
      from,
      mostBytes: limits.bytes,
      rates: [new RateLimiter(() => ({ perSecond: limits.perSecond, burst: limits.perSecond * BURST_SECONDS })), total],
      ...(gate === undefined ? {} : { passes: (line: Uint8Array) => !gate.isHeld(from, clock.monotonic()) && gate.passes(line, from, clock.monotonic()) }),
      onTold: (what) => this.#tell(from, what),
      onEnd: () => {
        this.#connections.delete(socket);
        this.#admitNext();
      },
    });
    if (!socket.destroyed) this.#connections.set(socket, connection);
  }

  #admitNext(): void {
    const [next] = this.#queue;
    if (next === undefined || this.#isStopped || this.#connections.size >= this.#options.limits.connections) return;
    const [socket, leave] = next;
    leave();
    this.#admit(socket, this.#from(socket));
  }

  #sendAway(socket: Socket, from: string, why: string): void {
    this.#tell(from, `a client was sent away: ${why}`);
    socket.destroy();
  }

  #tell(from: string, what: string): void {
    this.#options.log.warn(`zmtrigger: ${what}`, { from });
  }

  #from(socket: Socket): string {
    return this.#options.address.kind === 'socket' ? 'socket' : plainAddress(socket.remoteAddress ?? 'unknown');
  }
}

const nameOf = (address: LineAddress): string => (address.kind === 'socket' ? address.path : `${address.host}:${address.port}`);
