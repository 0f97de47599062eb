// Live packets → the fragmented MP4 a home hub takes: a header, then fragments that each begin with an IDR picture.
import type { LivePacket } from '@nightjar/client';
import { aacTrack, type Sample, type Track, writeFragment, writeInitSegment } from '@nightjar/media';
import { type Cut, type CutProblem, PictureCutter, type TimedPicture } from './picture-cutter.ts';
import { SoundLine } from './sound-line.ts';

const [VIDEO_TRACK_ID, AUDIO_TRACK_ID] = [1, 2];
const VIDEO_TIMESCALE = 90_000;

/** What is made. */
export interface FragmenterOptions {
  /** Longest a fragment may be. */
  readonly lengthMs: number;
  /** Hz of the AAC-LC mono that comes with it. Absent: no sound. */
  readonly soundRate?: number | undefined;
}

/** A `moof` and `mdat`. */
export interface Fragment {
  readonly data: Uint8Array;
  /** Where it ends, from the recording's beginning. */
  readonly endSeconds: number;
}

const ticks = (us: number): number => Math.round((us * VIDEO_TIMESCALE) / 1e6);

const videoSample = ({ dtsUs, ptsUs, durationUs, isKey, data }: TimedPicture): Sample => {
  const dts = ticks(dtsUs);
  return { trackId: VIDEO_TRACK_ID, dts, pts: dts + ticks(ptsUs - dtsUs), duration: ticks(durationUs), isKey, data };
};

/** Packets in, fragments out; asks nobody for the time. */
export class Fragmenter {
  readonly #cutter: PictureCutter;
  readonly #sound: SoundLine | undefined;
  #sequence = 0;

  constructor({ lengthMs, soundRate }: FragmenterOptions) {
    this.#cutter = new PictureCutter(lengthMs);
    this.#sound = soundRate === undefined ? undefined : new SoundLine(aacTrack(AUDIO_TRACK_ID, soundRate, 1));
  }

  /** Why it cannot go on; what is complete can be taken all the same. */
  get problem(): CutProblem | undefined {
    return this.#cutter.problem;
  }

  /** Whether pictures are shown in another order than they are sent in, as far as was seen. */
  get hasReordered(): boolean {
    return this.#cutter.hasReordered;
  }

  /** Whether an IDR picture came, so that there is a header. */
  get hasPictures(): boolean {
    return this.#cutter.video !== undefined;
  }

  /** Whether a fragment's pictures are complete. */
  get hasFragment(): boolean {
    return this.#cutter.next !== undefined;
  }

  /** Whether the sound of the next fragment is complete too; true where no sound is wanted. */
  get hasItsSound(): boolean {
    const last = this.#cutter.next?.pictures.at(-1);
    return this.#sound === undefined || last === undefined || this.#sound.reachesUs >= last.liveUs + last.durationUs;
  }

  /** Frames of sound that came and were written. */
  get soundFrames(): number {
    return this.#sound?.heard ?? 0;
  }

  /** `ftyp` and `moov`; `undefined` until the first IDR picture. */
  get header(): Uint8Array | undefined {
    const tracks = this.#tracks();
    return tracks && writeInitSegment(tracks);
  }

  add(packet: LivePacket): void {
    if (packet.track === 'video') this.#cutter.add(packet);
    else this.#sound?.add(packet);
  }

  /** The next fragment whose pictures are complete; silence where its sound is not. */
  take(): Fragment | undefined {
    const cut = this.#cutter.shift();
    return cut && this.#write(cut);
  }

  /** Completes a fragment with the groups of pictures that are whole. @returns Whether there is one. */
  flush(): boolean {
    return this.#cutter.flush();
  }

  /** Completes the last fragment with all that is there. */
  finish(): void {
    this.#cutter.finish();
  }

  /** A track that follows another one in the cutter has the same sample entry. */
  #tracks(): readonly Track[] | undefined {
    const { video } = this.#cutter;
    return video && [{ ...video, trackId: VIDEO_TRACK_ID, timescale: VIDEO_TIMESCALE }, ...(this.#sound === undefined ? [] : [this.#sound.track])];
  }

  #write({ pictures, endUs }: Cut): Fragment | undefined {
    const tracks = this.#tracks();
    if (tracks === undefined) return undefined;
    const samples = pictures.map(videoSample);
    const last = samples.at(-1);
    // The last picture lasts until the next fragment begins.
    if (last !== undefined) samples[samples.length - 1] = { ...last, duration: ticks(endUs) - last.dts };
    const sound = this.#sound?.cut(endUs, this.#cutter.timeLine) ?? [];
    this.#sequence += 1;
    return { data: writeFragment(this.#sequence, [...samples, ...sound], tracks), endSeconds: endUs / 1e6 };
  }
}
