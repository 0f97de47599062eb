// Turns chosen packets of one camera into JPEGs, for as long as somebody looks.
import type { VideoTrack } from '@nightjar/media';
import type { Packet } from '../model/packet.ts';

/** A JPEG and the packet it was made of. */
export interface DecodedPicture {
  readonly jpeg: Uint8Array;
  readonly packet: Packet;
}

/** What a picture decoder is opened with. */
export interface PictureDecoderRequest {
  readonly video: VideoTrack;
  /** Widest the pictures may be, in pixels; absent: as the camera sends them. Their shape stays. */
  readonly maxWidth?: number;
  /** Only key packets are fed, each of which can be decoded alone; the picture of one does not wait for the next packet then. */
  readonly keysOnly: boolean;
  /** Pictures in presentation order. */
  onPicture(picture: DecodedPicture): void;
  /** Called once, when the decoder died by itself. */
  onFailure(error: Error): void;
}

/** A running picture decoder. */
export interface PictureDecoder {
  /**
   * Takes the next video packet in decode order; the first must be a key packet, and so must the first after one that was not taken.
   *
   * @param isWanted - Whether its picture is to come out, or is only needed to decode others.
   * @returns Whether it was taken: never blocks, and refuses what it is too slow for.
   */
  feed(packet: Packet, isWanted: boolean): boolean;
  /** Stops it and frees everything within 2 s; nothing is called afterwards. Safe to repeat. */
  close(): Promise<void>;
}

/** Opens picture decoders. */
export interface PictureDecoderFactory {
  open(request: PictureDecoderRequest): PictureDecoder;
}
