// Turns chosen packets into small luma frames.
import type { VideoTrack } from '@nightjar/media';
import type { Frame } from '../model/frame.ts';
import type { Packet } from '../model/packet.ts';
import type { PictureRequest } from './picture-maker.ts';

/** What a decoder is opened with. */
export interface FrameDecoderRequest {
  readonly video: VideoTrack;
  /** Size of the frames wanted. */
  readonly width: number;
  readonly height: number;
  /** Packets come at the speed of the camera, so that a decoder which always owes many frames has lost some to damage. */
  readonly live: boolean;
  /** Frames in presentation order. `frame.luma` is reused after the call returns. */
  onFrame(frame: Frame): void;
  /** Called once, when the decoder died by itself. */
  onFailure(error: Error): void;
}

/** How every frame is decoded. */
export interface DecodingOptions {
  /** Whether frames are smoothed as the codec says (H.264 §8.7, H.265 §8.7); without, decoding is cheaper and frames drift from the encoder's until the next key frame. */
  readonly loopFilter: boolean;
}

/** A running decoder. Feeding never blocks. */
export interface FrameDecoder {
  /**
   * Takes a video packet, in decode order; the first must be a key packet, and so must the first after a gap.
   *
   * @param isWanted - Whether its frame is to come out, or is only needed to decode others.
   */
  feed(packet: Packet, isWanted: boolean): void;
  /** Packets taken that are not decoded yet, as far as wanted frames tell. */
  pending(): number;
  /** Resolves once every packet fed was decoded. */
  flush(): Promise<void>;
  /** Stops it and frees everything within 2 s; nothing is called afterwards. */
  close(): Promise<void>;
}

/** A decoder that is fed key packets only, so no frame waits for another, and that makes pictures of them by the way. */
export interface KeyFrameDecoder extends FrameDecoder {
  /**
   * A key frame as JPEG, without a decoder of its own.
   *
   * @param request - One key packet of the stream this decoder was opened for, as large as it is.
   * @throws RecorderError `PICTURE_FAILED`, within 5 s; a `PictureMaker` may still do it.
   */
  picture(request: PictureRequest): Promise<Uint8Array>;
}

/** Opens decoders. */
export interface FrameDecoderFactory {
  open(request: FrameDecoderRequest & DecodingOptions): FrameDecoder;
  openForKeyFrames(request: FrameDecoderRequest): KeyFrameDecoder;
}
