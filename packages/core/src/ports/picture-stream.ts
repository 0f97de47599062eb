// Makes a JPEG of every n-th frame of a stream, away from the recording.
import type { VideoTrack } from '@nightjar/media';
import type { Packet } from '../model/packet.ts';

/** A picture and which frame it shows. */
export interface StreamPicture {
  readonly jpeg: Uint8Array;
  /** The number `feed` was given for the frame. */
  readonly frame: number;
}

/** What a picture stream is opened with. */
export interface PictureStreamRequest {
  readonly video: VideoTrack;
  /** 1: a picture of every frame. */
  readonly everyNth: number;
  /** Whether pictures carry their time of capture as EXIF. */
  readonly exif: boolean;
  onPicture(picture: StreamPicture): void;
  /** Called once, when it died by itself. */
  onFailure(error: Error): void;
}

/** A running picture stream. */
export interface PictureStream {
  /**
   * Takes the next video packet as frame `frame`; the first must be a key packet, and so must the first after one that was
   * not taken. @returns Whether it was taken: never blocks, and refuses what it is too slow for.
   */
  feed(packet: Packet, frame: number): boolean;
  /** Resolves once every packet taken has become a picture where it should, or after 5 s. Never rejects. */
  end(): Promise<void>;
}

/** Opens picture streams. */
export interface PictureStreamFactory {
  open(request: PictureStreamRequest): PictureStream;
}
