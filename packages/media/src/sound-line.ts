// The sound of an assembled file: frames from many files on one unbroken line of time, with silence where there are none.
import { type CopyList, FROM_PATTERN } from './movie-copies.ts';
import { silentFrame, soundKind } from './silence.ts';
import type { AudioTrack } from './track.ts';
import type { TrackSamples } from './track-samples.ts';
import { TrackTable } from './track-table.ts';

const SOUND_TRACK_ID = 2;

/** Sound that is added: some frames of a file, and what is added to its times. */
export interface SoundFrames {
  readonly source: number;
  readonly samples: TrackSamples;
  readonly first: number;
  readonly end: number;
  /** Added to the file's seconds to get those of the assembled file. */
  readonly shiftSeconds: number;
}

/** Lays sound out. A frame that would begin before the one before it is over by half is left out: nothing is heard twice. */
export class SoundLine {
  readonly table: TrackTable;
  readonly #copies: CopyList;
  readonly #silence: ReturnType<typeof silentFrame>;
  readonly #kind: string;
  #entry = 1;
  /** When the last frame began and how long one lasts, in ticks. */
  #lastTicks = -Infinity;
  #frameTicks = 0;

  constructor(track: AudioTrack, copies: CopyList) {
    this.table = new TrackTable({ ...track, trackId: SOUND_TRACK_ID, timescale: track.sampleRate });
    this.#copies = copies;
    this.#silence = silentFrame(track);
    this.#kind = soundKind(track);
  }

  /** Pattern of `FROM_PATTERN` stretches. */
  get pattern(): Uint8Array {
    return this.#silence?.data ?? new Uint8Array(0);
  }

  /** Whether a track's frames can be laid on this line. */
  takes(track: AudioTrack): boolean {
    return soundKind(track) === this.#kind;
  }

  /** Chooses the sample entry for what is added from here on. */
  describe({ sampleEntry }: AudioTrack): void {
    const entries = this.table.sampleEntries;
    const known = entries.findIndex((entry) => isSame(entry, sampleEntry));
    this.#entry = known < 0 ? entries.push(sampleEntry) : known + 1;
  }

  /** One chunk. */
  add({ source, samples, first, end, shiftSeconds }: SoundFrames): void {
    const { timescale } = samples.track;
    const { timescale: rate } = this.table.track;
    let hasBegun = false;
    for (let index = first; index < end; index++) {
      const ticks = Math.round(((samples.pts[index] ?? 0) / timescale + shiftSeconds) * rate);
      if (ticks < this.#lastTicks + this.#frameTicks / 2) continue;
      this.fill(ticks / rate);
      if (!hasBegun) this.table.beginChunk(this.#copies.dataBytes, this.#entry);
      hasBegun = true;
      this.#frameTicks = this.#silence?.ticks ?? Math.max(1, Math.round(((samples.durations[index] ?? 0) / timescale) * rate));
      this.#put(source, samples.offsets[index] ?? 0, samples.sizes[index] ?? 0, ticks);
    }
  }

  /** Adds silence up to a time; what is shorter than a frame is left to the frame before. */
  fill(untilSeconds: number): void {
    const silence = this.#silence;
    if (silence === undefined) return;
    const from = Math.max(0, this.#lastTicks + this.#frameTicks);
    // A hair more, because a whole number of frames must not become one less by rounding.
    const frames = Math.floor((untilSeconds * this.table.track.timescale - from) / silence.ticks + 1e-6);
    if (frames < 1) return;
    this.table.beginChunk(this.#copies.dataBytes, this.#entry);
    this.#frameTicks = silence.ticks;
    for (let frame = 0; frame < frames; frame++) this.#put(FROM_PATTERN, 0, silence.data.length, from + frame * silence.ticks);
  }

  finish(): void {
    this.table.finish(this.#frameTicks);
  }

  #put(source: number, offset: number, size: number, ticks: number): void {
    this.#copies.add(source, offset, size);
    this.table.add({ dts: ticks, pts: ticks, size, isKey: true });
    this.#lastTicks = ticks;
  }
}

/** Whether two boxes are the same bytes. */
export const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index]);
