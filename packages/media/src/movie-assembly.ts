// Plans one fast-start file from stretches of many: pictures and sound as they are, on one line of time, nothing encoded again.
import { chunksInOrder } from './chunk-order.ts';
import { MediaError } from './media-error.ts';
import { CopyList, type MovieCopies } from './movie-copies.ts';
import { writeMovieStart } from './movie-header.ts';
import { PictureLine } from './picture-line.ts';
import { soundKind } from './silence.ts';
import { SoundLine } from './sound-line.ts';
import type { AudioTrack, VideoTrack } from './track.ts';
import type { TrackSamples } from './track-samples.ts';

/** How far silence stays behind the pictures while it is not known whether sound follows. */
const SILENCE_BEHIND_SECONDS = 1;
/** How many pictures may be shown out of order. */
const MOST_REORDERED = 32;
const ROUNDING_SECONDS = 1e-6;

/** A stretch of one file. */
export interface MoviePart {
  /** Number of the file, for the copies. */
  readonly source: number;
  /** Its tracks, whole. */
  readonly tracks: readonly TrackSamples[];
  /** The first picture taken, which is a key picture. */
  readonly first: number;
  /** The picture after the last one taken. */
  readonly end: number;
  /** Where its first picture begins in the assembled file, at the earliest: what is there already is shown first. */
  readonly startSeconds: number;
  /** Leave out pictures that are shown before the first one: what they refer to is not there. */
  readonly dropsLeading?: boolean;
}

/** What to write: the header, then the copies one after the other. */
export interface MoviePlan {
  readonly header: Uint8Array;
  readonly copies: MovieCopies;
  /** What copies `FROM_PATTERN` repeat. */
  readonly pattern: Uint8Array;
  /** Bytes of the whole file. */
  readonly sizeBytes: number;
  readonly frames: number;
  readonly durationSeconds: number;
  readonly video: VideoTrack;
  readonly audio?: AudioTrack;
}

type Pictures = TrackSamples & { readonly track: VideoTrack };
type Sound = TrackSamples & { readonly track: AudioTrack };

/** The pictures among a file's tracks. */
export const picturesOf = (tracks: readonly TrackSamples[]): Pictures | undefined =>
  tracks.find((samples): samples is Pictures => samples.track.kind === 'video' && samples.count > 0);

/** Takes part after part. */
export class MovieAssembly {
  readonly #copies = new CopyList();
  /** Which sound is taken. */
  readonly sound: AudioTrack | undefined;
  readonly #sound: SoundLine | undefined;
  readonly #heard = new Map<string, { readonly track: AudioTrack; frames: number }>();
  #pictures: PictureLine | undefined;

  /** @param sound - Which sound to take; parts with another kind, or none, are silent. Absent: no sound. */
  constructor(sound?: AudioTrack) {
    this.sound = sound;
    this.#sound = sound && new SoundLine(sound, this.#copies);
  }

