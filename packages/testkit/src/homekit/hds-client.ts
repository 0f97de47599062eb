// A home hub's end of HomeKit Secure Video: a data stream, and the recordings that come over it.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deferred, within } from '../processes/within.ts';
import type { AccessoryView } from './accessory-database.ts';
import type { HapClient } from './hap-client.ts';
import { deriveKey } from './hap-crypto.ts';
import type { HdsDictionary } from './hds-codec.ts';
import { HdsFrames, type HdsMessage } from './hds-frames.ts';
import { CLOSE_REASONS, type CloseReason, HubRecording } from './hub-recording.ts';
import { dataStreamAnswer, dataStreamRequest } from './recording-configuration.ts';

const CONNECT_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 10_000;

/** A recording that a camera does not begin. */
export class RecordingRefused extends Error {
  readonly reason: CloseReason | undefined;

  constructor(status: number, code: unknown) {
    const reason = Object.entries(CLOSE_REASONS).find(([, value]) => value === code)?.[0] as CloseReason | undefined;
    super(`the camera refused the recording with status ${status}: ${reason ?? 'no reason given'}`);
    this.name = 'RecordingRefused';
    this.reason = reason;
  }
}

/** One data stream of one camera. */
export class HdsClient implements Disposable {
  readonly #socket: Socket;
  readonly #frames: HdsFrames;
  readonly #answers = new Map<number, (message: HdsMessage) => void>();
  readonly #recordings = new Map<number, HubRecording>();
  #requests = 0;
  #streams = 0;
  #isClosed = false;

  private constructor(socket: Socket, frames: HdsFrames) {
    this.#socket = socket;
    this.#frames = frames;
    socket.on('data', (data) => this.#take(data));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#isClosed = true;
      for (const recording of this.#recordings.values()) recording.fail('the camera closed the data stream');
    });
  }

  /** Asks the camera for a data stream, connects and says hello. @throws Error where a step takes too long or is refused. */
  static async open(client: HapClient, camera: AccessoryView): Promise<HdsClient> {
    const salt = randomBytes(32);
    const id = camera.id('DataStreamTransportManagement', 'SetupDataStreamTransport');
    const [value] = await client.put({ id, value: dataStreamRequest(salt), writeResponse: true });
    const answer = dataStreamAnswer(String(value));
    const salts = Buffer.concat([salt, answer.salt]);
    const keyOf = (direction: 'Read' | 'Write') => deriveKey(client.sharedSecret, salts, `HDS-${direction}-Encryption-Key`);
    const socket = connect(answer.port, client.host);
    try {
      await within(CONNECT_WITHIN_MS, `connecting to the data stream at port ${answer.port}`, once(socket, 'connect'));
      const stream = new HdsClient(socket, new HdsFrames(keyOf('Read'), keyOf('Write')));
      await stream.request('control', 'hello', {});
      return stream;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Asks for a recording. @throws RecordingRefused where the camera does not begin. */
  async record(): Promise<HubRecording> {
    const streamId = ++this.#streams;
    const recording = new HubRecording({
      close: (reason) => this.#event('dataSend', 'close', { streamId, reason: CLOSE_REASONS[reason] }),
      acknowledge: () => this.#event('dataSend', 'ack', { streamId, endOfStream: true }),
    });
    this.#recordings.set(streamId, recording);
    const { header, message } = await this.request('dataSend', 'open', { target: 'controller', type: 'ipcamera.recording', reason: 'recording', streamId });
    const status = Number(header['status'] ?? 0);
    if (status === 0) return recording;
    this.#recordings.delete(streamId);
    throw new RecordingRefused(status, message['status']);
  }

  /** @throws Error where no answer comes within 10 s. */
  async request(protocol: string, topic: string, message: HdsDictionary): Promise<HdsMessage> {
    const id = ++this.#requests;
    const { promise, resolve } = deferred<HdsMessage>();
    this.#answers.set(id, resolve);
    this.#socket.write(this.#frames.write({ protocol, request: topic, id }, message));
    try {
      return await within(ANSWER_WITHIN_MS, `the data stream's ${protocol} ${topic}`, promise);
    } finally {
      this.#answers.delete(id);
    }
  }

  /** Ends the connection; a recording that runs ends with it. */
  close(): void {
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #event(protocol: string, topic: string, message: HdsDictionary): void {
    this.#socket.write(this.#frames.write({ protocol, event: topic }, message));
  }

  #take(data: Buffer): void {
    for (const message of this.#frames.push(data)) {
      if (message.header['response'] !== undefined) this.#answers.get(Number(message.header['id']))?.(message);
      else this.#recordings.get(Number(message.message['streamId']))?.take(String(message.header['event']), message.message);
    }
  }
}
