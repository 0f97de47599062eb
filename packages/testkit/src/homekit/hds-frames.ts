// Frames of a HomeKit Data Stream: a header and a message, encrypted together.
import { seal, unseal } from './hap-crypto.ts';
import { decodeHds, encodeHds, type HdsDictionary } from './hds-codec.ts';

const HEAD_BYTES = 4;
const TAG_BYTES = 16;
const FRAME_TYPE = 1;

/** One request, answer or event. */
export interface HdsMessage {
  readonly header: HdsDictionary;
  readonly message: HdsDictionary;
}

/** Reads and writes the frames of one connection. */
export class HdsFrames {
  readonly #readKey: Buffer;
  readonly #writeKey: Buffer;
  #pending: Buffer = Buffer.alloc(0);
  #received = 0;
  #sent = 0;

  constructor(readKey: Buffer, writeKey: Buffer) {
    this.#readKey = readKey;
    this.#writeKey = writeKey;
  }

  write(header: HdsDictionary, message: HdsDictionary): Buffer {
    const headerBytes = encodeHds(header);
    const plain = Buffer.concat([Buffer.from([headerBytes.length]), headerBytes, encodeHds(message)]);
    const head = Buffer.alloc(HEAD_BYTES);
    head[0] = FRAME_TYPE;
    head.writeUIntBE(plain.length, 1, 3);
    return Buffer.concat([head, seal(this.#writeKey, this.#sent++, plain, head)]);
  }

  /** The messages that are whole now. @throws Error where one is not authentic. */
  push(data: Uint8Array): HdsMessage[] {
    this.#pending = Buffer.concat([this.#pending, data]);
    const messages: HdsMessage[] = [];
    while (this.#pending.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + this.#pending.readUIntBE(1, 3) + TAG_BYTES;
      if (this.#pending.length < end) break;
      const plain = unseal(this.#readKey, this.#received++, this.#pending.subarray(HEAD_BYTES, end), this.#pending.subarray(0, HEAD_BYTES));
      this.#pending = Buffer.from(this.#pending.subarray(end));
      const headerEnd = 1 + (plain[0] ?? 0);
      messages.push({ header: decodeHds(plain.subarray(1, headerEnd)), message: decodeHds(plain.subarray(headerEnd)) });
    }
    return messages;
  }
}
