// Turns chosen packets into small luma frames.
import type { VideoTrack } from '@nightjar/media';
import type { Frame } from '../model/frame.ts';
import type { Packet } from '../model/packet.ts';

/** What a decoder is opened with. */
export interface FrameDecoderRequest {
  readonly video: VideoTrack;
  /** Size of the frames wanted. */
  readonly width: number;
  readonly height: number;
  /** Packets come at the speed of the camera, so that a decoder which always owes many frames has lost some to damage. */
  readonly live: boolean;
  /** Only key frames matter: what a shortcut spoils in the frames after them may be spoilt. */
  readonly intraOnly: boolean;
  /** Frames in presentation order. `frame.luma` is reused after the call returns. */
  onFrame(frame: Frame): void;
  /** Called once, when the decoder died by itself. */
  onFailure(error: Error): void;
}

/** A running decoder. Feeding never blocks. */
export interface FrameDecoder {
  /** Takes a video packet, in decode order; the first must be a key packet, and so must the first after a gap. */
  feed(packet: Packet): void;
  /** Packets taken that have not become a frame yet. */
  pending(): number;
  /** Resolves once every packet fed has become a frame. */
  flush(): Promise<void>;
  /** Stops it and frees everything within 2 s; nothing is called afterwards. */
  close(): Promise<void>;
}

/** Opens decoders. */
export interface FrameDecoderFactory {
  open(request: FrameDecoderRequest): FrameDecoder;
}
