// Pictures without a codec: every wanted packet becomes a JPEG that says which one it was.
import { type DecodedPicture, type Packet, type PictureDecoder, type PictureDecoderFactory, type PictureDecoderRequest, RecorderError } from '@nightjar/core';
import { fakeJpeg } from './fake-picture-maker.ts';

/** How decoders of a factory behave; may be changed between packets. */
export interface FakePictureDecoderOptions {
  /** Pictures never come. */
  hang?: boolean;
  /** Packets are refused, as by a decoder that is too slow. */
  refuse?: boolean;
  /** Opening throws. */
  unusable?: boolean;
}

/** Opens fake decoders and remembers them. As a real one does, a decoder of every frame gives a picture when the next packet is fed. */
export class FakePictureDecoderFactory implements PictureDecoderFactory {
  readonly options: FakePictureDecoderOptions = {};
  /** Every decoder opened, in order. */
  readonly opened: FakePictureDecoder[] = [];

  open(request: PictureDecoderRequest): FakePictureDecoder {
    if (this.options.unusable === true) throw new RecorderError('PICTURE_FAILED', 'the track is of no use');
    const decoder = new FakePictureDecoder(request, this.options);
    this.opened.push(decoder);
    return decoder;
  }

  /** Those that run. */
  get running(): readonly FakePictureDecoder[] {
    return this.opened.filter(({ isClosed }) => !isClosed);
  }
}

/** One fake decoder. */
export class FakePictureDecoder implements PictureDecoder {
  readonly request: PictureDecoderRequest;
  readonly #options: FakePictureDecoderOptions;
  #waiting: { readonly packet: Packet; readonly isWanted: boolean }[] = [];
  #isClosed = false;
  /** Every packet taken, in order. */
  readonly fed: Packet[] = [];
  /** Those of which a picture was wanted. */
  readonly wanted: Packet[] = [];

  constructor(request: PictureDecoderRequest, options: FakePictureDecoderOptions) {
    this.request = request;
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  feed(packet: Packet, isWanted: boolean): boolean {
    if (packet.track !== 'video') return false;
    if (this.fed.length === 0 && !packet.isKey) throw new TypeError('the first packet of a decoder must be a key packet');
    if (this.request.keysOnly && !packet.isKey) throw new TypeError('a decoder of key frames takes key packets only');
    if (this.#isClosed || this.#options.refuse === true) return false;
    this.fed.push(packet);
    if (isWanted) this.wanted.push(packet);
    const earlier = this.#waiting;
    this.#waiting = [{ packet, isWanted }];
    if (this.request.keysOnly) this.#emit(this.#waiting.splice(0));
    else if (earlier.some((other) => other.packet.ptsUs > packet.dtsUs)) this.#waiting = [...earlier, { packet, isWanted }];
    else this.#emit(earlier);
    return true;
  }

  /** Lets this decoder die by itself. */
  fail(error: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.request.onFailure(error);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting = [];
  }

  #emit(ready: readonly { readonly packet: Packet; readonly isWanted: boolean }[]): void {
    const pictures = ready
      .filter(({ isWanted }) => isWanted && this.#options.hang !== true)
      .map(({ packet }): DecodedPicture => ({ packet, jpeg: fakeJpeg(`frame at ${packet.ptsUs}`) }));
    // As from a process: never while it is being fed.
    if (pictures.length > 0)
      setImmediate(() => {
        if (!this.#isClosed) for (const picture of pictures) this.request.onPicture(picture);
      });
  }
}
