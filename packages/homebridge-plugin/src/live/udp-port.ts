// A UDP port of a live view: media leave from it, and what the viewer says arrives at it.
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';

/** Room in the kernel for a burst. */
const SEND_BUFFER_BYTES = 1024 * 1024;

/** Addresses are numbers here already: asking a resolver for each datagram would cost more than sending it. */
const asWritten = (address: string, _options: unknown, callback: (error: null, address: string, family: number) => void): void =>
  callback(null, address, address.includes(':') ? 6 : 4);

/** An open port. */
export class UdpPort {
  readonly #socket: Socket;
  readonly port: number;
  #isClosed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
    // Of a datagram that could not be sent nobody is told: viewers that are gone are noticed by their silence.
    socket.on('error', () => {});
  }

  /** Datagrams the kernel did not take yet. */
  get waiting(): number {
    return this.#isClosed ? 0 : this.#socket.getSendQueueCount();
  }

  onMessage(listener: (datagram: Buffer) => void): void {
    this.#socket.on('message', listener);
  }

  /** `buffer` stays as it is until `waiting` is 0 again. */
  send(buffer: Uint8Array, length: number, to: { readonly address: string; readonly port: number }): void {
    if (this.#isClosed) return;
    try {
      this.#socket.send(buffer, 0, length, to.port, to.address);
    } catch {
      // Port 0, for instance: as good as lost.
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.removeAllListeners('message');
    this.#socket.close();
  }
}

/** Opens a port of the system's choice at the first of `addresses` this machine has, else at all of them. @throws Error where there is none at all. */
export async function openUdpPort(family: 4 | 6, addresses: readonly string[]): Promise<UdpPort> {
  const candidates = [...addresses, family === 4 ? '0.0.0.0' : '::'];
  let problem: unknown;
  for (const address of candidates) {
    try {
      return new UdpPort(await bind(family, address));
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

function bind(family: 4 | 6, address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6', lookup: asWritten as never });
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address, port: 0, exclusive: true }, () => {
      socket.removeAllListeners('error');
      try {
        socket.setSendBufferSize(SEND_BUFFER_BYTES);
      } catch {
        // What the system gives must do.
      }
      resolve(socket);
    });
  });
}

/** An IPv4 address as such, where it is written as an IPv6 one. */
export const plainAddress = (address: string): string => (/^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address);

/** A link-local IPv6 address with the interface it is reached by, that of `local`; others as they are. */
export function withScope(address: string, local: string): string {
  if (!/^fe[89ab]/i.test(address) || address.includes('%')) return address;
  const [own, scope] = local.split('%');
  const found = Object.entries(networkInterfaces()).find(([, addresses]) => addresses?.some((other) => other.address.split('%')[0] === own));
  const name = scope ?? found?.[0];
  return name === undefined ? address : `${address}%${name}`;
}
