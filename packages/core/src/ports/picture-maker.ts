// Makes JPEG pictures from video.
import type { VideoTrack } from '@nightjar/media';
import type { Packet } from '../model/packet.ts';
import type { WallMs } from '../model/time.ts';

/** What decoding needs of a packet. */
export type PicturePacket = Pick<Packet, 'data' | 'ptsUs' | 'isKey'>;

/** What a picture is made from: one GOP, or its beginning, in decode order. */
export interface PictureRequest {
  readonly video: VideoTrack;
  /** The frame wanted is the one shown last. */
  readonly packets: readonly PicturePacket[];
  /** Widest the picture may be, in pixels; absent: as recorded. */
  readonly maxWidth?: number;
  /** Capture time to embed as EXIF; absent: no EXIF. */
  readonly exifTime?: WallMs;
}

/** How a picture of a file is wanted. */
export interface FilePictureOptions extends Pick<PictureRequest, 'maxWidth' | 'exifTime'> {
  /** The key frame shown at that moment, which alone is decoded, instead of the very frame. */
  readonly keyFrame?: boolean;
}

/** Decodes single frames to JPEG. */
export interface PictureMaker {
  /** The frame of `packets` that is shown last, or the first one where that can't be decoded, as JPEG. @throws RecorderError `PICTURE_FAILED`. */
  render(request: PictureRequest, signal: AbortSignal): Promise<Uint8Array>;
  /** The frame shown at `offsetSeconds` of a video file, as JPEG. @throws RecorderError `PICTURE_FAILED`. */
  renderFromFile(path: string, offsetSeconds: number, options: FilePictureOptions, signal: AbortSignal): Promise<Uint8Array>;
  /** A JPEG again, at most `maxWidth` wide and `maxBytes` long. @throws RecorderError `PICTURE_FAILED`, or `PICTURE_NOT_THAT_SMALL` where compression does not reach so far. */
  shrink(jpeg: Uint8Array, maxWidth: number, maxBytes: number): Promise<Uint8Array>;
}
