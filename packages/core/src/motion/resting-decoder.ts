// A decoder of key frames that goes after a few pictures, since the encoder they took keeps its memory, and comes back with the next
// packet: none needs what was decoded before.
import { RecorderError } from '../errors/recorder-error.ts';
import type { Packet } from '../model/packet.ts';
import type { KeyFrameDecoder } from '../ports/frame-decoder.ts';
import type { PictureRequest } from '../ports/picture-maker.ts';

/** What an event asks for: its first frame and its best one. */
const PICTURES_BEFORE_REST = 2;

interface Waiting {
  readonly packet: Packet;
  readonly isWanted: boolean;
}

/** Works with one decoder after the other, never with two at a time. */
export class RestingDecoder implements KeyFrameDecoder {
  readonly #open: () => KeyFrameDecoder;
  /** Absent while it rests. */
  #decoder: KeyFrameDecoder | undefined;
  #leaving: Promise<void> | undefined;
  /** What came meanwhile. */
  #waiting: Waiting[] = [];
  #pictures = 0;
  #asked = 0;
  #isClosed = false;

  constructor(open: () => KeyFrameDecoder) {
    this.#open = open;
    this.#decoder = open();
  }

  feed(packet: Packet, isWanted: boolean): void {
    if (this.#isClosed) return;
    this.#restIfDue();
    if (this.#leaving === undefined) this.#current.feed(packet, isWanted);
    else this.#waiting.push({ packet, isWanted });
  }

  async picture(request: PictureRequest): Promise<Uint8Array> {
    this.#asked += 1;
    try {
      await this.#leaving;
      if (this.#isClosed) throw new RecorderError('PICTURE_FAILED', 'the decoder was closed');
      const jpeg = await this.#current.picture(request);
      this.#pictures += 1;
      return jpeg;
    } finally {
      this.#asked -= 1;
      this.#restIfDue();
    }
  }

  pending(): number {
    return (this.#decoder?.pending() ?? 0) + this.#waiting.length;
  }

  async flush(): Promise<void> {
    await this.#leaving;
    await this.#decoder?.flush();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting = [];
    await this.#leaving;
    await this.#decoder?.close();
  }

  get #current(): KeyFrameDecoder {
    return (this.#decoder ??= this.#open());
  }

  #restIfDue(): void {
    const decoder = this.#decoder;
    if (decoder === undefined || this.#isClosed || this.#asked > 0 || this.#pictures < PICTURES_BEFORE_REST || decoder.pending() > 0) return;
    this.#decoder = undefined;
    this.#pictures = 0;
    this.#leaving = decoder.close().finally(() => this.#goOn());
  }

  #goOn(): void {
    this.#leaving = undefined;
    for (const { packet, isWanted } of this.#waiting.splice(0)) this.#current.feed(packet, isWanted);
  }
}
