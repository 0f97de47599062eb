// Reads a whole file's sample tables back: the same locations a fragmented file yields from its moofs.
import { type BoxSpan, findBox, forEachBox, requireBox, spanOf } from './box.ts';
import { ByteReader } from './byte-reader.ts';
import type { SampleLocation } from './fragment-index.ts';
import { MediaError } from './media-error.ts';
import { type Movie, readTimescale, readTrackId } from './movie.ts';
import type { Track } from './track.ts';
import { emptyTrackSamples, locationsOf, type TrackSamples } from './track-samples.ts';

const MAX_SAMPLES = 50_000_000;

interface Table {
  readonly reader: ByteReader;
  readonly rows: number;
}

const openTable = (bytes: Uint8Array, box: BoxSpan, rowBytes: number): Table => {
  const reader = new ByteReader(bytes, box.body, box.end);
  reader.skip(4);
  const rows = reader.u32();
  if (rows * rowBytes > reader.remaining) throw new MediaError(`The table ${box.type} is shorter than it says.`);
  return { reader, rows };
};

/** Expands `[count, value]` rows. */
const readRuns = (bytes: Uint8Array, box: BoxSpan, samples: number): Int32Array => {
  const { reader, rows } = openTable(bytes, box, 8);
  const values = new Int32Array(samples);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const count = reader.u32();
    const value = reader.i32();
    values.fill(value, at, at + count);
    at += count;
  }
  return values;
};

const readSizes = (bytes: Uint8Array, box: BoxSpan): Uint32Array => {
  const reader = new ByteReader(bytes, box.body, box.end);
  reader.skip(4);
  const uniform = reader.u32();
  const count = reader.u32();
  if (count > MAX_SAMPLES || (uniform === 0 && count * 4 > reader.remaining)) throw new MediaError('The table stsz is shorter than it says.');
  const sizes = new Uint32Array(count);
  for (let i = 0; i < count; i++) sizes[i] = uniform === 0 ? reader.u32() : uniform;
  return sizes;
};

const readOffsets = (bytes: Uint8Array, stbl: BoxSpan): number[] => {
  const narrow = findBox(bytes, stbl, 'stco');
  const { reader, rows } = openTable(bytes, narrow ?? requireBox(bytes, stbl, 'co64'), narrow === undefined ? 8 : 4);
  return Array.from({ length: rows }, () => (narrow === undefined ? reader.u64() : reader.u32()));
};

/** By chunk: how many samples it has. */
const readChunkSizes = (bytes: Uint8Array, box: BoxSpan, chunks: number): number[] => {
  const { reader, rows } = openTable(bytes, box, 12);
  const starts = Array.from({ length: rows }, () => {
    const row = { first: reader.u32() - 1, samples: reader.u32() };
    reader.skip(4);
    return row;
  });
  const sizes: number[] = [];
  starts.forEach((row, index) => {
    const end = Math.min(starts[index + 1]?.first ?? chunks, chunks);
    while (sizes.length < end) sizes.push(row.samples);
  });
  return sizes;
};

const readKeys = (bytes: Uint8Array, box: BoxSpan | undefined): ReadonlySet<number> | undefined => {
  if (box === undefined) return undefined;
  const { reader, rows } = openTable(bytes, box, 4);
  return new Set(Array.from({ length: rows }, () => reader.u32() - 1));
};

/** Ticks from media time to presentation time: the pause before the track minus what its edit skips. */
const readShift = (bytes: Uint8Array, trak: BoxSpan, movieTimescale: number): number => {
  const edts = findBox(bytes, trak, 'edts');
  const elst = edts === undefined ? undefined : findBox(bytes, edts, 'elst');
  if (elst === undefined) return 0;
  const wide = bytes[elst.body] === 1;
  const { reader, rows } = openTable(bytes, elst, wide ? 20 : 12);
  let pause = 0;
  for (let row = 0; row < rows; row++) {
    const duration = wide ? reader.u64() : reader.u32();
    const mediaTime = wide ? reader.i32() * 2 ** 32 + reader.u32() : reader.i32();
    reader.skip(4);
    if (mediaTime >= 0) return pause - mediaTime;
    pause += Math.round((duration * readTimescale(bytes, trak)) / movieTimescale);
  }
  return pause;
};

const readTrack = (bytes: Uint8Array, trak: BoxSpan, track: Track, shift: number): TrackSamples => {
  const stbl = requireBox(bytes, trak, 'mdia', 'minf', 'stbl');
  const sizes = readSizes(bytes, requireBox(bytes, stbl, 'stsz'));
  const durations = readRuns(bytes, requireBox(bytes, stbl, 'stts'), sizes.length);
  const ctts = findBox(bytes, stbl, 'ctts');
  const composition = ctts === undefined ? undefined : readRuns(bytes, ctts, sizes.length);
  const keys = readKeys(bytes, findBox(bytes, stbl, 'stss'));
  const offsets = readOffsets(bytes, stbl);
  const chunkSizes = readChunkSizes(bytes, requireBox(bytes, stbl, 'stsc'), offsets.length);
  const samples = emptyTrackSamples(track, sizes.length);
  let index = 0;
  let dts = shift;
  offsets.forEach((chunkOffset, chunk) => {
    let offset = chunkOffset;
    for (let i = 0; i < (chunkSizes[chunk] ?? 0) && index < sizes.length; i++, index++) {
      const [size = 0, duration = 0] = [sizes[index], durations[index]];
      samples.dts[index] = dts;
      samples.pts[index] = dts + (composition?.[index] ?? 0);
      samples.durations[index] = duration;
      samples.sizes[index] = size;
      samples.offsets[index] = offset;
      samples.keys[index] = (keys?.has(index) ?? true) ? 1 : 0;
      dts += duration;
      offset += size;
    }
  });
  if (index !== sizes.length) throw new MediaError('The tables of a track disagree about how many samples it has.');
  return samples;
};

/**
 * Where all samples of a file that is not fragmented are.
 *
 * @param moov - The whole box.
 * @param movie - What `parseMoov` made of it; samples of other tracks are left out.
 * @returns Track by track; times in ticks of the track with edit lists applied, so that the presentation begins at 0 and
 *   the first decode times may be negative. Without samples for a fragmented file.
 * @throws MediaError where tables are damaged.
 */
export const readTrackSamples = (moov: Uint8Array, movie: Movie): TrackSamples[] => {
  const span = spanOf(moov, 'moov');
  const mvhd = requireBox(moov, span, 'mvhd');
  const header = new ByteReader(moov, mvhd.body, mvhd.end);
  header.skip(moov[mvhd.body] === 1 ? 20 : 12);
  const movieTimescale = header.u32() || 1;
  const found: TrackSamples[] = [];
  forEachBox(moov, span.body, span.end, (trak) => {
    if (trak.type !== 'trak') return;
    const trackId = readTrackId(moov, trak);
    const track = movie.tracks.find((candidate) => candidate.trackId === trackId);
    if (track !== undefined) found.push(readTrack(moov, trak, track, readShift(moov, trak, movieTimescale)));
  });
  return found;
};

/** What `readTrackSamples` reads, sample by sample: track after track, each in decode order. @throws MediaError where tables are damaged. */
export const readSampleTables = (moov: Uint8Array, movie: Movie): SampleLocation[] => readTrackSamples(moov, movie).flatMap(locationsOf);
