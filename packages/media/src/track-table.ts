// The sample tables of one track while its media is laid out: kept as they are written, so that a day of video stays small.
import { Float64List, RunList, Uint32List } from './growing-list.ts';
import { MediaError } from './media-error.ts';
import type { Track } from './track.ts';

const MAX_U32 = 2 ** 32 - 1;

/** One sample on its way into the tables; times in ticks of the track. */
export interface TableSample {
  readonly dts: number;
  readonly pts: number;
  readonly size: number;
  readonly isKey: boolean;
}

/** Collects samples in decode order, chunk by chunk. */
export class TrackTable {
  readonly track: Track;
  /** What the samples are: one entry, or more where parameter sets change on the way. */
  readonly sampleEntries: Uint8Array[];
  /** Ticks until the next sample is decoded. */
  readonly durations = new RunList();
  /** Ticks from decoding to showing. */
  readonly compositions = new RunList();
  readonly sizes = new Uint32List();
  /** Numbers of the samples that decoding may start at, from 1. */
  readonly keys = new Uint32List();
  /** By chunk: where it begins, in bytes from the beginning of the media data. */
  readonly chunkOffsets = new Float64List();
  /** By run of equal chunks: the first chunk's number, samples in each, and number of the sample entry. */
  readonly chunkRuns: { readonly firstChunk: number; readonly samples: number; readonly entry: number }[] = [];
  firstDts = 0;
  firstPts = Infinity;
  endPts = -Infinity;
  mediaDuration = 0;
  #last: { readonly dts: number; readonly pts: number } | undefined;
  #chunk: { samples: number; readonly entry: number } | undefined;

  constructor(track: Track) {
    this.track = track;
    this.sampleEntries = [track.sampleEntry];
  }

  get count(): number {
    return this.sizes.length;
  }

  /** Samples lie next to each other from here on. @param entry - Number of their sample entry, from 1. */
  beginChunk(offset: number, entry = 1): void {
    this.#endChunk();
    this.chunkOffsets.push(offset);
    this.#chunk = { samples: 0, entry };
  }

  /** @throws MediaError where decode times go back. */
  add({ dts, pts, size, isKey }: TableSample): void {
    if (this.#chunk === undefined) throw new MediaError('A sample belongs to no chunk.');
    if (this.#last === undefined) this.firstDts = dts;
    else this.#setDuration(this.#last, dts - this.#last.dts);
    this.#chunk.samples += 1;
    this.compositions.push(pts - dts);
    this.sizes.push(size);
    if (isKey) this.keys.push(this.sizes.length);
    this.firstPts = Math.min(this.firstPts, pts);
    this.#last = { dts, pts };
  }

  /** No more samples. @param lastDuration - Of the last one, in ticks. */
  finish(lastDuration: number): void {
    if (this.#last !== undefined) this.#setDuration(this.#last, lastDuration);
    this.#last = undefined;
    this.#endChunk();
  }

  #setDuration(sample: { readonly pts: number }, duration: number): void {
    if (duration < 0 || duration > MAX_U32) throw new MediaError('Decode times of a track must not go back.');
    this.durations.push(duration);
    this.mediaDuration += duration;
    this.endPts = Math.max(this.endPts, sample.pts + duration);
  }

  #endChunk(): void {
    if (this.#chunk === undefined) return;
    const { samples, entry } = this.#chunk;
    const before = this.chunkRuns.at(-1);
    if (before?.samples !== samples || before.entry !== entry) this.chunkRuns.push({ firstChunk: this.chunkOffsets.length, samples, entry });
    this.#chunk = undefined;
  }
}
