// A HomeKit controller over IP, as an iPhone or a home hub is one: one encrypted connection for requests and events.
import { randomInt } from 'node:crypto';
import { deferred, within } from '../processes/within.ts';
import { AccessoryDatabase, type CharacteristicId, type HapAccessory, type HapValue } from './accessory-database.ts';
import { HapConnection } from './hap-connection.ts';
import { type Pairing, removePairing, setUpPairing, verifyPairing } from './hap-pairing.ts';
import type { HttpMessage } from './http-messages.ts';

const ANSWER_WITHIN_MS = 30_000;
const TIMED_WRITE_MS = 10_000;
const CLOSED = new Error('the controller is not connected: call connect() first');

/** An answer of the accessory that is an error. */
export class HapError extends Error {
  /** Of HTTP. */
  readonly status: number;
  /** Of HomeKit, negative; 0 where the answer names none. */
  readonly hapStatus: number;

  constructor(what: string, message: HttpMessage) {
    const text = message.body.toString('utf8');
    const hapStatus = Number(/"status"\s*:\s*(-?\d+)/.exec(text)?.[1] ?? 0);
    super(`${what} was answered with ${message.status}, status ${hapStatus}`);
    this.name = 'HapError';
    this.status = message.status;
    this.hapStatus = hapStatus;
  }
}

/** A characteristic's new value, or whether its changes are to be told. */
export interface CharacteristicWrite {
  readonly id: CharacteristicId;
  readonly value?: HapValue;
  readonly events?: boolean;
  /** Asks for what the write gives back. */
  readonly writeResponse?: boolean;
}

/** A change that was told. */
export interface CharacteristicChange {
  readonly id: CharacteristicId;
  readonly value: HapValue;
}

/** One value of an answer. */
interface CharacteristicAnswer {
  readonly aid: number;
  readonly iid: number;
  readonly value?: HapValue;
  readonly status?: number;
}

/** Why a snapshot is asked for: a tile that is refreshed, or something that happened. Only cameras with recording are told. */
export type SnapshotReason = 'periodic' | 'event';

/** One controller, paired with one bridge or accessory. Several may be of one pairing. */
export class HapClient implements Disposable {
  readonly #host: string;
  readonly #port: number;
  readonly #pairing: Pairing;
  readonly #changes: CharacteristicChange[] = [];
  readonly #listeners = new Set<(change: CharacteristicChange) => void>();
  #connection: HapConnection | undefined;
  #sharedSecret: Buffer = Buffer.alloc(0);

  constructor(host: string, port: number, pairing: Pairing) {
    this.#host = host;
    this.#port = port;
    this.#pairing = pairing;
  }

  /** Pairs and connects. @param setupCode - As `031-45-154`. @throws PairingError where the accessory refuses. */
  static async pair(host: string, port: number, setupCode: string): Promise<HapClient> {
    const connection = await HapConnection.open(host, port, () => {});
    try {
      return await new HapClient(host, port, await setUpPairing(connection, setupCode)).connect();
    } finally {
      connection.close();
    }
  }

