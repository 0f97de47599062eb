// The sound of a recording: frames of AAC end to end from 0 on, silence where none came, none heard twice.
import type { LivePacket } from '@nightjar/client';
import { type AudioTrack, type Sample, silentFrame, soundKind } from '@nightjar/media';
import type { TimeLine } from './time-line.ts';

/** Frames that wait for pictures to go with; more than a fragment and a hole need. */
const MOST_WAITING = 512;

interface Frame {
  readonly liveUs: number;
  readonly data: Uint8Array;
}

/** Sound in, samples out. */
export class SoundLine {
  readonly track: AudioTrack;
  readonly #silence: { readonly data: Uint8Array; readonly ticks: number };
  readonly #frames: Frame[] = [];
  #reachesUs = -Infinity;
  #isOther = false;
  #ticks = 0;
  #hasBegun = false;
  #heard = 0;

  /** @param track - As the recording's header has it: AAC-LC of one or two channels. */
  constructor(track: AudioTrack) {
    const silence = silentFrame(track);
    if (silence === undefined) throw new TypeError(`Sound of a recording is AAC-LC of 1 or 2 channels, not ${track.codecString} of ${track.channels}.`);
    this.track = track;
    this.#silence = silence;
  }

  /** Live time up to which sound came. */
  get reachesUs(): number {
    return this.#reachesUs;
  }

  /** Whether what came is in another form than the header says, and not used. */
  get isOther(): boolean {
    return this.#isOther;
  }

  /** Frames that were written and are not silence of ours. */
  get heard(): number {
    return this.#heard;
  }

  add({ data, ptsUs, durationUs, tracks: { audio } }: LivePacket): void {
    this.#isOther = audio === undefined || soundKind(audio) !== soundKind(this.track);
    if (this.#isOther) return;
    this.#reachesUs = Math.max(this.#reachesUs, ptsUs + durationUs);
    this.#frames.push({ liveUs: ptsUs, data });
    if (this.#frames.length > MOST_WAITING) this.#frames.shift();
  }

  /** The samples that begin before `endUs` of the recording. */
  cut(endUs: number, timeLine: TimeLine): readonly Sample[] {
    const { trackId, timescale } = this.track;
    const endTicks = Math.round((endUs * timescale) / 1e6);
    const samples: Sample[] = [];
    while (this.#ticks < endTicks) {
      const frame = this.#takeFrame(timeLine);
      if (frame !== undefined) this.#heard += 1;
      const { data, ticks } = { ...this.#silence, ...frame };
      samples.push({ trackId, dts: this.#ticks, pts: this.#ticks, duration: ticks, isKey: true, data });
      this.#ticks += ticks;
    }
    return samples;
  }

  /** The frame that belongs here. Times of packets tremble: only a whole frame too early or too late is one, half of one at the beginning. */
  #takeFrame(timeLine: TimeLine): Frame | undefined {
    const most = this.#silence.ticks * (this.#hasBegun ? 1 : 0.5);
    for (let [frame] = this.#frames; frame !== undefined; [frame] = this.#frames) {
      const atUs = timeLine.find(frame.liveUs);
      const late = atUs === undefined ? -Infinity : (atUs * this.track.timescale) / 1e6 - this.#ticks;
      if (late >= most) {
        // What comes after a silence may be where it belongs again.
        this.#hasBegun = false;
        return undefined;
      }
      this.#frames.shift();
      if (late < -most) continue;
      this.#hasBegun = true;
      return frame;
    }
    return undefined;
  }
}
