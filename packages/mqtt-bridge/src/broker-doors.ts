// The ways into the embedded broker: a TCP port, a TCP port with TLS, and a socket through which the recorder hands over connections of others.
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, type Server as TlsServer } from 'node:tls';
import type { BrokerCore } from './broker-core.ts';
import type { DoorAddress, TlsPem } from './broker-messages.ts';

/** An address on a line of its own. */
const MAX_HEADER_BYTES = 100;
const HEADER_WITHIN_MS = 2000;
const NEWLINE = 10;
/** Messages are small and somebody waits for them: one must not lie until the one before it was acknowledged. */
const AT_ONCE = { noDelay: true } as const;

/** Opens the plain port. @throws {Error} in one sentence if that is not possible. */
export async function openPlainDoor(core: BrokerCore, address: DoorAddress): Promise<Server> {
  const server = createServer(AT_ONCE, (socket) => core.accept(socket, { address: socket.remoteAddress ?? '', needsName: false }));
  await listen(server, address);
  return server;
}

/** The port with TLS. */
export class TlsDoor {
  readonly #core: BrokerCore;
  readonly #address: DoorAddress;
  readonly #handshakeWithinMs: number;
  #server: TlsServer | undefined;

  constructor(core: BrokerCore, address: DoorAddress, handshakeWithinMs: number) {
    this.#core = core;
    this.#address = address;
    this.#handshakeWithinMs = handshakeWithinMs;
  }

  /** Opens it, or shows another certificate to whoever comes from now on. @returns The port. @throws {Error} in one sentence. */
  async show({ cert, key, clientCa }: TlsPem): Promise<number> {
    const asks = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
    const options: TlsOptions = { ...AT_ONCE, cert, key, minVersion: 'TLSv1.2', ...asks };
    if (this.#server) this.#server.setSecureContext(options);
    else {
      const server = this.#serve({ ...options, handshakeTimeout: this.#handshakeWithinMs });
      await listen(server, this.#address);
      this.#server = server;
    }
    return portOf(this.#server) ?? this.#address.port;
  }

  close(): void {
    this.#server?.close();
  }

  #serve(options: TlsOptions): TlsServer {
    const shaking = new Map<string, Socket>();
    const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
    const server = createTlsServer(options, (socket) => {
      const raw = shaking.get(nameOf(socket));
      socket.on('error', () => {});
      if (raw === undefined || !this.#core.room.exchange(raw, socket)) return void socket.destroy();
      this.#core.serve(socket);
    });
    server.on('connection', (raw: Socket) => {
      const name = nameOf(raw);
      if (!this.#core.room.enter(raw, raw.remoteAddress ?? '')) return;
      shaking.set(name, raw);
      raw.once('close', () => shaking.delete(name));
    });
    server.on('tlsClientError', (_error, socket) => void socket.destroy());
    return server;
  }
}

/** Opens the recorder's own way in: each connection begins with a line that says where its client is. @throws {Error} in one sentence. */
export async function openPrivateDoor(core: BrokerCore, path: string): Promise<Server> {
  const server = createServer((socket) => {
    const late = setTimeout(() => socket.destroy(), HEADER_WITHIN_MS);
    socket.on('error', () => {});
    let head = Buffer.alloc(0);
    const read = (): void => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf(NEWLINE);
        if (end < 0 && head.length > MAX_HEADER_BYTES) return void socket.destroy();
        if (end < 0) continue;
        clearTimeout(late);
        socket.off('readable', read);
        if (head.length > end + 1) socket.unshift(head.subarray(end + 1));
        return core.accept(socket, { address: head.toString('latin1', 0, end), needsName: true });
      }
    };
    socket.on('readable', read);
    socket.once('close', () => clearTimeout(late));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return server;
}

/** Port it listens on. */
export function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : undefined;
}

async function listen(server: Server, address: DoorAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(listenProblem(error, address))));
    server.listen(address.port, address.host, resolve);
  });
}

function listenProblem({ code }: NodeJS.ErrnoException, { host, port }: DoorAddress): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken, perhaps by another MQTT broker`;
    case 'EACCES':
      return `Listening on port ${port} is not allowed for this user`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine`;
    default:
      return `Listening on ${host}:${port} failed (${code ?? 'unknown reason'})`;
  }
}
