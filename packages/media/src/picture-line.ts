// The pictures of an assembled file: those of many files on one line of time, none before the one ahead of it.
import { MediaError } from './media-error.ts';
import type { CopyList } from './movie-copies.ts';
import { isSame } from './sound-line.ts';
import type { VideoTrack } from './track.ts';
import type { TrackSamples } from './track-samples.ts';
import { TrackTable } from './track-table.ts';

const PICTURE_TRACK_ID = 1;
/** Ticks a second of the pictures of every file. */
const PICTURE_TIMESCALE = 90_000;

/** Which pictures of a file are laid out, and when. */
export interface PictureStretch {
  /** Number of the file, for the copies. */
  readonly source: number;
  readonly samples: TrackSamples & { readonly track: VideoTrack };
  /** What the file's own clock says when its first picture taken is shown. */
  readonly shown: number;
  /** Pictures shown before this, by the file's own clock, are left out. */
  readonly notBefore: number;
}

/** Lays pictures out. */
export class PictureLine {
  readonly table: TrackTable;
  readonly video: VideoTrack;
  readonly #copies: CopyList;
  #stretch: PictureStretch | undefined;
  #base = 0;
  #entry = 1;
  #lastDts = -Infinity;
  #lastPts = -Infinity;
  #endPts = 0;

  constructor(track: VideoTrack, copies: CopyList) {
    this.video = { ...track, trackId: PICTURE_TRACK_ID, timescale: PICTURE_TIMESCALE };
    this.table = new TrackTable(this.video);
    this.#copies = copies;
  }

  /** Where the picture shown last ends. */
  get endSeconds(): number {
    return this.#endPts / PICTURE_TIMESCALE;
  }

  /** Begins a stretch, at `startSeconds` or just behind what is there. @returns Where it begins, in seconds. @throws MediaError for another codec. */
  begin(stretch: PictureStretch, startSeconds: number): number {
    const { track } = stretch.samples;
    if (track.codec !== this.video.codec) throw new MediaError('One file cannot hold pictures of two codecs.');
    const entries = this.table.sampleEntries;
    const known = entries.findIndex((entry) => isSame(entry, track.sampleEntry));
    this.#entry = known < 0 ? entries.push(track.sampleEntry) : known + 1;
    this.#stretch = stretch;
    this.#base = Math.max(Math.round(startSeconds * PICTURE_TIMESCALE), this.#lastPts + 1);
    return this.#base / PICTURE_TIMESCALE;
  }

  /** Adds a chunk of the stretch: pictures `first` to `end`, which is not among them. */
  add(first: number, end: number): void {
    if (this.#stretch === undefined) throw new MediaError('These pictures belong to no stretch.');
    const { samples, shown, notBefore, source } = this.#stretch;
    const scale = PICTURE_TIMESCALE / samples.track.timescale;
    const ticks = (time: number): number => this.#base + Math.round((time - shown) * scale);
    let hasBegun = false;
    for (let index = first; index < end; index++) {
      const [pts = 0, size = 0] = [samples.pts[index], samples.sizes[index]];
      if (pts < notBefore) continue;
      if (!hasBegun) this.table.beginChunk(this.#copies.dataBytes, this.#entry);
      hasBegun = true;
      const shownAt = ticks(pts);
      const dts = Math.max(ticks(samples.dts[index] ?? 0), this.#lastDts + 1);
      this.#copies.add(source, samples.offsets[index] ?? 0, size);
      this.table.add({ dts, pts: shownAt, size, isKey: samples.keys[index] === 1 });
      this.#lastDts = dts;
      this.#lastPts = Math.max(this.#lastPts, shownAt);
      this.#endPts = Math.max(this.#endPts, shownAt + Math.round((samples.durations[index] ?? 0) * scale));
    }
  }

  finish(): void {
    this.table.finish(Math.max(0, this.#endPts - this.#lastPts));
  }
}
