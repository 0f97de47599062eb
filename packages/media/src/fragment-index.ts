// The moof box: where a fragment's samples are and when they are due, without their data.
import { type BoxSpan, forEachBox, spanOf } from './box.ts';
import { ByteReader } from './byte-reader.ts';
import { MediaError } from './media-error.ts';
import type { Movie, TrackDefaults } from './movie.ts';

/** One sample's times, in ticks of its track, and its place, in bytes from the beginning of the file. */
export interface SampleLocation {
  readonly trackId: number;
  readonly dts: number;
  readonly pts: number;
  readonly duration: number;
  readonly isKey: boolean;
  readonly offset: number;
  readonly size: number;
}

const NON_SYNC_SAMPLE = 0x10000;
const TFHD_BASE_DATA_OFFSET = 0x1;
const TFHD_DESCRIPTION_INDEX = 0x2;
const TFHD_DURATION = 0x8;
const TFHD_SIZE = 0x10;
const TFHD_FLAGS = 0x20;
const TFHD_BASE_IS_MOOF = 0x20000;
const TRUN_DATA_OFFSET = 0x1;
const TRUN_FIRST_FLAGS = 0x4;
const TRUN_DURATION = 0x100;
const TRUN_SIZE = 0x200;
const TRUN_FLAGS = 0x400;
const TRUN_COMPOSITION = 0x800;
const MAX_SAMPLES_PER_RUN = 1_000_000;
const NO_DEFAULTS: TrackDefaults = { duration: 0, size: 0, flags: 0 };

interface TrackFragment {
  readonly trackId: number;
  readonly known: boolean;
  readonly isAudio: boolean;
  readonly base: number;
  readonly defaults: TrackDefaults;
}

const parseHeader = (bytes: Uint8Array, box: BoxSpan, movie: Movie, bases: { readonly moof: number; readonly previousEnd: number }): TrackFragment => {
  const reader = new ByteReader(bytes, box.body, box.end);
  const flags = reader.u32() & 0xffffff;
  const trackId = reader.u32();
  const explicit = flags & TFHD_BASE_DATA_OFFSET ? reader.u64() : undefined;
  if (flags & TFHD_DESCRIPTION_INDEX) reader.skip(4);
  const inherited = movie.defaults.get(trackId) ?? NO_DEFAULTS;
  const duration = flags & TFHD_DURATION ? reader.u32() : inherited.duration;
  const size = flags & TFHD_SIZE ? reader.u32() : inherited.size;
  const sampleFlags = flags & TFHD_FLAGS ? reader.u32() : inherited.flags;
  const track = movie.tracks.find((candidate) => candidate.trackId === trackId);
  return {
    trackId,
    known: track !== undefined,
    isAudio: track?.kind === 'audio',
    base: explicit ?? (flags & TFHD_BASE_IS_MOOF ? bases.moof : bases.previousEnd),
    defaults: { duration, size, flags: sampleFlags },
  };
};

const parseDecodeTime = (bytes: Uint8Array, box: BoxSpan): number => {
  const reader = new ByteReader(bytes, box.body, box.end);
  const version = reader.u8();
  reader.skip(3);
  return version === 1 ? reader.u64() : reader.u32();
};

interface RunStart {
  readonly dts: number;
  readonly offset: number;
}

/** What a run says about one sample, defaults filled in. */
const readRunEntry = (reader: ByteReader, flags: number, defaults: TrackDefaults): TrackDefaults & { readonly composition: number } => ({
  duration: flags & TRUN_DURATION ? reader.u32() : defaults.duration,
  size: flags & TRUN_SIZE ? reader.u32() : defaults.size,
  flags: flags & TRUN_FLAGS ? reader.u32() : defaults.flags,
  // Version 0 calls the offset unsigned, but writers put negative ones there, and none is larger than 2^31.
  composition: flags & TRUN_COMPOSITION ? reader.i32() : 0,
});

/** Reads one run; answers where the next one of its track goes on. */
const parseRun = (bytes: Uint8Array, box: BoxSpan, track: TrackFragment, start: RunStart, into: SampleLocation[]): RunStart => {
  const reader = new ByteReader(bytes, box.body, box.end);
  const flags = reader.u32() & 0xffffff;
  const count = reader.u32();
  if (count > MAX_SAMPLES_PER_RUN) throw new MediaError(`A fragment claims ${count} samples.`);
  let offset = flags & TRUN_DATA_OFFSET ? track.base + reader.i32() : start.offset;
  let dts = start.dts;
  const firstFlags = flags & TRUN_FIRST_FLAGS ? reader.u32() : undefined;
  for (let i = 0; i < count; i++) {
    const own = readRunEntry(reader, flags, track.defaults);
    const sampleFlags = i === 0 && firstFlags !== undefined ? firstFlags : own.flags;
    if (track.known) {
      const isKey = track.isAudio || (sampleFlags & NON_SYNC_SAMPLE) === 0;
      into.push({ trackId: track.trackId, dts, pts: dts + own.composition, duration: own.duration, isKey, offset, size: own.size });
    }
    dts += own.duration;
    offset += own.size;
  }
  return { dts, offset };
};

/** Reads one track fragment; answers where its data ends. */
const parseTrackFragment = (
  bytes: Uint8Array,
  traf: BoxSpan,
  movie: Movie,
  bases: { readonly moof: number; readonly previousEnd: number },
  into: SampleLocation[],
): number => {
  let track: TrackFragment | undefined;
  let next: { dts?: number; offset: number } = { offset: bases.previousEnd };
  forEachBox(bytes, traf.body, traf.end, (box) => {
    if (box.type === 'tfhd') {
      track = parseHeader(bytes, box, movie, bases);
      next = { ...next, offset: track.base };
    } else if (box.type === 'tfdt') {
      next = { ...next, dts: parseDecodeTime(bytes, box) };
    } else if (box.type === 'trun') {
      if (track === undefined || next.dts === undefined) throw new MediaError('A fragment does not say which track it is of or when it begins.');
      next = parseRun(bytes, box, track, { dts: next.dts, offset: next.offset }, into);
    }
  });
  return next.offset;
};

/**
 * Reads a moof.
 *
 * @param moof - The whole box.
 * @param fileOffset - Where it begins in the file, in bytes; sample offsets are given from the same beginning.
 * @param movie - The file's moov. Samples of tracks it doesn't list are left out.
 * @returns Samples in file order: by track fragment, each in decode order.
 * @throws MediaError where the box is damaged.
 */
export const parseMoof = (moof: Uint8Array, fileOffset: number, movie: Movie): SampleLocation[] => {
  const span = spanOf(moof, 'moof');
  const samples: SampleLocation[] = [];
  let previousEnd = fileOffset;
  forEachBox(moof, span.body, span.end, (box) => {
    if (box.type === 'traf') previousEnd = parseTrackFragment(moof, box, movie, { moof: fileOffset, previousEnd }, samples);
  });
  return samples;
};
