// A decoder without a codec: packets become frames of a picture the test chooses.
import {
  type Frame,
  type FrameDecoderFactory,
  type FrameDecoderRequest,
  type KeyFrameDecoder,
  type Packet,
  type PictureRequest,
  RecorderError,
} from '@nightjar/core';
import { fakeJpeg } from './fake-picture-maker.ts';

/** How decoders of a factory behave. */
export interface FakeDecoderOptions {
  /** Paints the frame of a packet; absent: mid grey. */
  readonly paint?: (packet: Packet, frame: { readonly luma: Uint8Array; readonly width: number; readonly height: number }) => void;
  /** Every decoder dies (`onFailure`) when it is fed this packet, counted from 1. */
  readonly failAtPacket?: number;
  /** Frames never come: a decoder that hangs. */
  readonly hang?: boolean;
}

/** Opens fake decoders and remembers them. As a real decoder does, one gives a frame when the next packet is fed. */
export class FakeFrameDecoderFactory implements FrameDecoderFactory {
  readonly #options: FakeDecoderOptions;
  /** Every decoder opened, in order. */
  readonly opened: FakeFrameDecoder[] = [];

  constructor(options: FakeDecoderOptions = {}) {
    this.#options = options;
  }

  open(request: FrameDecoderRequest): FakeFrameDecoder {
    const decoder = new FakeFrameDecoder(request, this.#options);
    this.opened.push(decoder);
    return decoder;
  }

  openForKeyFrames(request: FrameDecoderRequest): FakeFrameDecoder {
    return this.open(request);
  }
}

/** One fake decoder. */
export class FakeFrameDecoder implements KeyFrameDecoder {
  readonly #request: FrameDecoderRequest;
  readonly #options: FakeDecoderOptions;
  readonly #luma: Uint8Array;
  #waiting: { readonly packet: Packet; readonly isWanted: boolean }[] = [];
  #isClosed = false;
  /** Every packet fed, in order. */
  readonly fed: Packet[] = [];

  constructor(request: FrameDecoderRequest, options: FakeDecoderOptions) {
    this.#request = request;
    this.#options = options;
    this.#luma = new Uint8Array(request.width * request.height);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  feed(packet: Packet, isWanted: boolean): void {
    if (packet.track !== 'video') throw new TypeError('a frame decoder takes video packets only');
    if (this.fed.length === 0 && !packet.isKey) throw new TypeError('the first packet of a decoder must be a key packet');
    if (this.#isClosed) return;
    this.fed.push(packet);
    if (this.fed.length === this.#options.failAtPacket) return this.fail(new Error('the decoder died, as the test wanted'));
    if (this.#options.hang !== true) this.#emit((waiting) => packet.isKey || waiting.ptsUs <= packet.dtsUs);
    this.#waiting.push({ packet, isWanted });
  }

  /** Lets this decoder die by itself. */
  fail(error: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting = [];
    this.#request.onFailure(error);
  }

  async picture({ packets }: PictureRequest): Promise<Uint8Array> {
    if (this.#isClosed || packets.length !== 1) throw new RecorderError('PICTURE_FAILED', 'the fake decoder makes pictures of single packets while it is open');
    return fakeJpeg('made beside the frames');
  }

  pending(): number {
    return this.#waiting.length;
  }

  async flush(): Promise<void> {
    if (this.#options.hang === true) return new Promise(() => {});
    this.#emit(() => true);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting = [];
  }

  #emit(isReady: (packet: Packet) => boolean): void {
    const ready = this.#waiting.filter(({ packet }) => isReady(packet)).toSorted((a, b) => a.packet.ptsUs - b.packet.ptsUs);
    this.#waiting = this.#waiting.filter((waiting) => !ready.includes(waiting));
    for (const { packet, isWanted } of ready) {
      if (isWanted && !this.#isClosed) this.#request.onFrame(this.#decode(packet));
    }
  }

  #decode(packet: Packet): Frame {
    const { width, height } = this.#request;
    this.#luma.fill(128);
    this.#options.paint?.(packet, { luma: this.#luma, width, height });
    return { width, height, luma: this.#luma, ptsUs: packet.ptsUs, wallMs: packet.wallMs };
  }
}
