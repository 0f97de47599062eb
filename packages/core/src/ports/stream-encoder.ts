// Encodes one track of a live stream anew, unit by unit, in the time of what goes in.
import type { AudioTrack, VideoTrack } from '@nightjar/media';
import type { RecorderError } from '../errors/recorder-error.ts';
import type { LiveForm } from '../model/live-form.ts';

/** One access unit that goes in or comes out; both on the same clock. */
export interface EncodedUnit {
  readonly data: Uint8Array;
  readonly ptsUs: number;
  readonly dtsUs: number;
  readonly durationUs: number;
  readonly isKey: boolean;
}

/** What an encoder is opened with. */
export interface StreamEncoderRequest {
  /** What goes in: video for a form of video, sound for one of sound. */
  readonly track: VideoTrack | AudioTrack;
  readonly form: LiveForm;
  /** Pictures shown up to then, or within a millisecond after, are decoded for those that follow, and do not come out: the first one that does is a key frame. */
  readonly afterUs?: number;
  /** What comes out; once, before the first unit. */
  onTrack(track: VideoTrack | AudioTrack): void;
  /** In decode order. The first one of video is a key frame. Times say when it is shown or heard, whatever the encoder puts before its first sound. */
  onUnit(unit: EncodedUnit): void;
  /** Called once, when the encoder died by itself: `ENCODER_FAILED`. */
  onFailure(error: RecorderError): void;
}

/** A running encoder. */
export interface StreamEncoder {
  /** Takes the next unit in decode order; the first one of video is a key frame. Resolves once there is room for another, or the encoder is gone. */
  feed(unit: EncodedUnit): Promise<void>;
  /** Stops it and frees everything within 2 s; nothing is called afterwards. */
  close(): Promise<void>;
}

/** Opens encoders. */
export interface StreamEncoderFactory {
  open(request: StreamEncoderRequest): StreamEncoder;
}
