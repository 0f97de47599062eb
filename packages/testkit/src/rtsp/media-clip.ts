// What a test camera plays: access units in memory with their times.
import type { VideoTrack } from '@nightjar/media';

/** Sound of a clip. */
export interface ClipAudio {
  readonly codec: 'aac' | 'pcma' | 'pcmu';
  readonly sampleRate: number;
  readonly channels: number;
}

/** One access unit; times in seconds from the clip's beginning. */
export interface ClipUnit {
  readonly track: 'video' | 'audio';
  /** Video: NAL units, each after its length. Audio: one AAC frame without ADTS, or 20 ms of G.711. */
  readonly data: Uint8Array;
  readonly ptsSeconds: number;
  readonly dtsSeconds: number;
  readonly isKey: boolean;
}

/** A clip: what is in it, and its units in the order they are sent. */
export interface MediaClip {
  readonly video: VideoTrack;
  readonly audio?: ClipAudio;
  /** By decode time, rising. */
  readonly units: readonly ClipUnit[];
  /** Time after which a loop begins anew: the end of the last picture. */
  readonly durationSeconds: number;
}

/** The video units of a clip. */
export const videoUnits = (clip: MediaClip): readonly ClipUnit[] => clip.units.filter((unit) => unit.track === 'video');