  /** Of all sounds in the parts so far the one with most frames. */
  get mainSound(): AudioTrack | undefined {
    return [...this.#heard.values()].sort((a, b) => b.frames - a.frames)[0]?.track;
  }

  /** Samples laid out so far. */
  get samples(): number {
    return (this.#pictures?.table.count ?? 0) + (this.#sound?.table.count ?? 0);
  }

  /** Adds a part. @returns Where it begins, in seconds. @throws MediaError for a part without pictures, or of another codec than the ones before. */
  add(part: MoviePart): number {
    const pictures = picturesOf(part.tracks);
    if (pictures === undefined || part.end <= part.first) throw new MediaError('A part of the file holds no picture.');
    const line = (this.#pictures ??= new PictureLine(pictures.track, this.#copies));
    const shown = firstShown(pictures, part);
    const notBefore = part.dropsLeading === true ? shown : -Infinity;
    const startSeconds = line.begin({ source: part.source, samples: pictures, shown, notBefore }, part.startSeconds);
    const shiftSeconds = startSeconds - shown / pictures.track.timescale;
    const sound = this.#hear(part, { pictures, shown, shiftSeconds });
    for (const { track, first, end } of chunksInOrder(sound === undefined ? [pictures] : [pictures, sound.samples])) {
      if (track === 0) this.#addPictures(line, pictures, { first: Math.max(first, part.first), end: Math.min(end, part.end), shiftSeconds, sound });
      else if (sound !== undefined) this.#addSound(part.source, sound, { first, end, shiftSeconds });
    }
    return startSeconds;
  }

  /** No more parts. @throws MediaError where there is nothing to write. */
  finish(extraBoxes: readonly Uint8Array[] = []): MoviePlan {
    const pictures = this.#pictures;
    if (pictures === undefined) throw new MediaError('There are no samples to write.');
    pictures.finish();
    this.#sound?.finish();
    const tables = [pictures.table, ...(this.#sound === undefined || this.#sound.table.count === 0 ? [] : [this.#sound.table])];
    const { dataBytes } = this.#copies;
    const header = writeMovieStart(tables, { dataBytes, extraBoxes });
    const audio = tables[1]?.track;
    return {
      header,
      copies: this.#copies.finish(),
      pattern: this.#sound?.pattern ?? new Uint8Array(0),
      sizeBytes: header.length + dataBytes,
      frames: pictures.table.count,
      durationSeconds: pictures.endSeconds,
      video: pictures.video,
      ...(audio?.kind === 'audio' ? { audio } : {}),
    };
  }

  /** The part's sound, where it is of the kind that is taken. */
  #hear(part: MoviePart, at: { readonly pictures: Pictures; readonly shown: number; readonly shiftSeconds: number }): PartSound | undefined {
    const samples = part.tracks.find((candidate): candidate is Sound => candidate.track.kind === 'audio' && candidate.count > 0);
    if (samples === undefined) return undefined;
    const heard = this.#heard.get(soundKind(samples.track)) ?? { track: samples.track, frames: 0 };
    heard.frames += samples.count;
    this.#heard.set(soundKind(samples.track), heard);
    if (this.#sound?.takes(samples.track) !== true) return undefined;
    this.#sound.describe(samples.track);
    return soundWindow(samples, part, at);
  }

  #addPictures(
    line: PictureLine,
    { pts, track }: Pictures,
    { first, end, shiftSeconds, sound }: { readonly first: number; readonly end: number; readonly shiftSeconds: number; readonly sound: PartSound | undefined },
  ): void {
    if (first >= end) return;
    // Silence goes along with the pictures, so that both are read at the same pace.
    const seconds = (pts[first] ?? 0) / track.timescale + shiftSeconds - SILENCE_BEHIND_SECONDS;
    const next = sound === undefined || sound.next >= sound.end ? Infinity : secondsAt(sound.samples, sound.next) + shiftSeconds;
    this.#sound?.fill(Math.min(seconds, next));
    line.add(first, end);
  }

  #addSound(
    source: number,
    sound: PartSound,
    { first, end, shiftSeconds }: { readonly first: number; readonly end: number; readonly shiftSeconds: number },
  ): void {
    const window = { first: Math.max(first, sound.first), end: Math.min(end, sound.end) };
    this.#sound?.add({ source, samples: sound.samples, ...window, shiftSeconds });
    sound.next = Math.max(sound.next, window.end);
  }
}

/** The sound of a part: the frames `first` to `end` of its file, and the one that comes next. */
interface PartSound {
  readonly samples: Sound;
  readonly first: number;
  readonly end: number;
  next: number;
}

const secondsAt = ({ pts, track }: TrackSamples, index: number): number => (pts[index] ?? 0) / track.timescale;

/** When the first picture of a part is shown, in ticks of its file. */
const firstShown = ({ pts }: TrackSamples, { first, end, dropsLeading }: MoviePart): number => {
  const reordered = dropsLeading === true ? 1 : MOST_REORDERED;
  return pts.subarray(first, Math.min(end, first + reordered)).reduce((earliest, time) => Math.min(earliest, time), Infinity);
};

/** The sound that belongs to a part's pictures: all of it behind the first, where they go on to the end of the file. */
const soundWindow = (
  samples: Sound,
  part: MoviePart,
  { pictures, shown, shiftSeconds }: { readonly pictures: Pictures; readonly shown: number; readonly shiftSeconds: number },
): PartSound => {
  const from = Math.max(shown / pictures.track.timescale, -shiftSeconds);
  const to = part.end < pictures.count ? secondsAt(pictures, part.end) : Infinity;
  let first = 0;
  while (first < samples.count && secondsAt(samples, first) < from - ROUNDING_SECONDS) first += 1;
  let end = samples.count;
  while (end > first && secondsAt(samples, end - 1) >= to - ROUNDING_SECONDS) end -= 1;
  return { samples, first, end, next: first };
};
