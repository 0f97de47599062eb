// The moov box: which tracks a file has, and what its fragments leave unsaid.
import { type BoxSpan, forEachBox, requireBox, spanOf } from './box.ts';
import { ByteReader } from './byte-reader.ts';
import { MediaError } from './media-error.ts';
import { parseSampleEntry } from './sample-entry.ts';
import type { Track } from './track.ts';

/** What holds for a track's samples where a fragment says nothing (`trex`). */
export interface TrackDefaults {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

/** A moov, read. */
export interface Movie {
  /** Tracks of codecs this package knows, in file order; others are left out. */
  readonly tracks: readonly Track[];
  /** Sample entry types (`Opus`, `mp4v`…) of the tracks left out, in file order. */
  readonly leftOut: readonly string[];
  /** By track id, also of tracks left out. */
  readonly defaults: ReadonlyMap<number, TrackDefaults>;
}

/** The number of a track, from its `tkhd`. */
export const readTrackId = (bytes: Uint8Array, trak: BoxSpan): number => {
  const header = requireBox(bytes, trak, 'tkhd');
  const reader = new ByteReader(bytes, header.body, header.end);
  const version = reader.u8();
  reader.skip(version === 1 ? 19 : 11);
  return reader.u32();
};

/** Ticks a second of a track, from its `mdhd`. @throws MediaError for 0. */
export const readTimescale = (bytes: Uint8Array, trak: BoxSpan): number => {
  const header = requireBox(bytes, trak, 'mdia', 'mdhd');
  const reader = new ByteReader(bytes, header.body, header.end);
  const version = reader.u8();
  reader.skip(version === 1 ? 19 : 11);
  const timescale = reader.u32();
  if (timescale === 0) throw new MediaError('A track says a second has no ticks.');
  return timescale;
};

const parseTrack = (bytes: Uint8Array, trak: BoxSpan): { readonly track: Track | undefined; readonly entryType: string } => {
  const context = { trackId: readTrackId(bytes, trak), timescale: readTimescale(bytes, trak) };
  const stsd = requireBox(bytes, trak, 'mdia', 'minf', 'stbl', 'stsd');
  let track: Track | undefined;
  let entryType = '';
  forEachBox(bytes, stsd.body + 8, stsd.end, (entry) => {
    entryType ||= entry.type;
    track ??= parseSampleEntry(bytes, entry, context);
  });
  return { track, entryType };
};

const parseDefaults = (bytes: Uint8Array, mvex: BoxSpan, into: Map<number, TrackDefaults>): void => {
  forEachBox(bytes, mvex.body, mvex.end, (box) => {
    if (box.type !== 'trex') return;
    const reader = new ByteReader(bytes, box.body, box.end);
    reader.skip(4);
    const trackId = reader.u32();
    reader.skip(4);
    into.set(trackId, { duration: reader.u32(), size: reader.u32(), flags: reader.u32() });
  });
};

/**
 * Reads a moov.
 *
 * @param moov - The whole box.
 * @throws MediaError where it is damaged.
 */
export const parseMoov = (moov: Uint8Array): Movie => {
  const span = spanOf(moov, 'moov');
  const tracks: Track[] = [];
  const leftOut: string[] = [];
  const defaults = new Map<number, TrackDefaults>();
  forEachBox(moov, span.body, span.end, (box) => {
    if (box.type === 'mvex') parseDefaults(moov, box, defaults);
    if (box.type !== 'trak') return;
    const { track, entryType } = parseTrack(moov, box);
    if (track !== undefined) tracks.push(track);
    else leftOut.push(entryType);
  });
  return { tracks, leftOut, defaults };
};
