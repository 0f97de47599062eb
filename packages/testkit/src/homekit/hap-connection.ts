// One TCP connection to a HomeKit accessory: plain while pairing, then in encrypted frames (HAP-R2 §6.5.2).
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deferred, within } from '../processes/within.ts';
import { seal, unseal } from './hap-crypto.ts';
import { type HttpMessage, HttpMessageReader } from './http-messages.ts';

const FRAME_BYTES = 1024;
const LENGTH_BYTES = 2;
const TAG_BYTES = 16;
const CONNECT_WITHIN_MS = 5000;

/** Keys of the two directions. */
export interface SessionKeys {
  readonly read: Buffer;
  readonly write: Buffer;
}

/** Who waits for an answer. */
interface Waiting {
  readonly resolve: (message: HttpMessage) => void;
  readonly reject: (error: Error) => void;
}

/** Requests are answered in order; events come between. */
export class HapConnection {
  readonly #socket: Socket;
  readonly #host: string;
  readonly #onEvent: (body: Buffer) => void;
  readonly #reader = new HttpMessageReader();
  readonly #waiting: Waiting[] = [];
  #keys: SessionKeys | undefined;
  #sent = 0;
  #received = 0;
  #sealed: Buffer = Buffer.alloc(0);
  #end: Error | undefined;

  private constructor(socket: Socket, host: string, onEvent: (body: Buffer) => void) {
    this.#socket = socket;
    this.#host = host;
    this.#onEvent = onEvent;
    socket.setNoDelay(true);
    socket.on('data', (data) => this.#take(data));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the accessory closed the connection')));
  }

  /** @throws Error where nobody listens, or nobody answers within 5 s. */
  static async open(host: string, port: number, onEvent: (body: Buffer) => void): Promise<HapConnection> {
    const socket = connect(port, host);
    try {
      await within(CONNECT_WITHIN_MS, `connecting to ${host}:${port}`, once(socket, 'connect'));
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return new HapConnection(socket, host, onEvent);
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** As the accessory sees this end. */
  get localAddress(): string {
    return this.#socket.localAddress ?? '';
  }

  /** From now on both directions are encrypted. */
  encrypt(keys: SessionKeys): void {
    this.#keys = keys;
  }

  /** Sends a request and waits for its answer. @throws Error after `limitMs`, or where the connection ends. */
  request(method: string, path: string, body: Uint8Array, contentType: string, limitMs: number): Promise<HttpMessage> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const { promise, resolve, reject } = deferred<HttpMessage>();
    this.#waiting.push({ resolve, reject });
    const about = body.length === 0 ? '' : `Content-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n`;
    this.#write(Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n${about}\r\n`), body]));
    return within(limitMs, `${method} ${path}`, promise);
  }

  /** Ends it properly. */
  close(): void {
    this.#socket.destroy();
    this.#fail(new Error('the connection was closed here'));
  }

  /** Ends it as a phone does that lost its network: with a reset. */
  vanish(): void {
    this.#socket.resetAndDestroy();
    this.#fail(new Error('the connection was reset here'));
  }

  #write(data: Buffer): void {
    if (this.#keys === undefined) {
      this.#socket.write(data);
      return;
    }
    for (let at = 0; at < data.length; at += FRAME_BYTES) {
      const part = data.subarray(at, at + FRAME_BYTES);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16LE(part.length);
      this.#socket.write(Buffer.concat([length, seal(this.#keys.write, this.#sent++, part, length)]));
    }
  }

  #take(data: Buffer): void {
    try {
      const plain = this.#keys === undefined ? data : this.#decrypt(data, this.#keys);
      for (const message of this.#reader.push(plain)) {
        if (message.isEvent) this.#onEvent(message.body);
        else this.#waiting.shift()?.resolve(message);
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
      this.#socket.destroy();
    }
  }

  #decrypt(data: Buffer, { read }: SessionKeys): Buffer {
    this.#sealed = Buffer.concat([this.#sealed, data]);
    const plain: Buffer[] = [];
    while (this.#sealed.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + this.#sealed.readUInt16LE(0) + TAG_BYTES;
      if (this.#sealed.length < end) break;
      plain.push(unseal(read, this.#received++, this.#sealed.subarray(LENGTH_BYTES, end), this.#sealed.subarray(0, LENGTH_BYTES)));
      this.#sealed = Buffer.from(this.#sealed.subarray(end));
    }
    return Buffer.concat(plain);
  }

  #fail(error: Error): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
