// Cuts live pictures into fragments: each begins with an IDR picture and is as long as it may be.
import type { LivePacket } from '@nightjar/client';
import { isIdr, MediaError, parameterSetsDiffer, type VideoTrack } from '@nightjar/media';
import { TimeLine } from './time-line.ts';

/** A picture on the recording's line of time. */
export interface TimedPicture {
  readonly dtsUs: number;
  readonly ptsUs: number;
  readonly durationUs: number;
  readonly isKey: boolean;
  readonly data: Uint8Array;
  /** Decode time in live time. */
  readonly liveUs: number;
}

/** The pictures of one fragment, and where it ends. */
export interface Cut {
  readonly pictures: readonly TimedPicture[];
  readonly endUs: number;
}

/** Why no more fragments can be made of what the camera sends. */
export type CutProblem = 'changed' | 'gop-too-long' | 'no-key-frame';

/** A fragment that is one group of pictures may be longer by this share: cameras that mean 4 s send 4.04 s. */
export const GOP_TOLERANCE = 1 / 16;

/** Times are rounded on their way, some cameras' to milliseconds: so much more is still the same. */
const ROUNDING_US = 1000;

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index]);
const endOf = ({ dtsUs, durationUs }: TimedPicture): number => dtsUs + durationUs;

/** Pictures in, cuts out. Holds no more than one fragment and the groups that were not taken. */
export class PictureCutter {
  readonly timeLine: TimeLine = new TimeLine();
  readonly #lengthUs: number;
  readonly #limitUs: number;
  /** Groups of pictures of the fragment that grows; the last one grows. */
  #groups: TimedPicture[][] = [];
  readonly #cuts: Cut[] = [];
  #video: VideoTrack | undefined;
  #problem: CutProblem | undefined;
  #needsKey = true;
  /** Live time of the first picture left out for want of a key frame. */
  #keylessSinceUs: number | undefined;
  #lastPtsUs = -Infinity;
  #hasReordered = false;

  /** @param lengthMs - Longest a fragment may be. */
  constructor(lengthMs: number) {
    this.#lengthUs = lengthMs * 1000 + ROUNDING_US;
    this.#limitUs = lengthMs * 1000 * (1 + GOP_TOLERANCE);
  }

  /** What its pictures are; there once the first IDR picture is. */
  get video(): VideoTrack | undefined {
    return this.#video;
  }

  get problem(): CutProblem | undefined {
    return this.#problem;
  }

  /** Whether pictures are shown in another order than they are sent in. */
  get hasReordered(): boolean {
    return this.#hasReordered;
  }

  /** The next fragment's pictures. */
  get next(): Cut | undefined {
    return this.#cuts[0];
  }

  add(packet: LivePacket): void {
    if (this.#problem !== undefined) return;
    const { video } = packet.tracks;
    if (video === undefined) return;
    const isKey = packet.isKey && isIdr(packet.data, video);
    if (packet.skippedFrames > 0) this.#needsKey = true;
    if (this.#needsKey && !isKey) return this.#leaveOut(packet);
    if (this.#isOther(packet.data, video, isKey)) {
      this.#problem = 'changed';
      return;
    }
    this.#needsKey = false;
    this.#keylessSinceUs = undefined;
    this.#put(packet, isKey);
  }

  /** Takes `next` away. */
  shift(): Cut | undefined {
    return this.#cuts.shift();
  }

  /** Makes a fragment of the groups that are whole, though more might have fitted in. @returns Whether there were any. */
  flush(): boolean {
    if (this.#groups.length < 2) return false;
    this.#cutBefore(this.#groups.length - 1);
    return true;
  }

  /** Makes the last fragment of all that is left, without what would make it too long. */
  finish(): void {
    const startUs = this.#startUs();
    const pictures = this.#groups.flat().filter((picture) => endOf(picture) - startUs <= this.#lengthUs || picture.dtsUs === startUs);
    this.#groups = [];
    const last = pictures.at(-1);
    if (last !== undefined) this.#cuts.push({ pictures, endUs: endOf(last) });
  }

  #isOther(data: Uint8Array, video: VideoTrack, isKey: boolean): boolean {
    if (this.#video !== video) {
      if (this.#video !== undefined && !isSame(this.#video.sampleEntry, video.sampleEntry)) return true;
      this.#video = video;
    }
    try {
      return isKey && parameterSetsDiffer(data, video);
    } catch (error) {
      if (error instanceof MediaError) return false;
      throw error;
    }
  }

  #leaveOut({ dtsUs }: LivePacket): void {
    this.#keylessSinceUs ??= dtsUs;
    if (dtsUs - this.#keylessSinceUs > this.#limitUs) this.#problem = 'no-key-frame';
  }

  #put({ data, dtsUs, ptsUs, durationUs }: LivePacket, isKey: boolean): void {
    const atUs = this.timeLine.place(dtsUs, durationUs, isKey ? this.#roomUs() : Infinity);
    const shownUs = atUs + ptsUs - dtsUs;
    if (shownUs < this.#lastPtsUs) this.#hasReordered = true;
    this.#lastPtsUs = shownUs;
    if (isKey) this.#beginGroup(atUs);
    const picture = { dtsUs: atUs, ptsUs: shownUs, durationUs, isKey, data, liveUs: dtsUs };
    this.#groups.at(-1)?.push(picture);
    this.#cutWhatIsLong(picture);
  }

  /** How long the last picture may be shown without its group becoming too long, where pictures were lost behind it. */
  #roomUs(): number {
    const group = this.#groups.at(-1);
    const [first, last] = [group?.[0], group?.at(-1)];
    return first === undefined || last === undefined ? Infinity : first.dtsUs + this.#limitUs - last.dtsUs;
  }

  /** A group that would make the fragment too long, if it is as long as the one before it, begins the next one. */
  #beginGroup(atUs: number): void {
    const [first, last] = [this.#groups[0]?.[0], this.#groups.at(-1)?.[0]];
    if (first !== undefined && last !== undefined) {
      if (atUs - first.dtsUs > this.#lengthUs && this.#groups.length > 1) this.#cutBefore(this.#groups.length - 1);
      if (atUs - this.#startUs() + (atUs - last.dtsUs) > this.#lengthUs) this.#cutBefore(this.#groups.length, atUs);
    }
    this.#groups.push([]);
  }

  /** The group that grows does not fit any more once a picture begins where the fragment has to end. */
  #cutWhatIsLong(newest: TimedPicture): void {
    if (this.#groups.length > 1 && newest.dtsUs - this.#startUs() >= this.#lengthUs - ROUNDING_US) this.#cutBefore(this.#groups.length - 1);
    if (this.#groups.length === 1 && endOf(newest) - this.#startUs() > this.#limitUs) this.#problem = 'gop-too-long';
  }

  #startUs(): number {
    return this.#groups[0]?.[0]?.dtsUs ?? 0;
  }

  /** Cuts before the group with that number, which begins at `endUs`. */
  #cutBefore(group: number, endUs: number = this.#groups[group]?.[0]?.dtsUs ?? 0): void {
    const pictures = this.#groups.splice(0, group).flat();
    if (pictures.length > 0) this.#cuts.push({ pictures, endUs });
  }
}