  /** Another controller of the same pairing with its own connection, as a second phone of the same person; optionally where the accessory listens now. */
  another(port: number = this.#port): Promise<HapClient> {
    return new HapClient(this.#host, port, this.#pairing).connect();
  }

  /** Connects, anew where it was connected. */
  async connect(): Promise<this> {
    this.#connection?.close();
    const connection = await HapConnection.open(this.#host, this.#port, (body) => this.#takeEvent(body));
    try {
      const { sharedSecret, keys } = await verifyPairing(connection, this.#pairing);
      connection.encrypt(keys);
      this.#sharedSecret = sharedSecret;
      this.#connection = connection;
    } catch (error) {
      connection.close();
      throw error;
    }
    return this;
  }

  get pairing(): Pairing {
    return this.#pairing;
  }

  get host(): string {
    return this.#host;
  }

  get port(): number {
    return this.#port;
  }

  get isConnected(): boolean {
    return this.#connection?.isOpen === true;
  }

  /** Of this connection's pair-verify; data streams derive their keys from it. */
  get sharedSecret(): Buffer {
    return this.#sharedSecret;
  }

  /** Changes told so far, oldest first. */
  get changes(): readonly CharacteristicChange[] {
    return this.#changes;
  }

  async accessories(): Promise<AccessoryDatabase> {
    const { accessories } = (await this.#json('GET', '/accessories')) as { readonly accessories: readonly HapAccessory[] };
    return new AccessoryDatabase(accessories);
  }

  /** Values now, in the order asked for. @throws HapError where one can't be read. */
  async get(...ids: readonly CharacteristicId[]): Promise<readonly (HapValue | undefined)[]> {
    const answers = this.#characteristics(await this.#json('GET', `/characteristics?id=${ids.join(',')}`));
    return ids.map((id) => answers.find(({ aid, iid }) => id === `${aid}.${iid}`)?.value);
  }

  /** Writes values. @returns What the writes gave back, in order. @throws HapError where one is refused. */
  put(...writes: readonly CharacteristicWrite[]): Promise<readonly (HapValue | undefined)[]> {
    return this.#put(writes, {});
  }

  /** Writes what may only be written soon after it was announced: characteristics whose permissions name `tw` (HAP-R2 §6.7.2.4). */
  async putTimed(...writes: readonly CharacteristicWrite[]): Promise<readonly (HapValue | undefined)[]> {
    const pid = randomInt(1, 2 ** 31);
    await this.#json('PUT', '/prepare', { ttl: TIMED_WRITE_MS, pid });
    return this.#put(writes, { pid });
  }

  async #put(writes: readonly CharacteristicWrite[], announced: { readonly pid?: number }): Promise<readonly (HapValue | undefined)[]> {
    const characteristics = writes.map(({ id, value, events, writeResponse }) => {
      const [aid, iid] = id.split('.').map(Number);
      return {
        aid,
        iid,
        ...(value === undefined ? {} : { value }),
        ...(events === undefined ? {} : { ev: events }),
        ...(writeResponse === true ? { r: true } : {}),
      };
    });
    const answers = this.#characteristics(await this.#json('PUT', '/characteristics', { characteristics, ...announced }));
    return writes.map(({ id }) => answers.find(({ aid, iid }) => id === `${aid}.${iid}`)?.value);
  }

  /** Has changes of these told from now on. */
  async subscribe(...ids: readonly CharacteristicId[]): Promise<void> {
    await this.put(...ids.map((id) => ({ id, events: true })));
  }

  /** The first change from now on that fits. Booleans come as 1 and 0. @throws Error where none comes within `limitMs`. */
  async nextChange(fits: (change: CharacteristicChange) => boolean, limitMs: number): Promise<CharacteristicChange> {
    const { promise, resolve } = deferred<CharacteristicChange>();
    const listener = (change: CharacteristicChange): void => {
      if (fits(change)) resolve(change);
    };
    this.#listeners.add(listener);
    try {
      return await within(limitMs, 'a change of a characteristic', promise);
    } finally {
      this.#listeners.delete(listener);
    }
  }

  /** A JPEG. @throws HapError where the camera gives none. */
  async snapshot(aid: number, { width = 640, height = 360, reason }: { width?: number; height?: number; reason?: SnapshotReason } = {}): Promise<Buffer> {
    const why = reason === undefined ? {} : { reason: reason === 'event' ? 1 : 0 };
    const wanted = { aid, 'resource-type': 'image', 'image-width': width, 'image-height': height, ...why };
    const answer = await this.#request('POST', '/resource', wanted);
    if (answer.status !== 200) throw new HapError(`the snapshot of accessory ${aid}`, answer);
    return answer.body;
  }

  /** Takes a pairing off the accessory, by default this one; the last one resets the accessory and ends every connection. */
  async removePairing(controllerId: string = this.#pairing.id): Promise<void> {
    await removePairing(this.#open(), controllerId);
  }

  /** Ends the connection properly. */
  close(): void {
    this.#connection?.close();
  }

  /** Loses the network: resets the connection, says nothing. */
  vanish(): void {
    this.#connection?.vanish();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(): HapConnection {
    if (this.#connection === undefined) throw CLOSED;
    return this.#connection;
  }

  async #json(method: 'GET' | 'PUT', path: string, body?: unknown): Promise<unknown> {
    const answer = await this.#request(method, path, body);
    if (answer.status >= 400) throw new HapError(`${method} ${path}`, answer);
    return answer.body.length === 0 ? undefined : JSON.parse(answer.body.toString('utf8'));
  }

  #request(method: string, path: string, body?: unknown): Promise<HttpMessage> {
    const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
    return this.#open().request(method, path, bytes, 'application/hap+json', ANSWER_WITHIN_MS);
  }

  #characteristics(answer: unknown): readonly CharacteristicAnswer[] {
    const list = (answer as { readonly characteristics?: readonly CharacteristicAnswer[] } | undefined)?.characteristics ?? [];
    const refused = list.find(({ status = 0 }) => status !== 0);
    if (refused === undefined) return list;
    const { aid, iid, status } = refused;
    throw new HapError(`characteristic ${aid}.${iid}`, { isEvent: false, status: 207, headers: {}, body: Buffer.from(JSON.stringify({ status })) });
  }

  #takeEvent(body: Buffer): void {
    const { characteristics } = JSON.parse(body.toString('utf8')) as { readonly characteristics: readonly CharacteristicAnswer[] };
    for (const { aid, iid, value = null } of characteristics) {
      const change: CharacteristicChange = { id: `${aid}.${iid}`, value };
      this.#changes.push(change);
      for (const listener of this.#listeners) listener(change);
    }
  }
}
