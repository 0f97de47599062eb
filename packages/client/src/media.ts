// Pictures and video as clients get them.
import type { AudioTrack, VideoTrack } from '@nightjar/media';
import type { CameraStatus } from './camera.ts';

/** A JPEG and what it shows. */
export interface Picture {
  readonly jpeg: Uint8Array;
  /** When it was captured; of a drawn picture, when it was drawn. */
  readonly at: string;
  /** It does not show what is now: the camera is away and the picture is drawn and says so, or newer frames can't be decoded and `at` says how old it is. */
  readonly stale: boolean;
  /** Changes with the picture. */
  readonly etag: string;
}

/** The tracks of a live stream, at least one; another object means another stream. */
export type LiveTracks = { readonly video: VideoTrack; readonly audio?: AudioTrack } | { readonly video?: never; readonly audio: AudioTrack };

/** One encoded access unit of a live stream. Times go on over reconnections of the camera. */
export interface LivePacket {
  readonly track: 'video' | 'audio';
  /** Video: NAL units, each after its length. Audio: one AAC frame without ADTS, or one Opus packet. */
  readonly data: Uint8Array;
  readonly ptsUs: number;
  readonly dtsUs: number;
  readonly durationUs: number;
  readonly isKey: boolean;
  readonly tracks: LiveTracks;
  /** Video frames left out before this one, because the reader was too slow for them. */
  readonly skippedFrames: number;
}

/** Which of a camera's streams: the one that is recorded, or the smaller one that motion is looked for in. */
export type LiveStream = 'main' | 'sub';

/** Video that is encoded anew, without B-frames. */
export interface VideoForm {
  readonly codec: 'h264';
  /** Largest it may be, in pixels; the shape of the picture stays, and nothing is made larger. */
  readonly width: number;
  readonly height: number;
  /** Frames a second at most. */
  readonly fps: number;
  readonly kbps: number;
  /** Seconds from key frame to key frame at most. */
  readonly gopSeconds: number;
}

/** Sound in a form of its own. It is encoded anew only where the camera sends another. */
export interface AudioForm {
  /** `aac`: AAC-LC without ADTS. `opus`: one packet of RFC 6716 a frame. */
  readonly codec: 'aac' | 'opus';
  /** Hz. Opus says 48000 in its track whatever this is (RFC 7845 §5.1). */
  readonly sampleRate: 8000 | 16000 | 24000 | 48000;
  readonly channels: 1 | 2;
  readonly kbps: number;
  /** Milliseconds of sound in a packet; Opus only. Default 20. */
  readonly frameMs?: 20 | 40 | 60;
}

/**
 * How a live stream is wanted. What is encoded anew comes alone: with a `video` form no sound, with an `audio` form no video; else reading throws
 * an error whose `code` is `INPUT_INVALID`.
 */
export interface LiveOptions {
  /** Default `main`. `sub` of a camera that has none is the main one. Every stream has a clock of its own, which sound that comes with it follows. */
  readonly stream?: LiveStream;
  /** How far back it begins, as far as is kept. Video begins with a key frame, at 0 with the newest one; sound alone begins at 0 with what comes next. */
  readonly preRollSeconds?: number;
  /** Default: true, as the camera sends it; false beside an `audio` form. */
  readonly video?: boolean | VideoForm;
  /** Default: true, where the camera has sound, which is always that of the main stream; false beside a `video` form. */
  readonly audio?: boolean | AudioForm;
  readonly signal?: AbortSignal;
  /** Told why nothing comes: at the beginning and whenever that changes while the camera is away, and every 15 to 30 s. `online`: it sends few frames. */
  readonly onWaiting?: ((status: CameraStatus, problem: string | undefined) => void) | undefined;
}

/** A file that is made while it is read; the same bytes every time. */
export interface MediaFile {
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly etag: string;
  /** When what it shows began. */
  readonly start: string;
  /** What whoever keeps it may call it; plain ASCII. Absent: it is for watching. */
  readonly fileName?: string;
  /** The bytes from `start` up to and without `end`, in pieces. @throws an error whose `code` is `VIDEO_GONE` where a part was deleted meanwhile. */
  read(start: number, end: number, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** A span of time. */
export interface TimeSpan {
  readonly from: string;
  readonly to: string;
}

/** What there is of a camera in a span of time, oldest first. */
export interface Timeline extends TimeSpan {
  readonly cameraId: string;
  /** Recorded, without gaps between. `mediaSeconds`: where the span begins in the span's `playback.mp4`. */
  readonly spans: readonly (TimeSpan & { readonly mediaSeconds: number })[];
  readonly events: readonly (TimeSpan & {
    readonly id: number;
    readonly cause: string;
    readonly maxScore: number;
    readonly state: 'open' | 'closed' | 'ready';
  })[];
  /** Should have been recorded and was not. */
  readonly gaps: readonly (TimeSpan & { readonly reason: string; readonly lostFrames: number })[];
  /** Whether there were more events or gaps than an answer holds; ask for shorter spans. */
  readonly truncated: boolean;
}
