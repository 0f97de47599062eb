// Packets: what a camera sends, as it arrived. A packet never changes after it was made.
import type { AudioTrack, VideoTrack } from '@nightjar/media';
import type { MediaUs, WallMs } from './time.ts';

/** The tracks of one run; they do not change within a run. */
export interface StreamInfo {
  readonly video: VideoTrack;
  readonly audio?: AudioTrack;
}

/** One encoded access unit. */
export interface Packet {
  readonly track: 'video' | 'audio';
  /** Video: NAL units, each after its length (see `VideoTrack.nalLengthSize`). Audio: one AAC frame without ADTS. */
  readonly data: Uint8Array;
  readonly ptsUs: MediaUs;
  /** Strictly increasing per track within a run. */
  readonly dtsUs: MediaUs;
  readonly durationUs: number;
  /** Whether decoding may start here; always true for audio. */
  readonly isKey: boolean;
  /** When this frame was captured, as far as the recorder can tell (arrival, smoothed over the run). */
  readonly wallMs: WallMs;
}
