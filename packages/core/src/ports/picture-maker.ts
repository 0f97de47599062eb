// Makes JPEG pictures from video.
import type { VideoTrack } from '@nightjar/media';
import type { WallMs } from '../model/time.ts';

/** What a picture is made from: one GOP up to and including the frame wanted, in decode order. */
export interface PictureRequest {
  readonly video: VideoTrack;
  readonly packets: readonly Uint8Array[];
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
  /** The newest frame of `packets` as JPEG. @throws RecorderError `PICTURE_FAILED`. */
  render(request: PictureRequest, signal: AbortSignal): Promise<Uint8Array>;
  /** The frame shown at `offsetSeconds` of a video file, as JPEG. @throws RecorderError `PICTURE_FAILED`. */
  renderFromFile(path: string, offsetSeconds: number, options: FilePictureOptions, signal: AbortSignal): Promise<Uint8Array>;
  /** A JPEG again, at most `maxWidth` wide and `maxBytes` long. */
  shrink(jpeg: Uint8Array, maxWidth: number, maxBytes: number): Promise<Uint8Array>;
}
