// One fragment of a file: a moof that says what is in it, and the mdat with the data.
import { BoxWriter } from './box-writer.ts';
import { MediaError } from './media-error.ts';
import type { Sample, Track } from './track.ts';

const DEFAULT_BASE_IS_MOOF = 0x20000;
const RUN_FLAGS = 0x1 | 0x100 | 0x200 | 0x400;
const RUN_COMPOSITION = 0x800;
const SYNC_SAMPLE_FLAGS = 0x02000000;
const NON_SYNC_SAMPLE_FLAGS = 0x01010000;
const MDAT_HEADER_BYTES = 8;
/** At least what headers take, so that the buffer need not grow: of a fragment, and of each sample in it. */
const HEADER_BYTES = 512;
const HEADER_BYTES_PER_SAMPLE = 16;
const MAX_MDAT_BYTES = 2 ** 31 - 1;

/**
 * Writes a fragment.
 *
 * A sample lasts until the decode time of the next one of its track in the same fragment, whatever its own
 * duration says; only the last one's duration is written as it is.
 *
 * @param sequence - Counts the file's fragments, from 1.
 * @param samples - In decode order per track; times in ticks of their track.
 * @param tracks - The file's tracks; a track without samples gets no track fragment.
 * @throws MediaError for a sample of an unknown track and for decode times that go back.
 */
export const writeFragment = (sequence: number, samples: readonly Sample[], tracks: readonly Track[]): Uint8Array => {
  const byTrack = tracks.map((track) => samples.filter((sample) => sample.trackId === track.trackId)).filter((own) => own.length > 0);
  const dataBytes = samples.reduce((sum, sample) => sum + sample.data.length, 0);
  if (byTrack.reduce((sum, own) => sum + own.length, 0) !== samples.length) throw new MediaError('A sample belongs to no track of the file.');
  if (dataBytes > MAX_MDAT_BYTES) throw new MediaError('A fragment would be larger than 2 GiB.');

  const writer = new BoxWriter(dataBytes + samples.length * HEADER_BYTES_PER_SAMPLE + HEADER_BYTES);
  const offsets: { readonly at: number; readonly before: number }[] = [];
  let before = 0;
  writer.box('moof', () => {
    writer.fullBox('mfhd', 0, 0, () => writer.u32(sequence));
    for (const own of byTrack) {
      offsets.push({ at: writeTrackFragment(writer, own), before });
      for (const sample of own) before += sample.data.length;
    }
  });
  for (const offset of offsets) writer.patchU32(offset.at, writer.length + MDAT_HEADER_BYTES + offset.before);
  writer.box('mdat', () => {
    for (const own of byTrack) for (const sample of own) writer.bytes(sample.data);
  });
  return writer.finish();
};

const [HEAD_BYTES, FULL_HEAD_BYTES, MFHD_BYTES, TFHD_BYTES] = [8, 12, 16, 16];
/** Where a fragment as written above has its number, and the decode time of its first track. */
const SEQUENCE_AT = HEAD_BYTES + FULL_HEAD_BYTES;
const DECODE_TIME_AT = HEAD_BYTES + MFHD_BYTES + HEAD_BYTES + TFHD_BYTES + FULL_HEAD_BYTES;

/**
 * Copies a fragment of one track into another file, or to another place of the same.
 *
 * @param fragment - As `writeFragment` made it.
 * @param dts - Decode time of its first sample there, in ticks.
 */
export const moveFragment = (fragment: Uint8Array, sequence: number, dts: number): Uint8Array => {
  const moved = fragment.slice();
  const view = new DataView(moved.buffer);
  view.setUint32(SEQUENCE_AT, sequence);
  view.setBigUint64(DECODE_TIME_AT, BigInt(dts));
  return moved;
};

/** Ticks to the next sample, or the sample's own duration. */
const durationOf = (sample: Sample, next: Sample | undefined): number => {
  const duration = next === undefined ? sample.duration : next.dts - sample.dts;
  if (duration < 0 || duration > 2 ** 32 - 1) throw new MediaError('Decode times within a fragment must not go back.');
  return duration;
};

/** Answers where the run's data offset is to be written. */
const writeTrackFragment = (writer: BoxWriter, samples: readonly Sample[]): number => {
  const [first] = samples;
  if (first === undefined || first.dts < 0) throw new MediaError('A decode time must not be negative.');
  const reordered = samples.some((sample) => sample.pts !== sample.dts);
  let dataOffsetAt = 0;
  writer.box('traf', () => {
    writer.fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF, () => writer.u32(first.trackId));
    writer.fullBox('tfdt', 1, 0, () => writer.u64(first.dts));
    writer.fullBox('trun', reordered ? 1 : 0, RUN_FLAGS + (reordered ? RUN_COMPOSITION : 0), () => {
      writer.u32(samples.length);
      dataOffsetAt = writer.length;
      writer.u32(0);
      samples.forEach((sample, index) => {
        writer.u32(durationOf(sample, samples[index + 1]));
        writer.u32(sample.data.length);
        writer.u32(sample.isKey ? SYNC_SAMPLE_FLAGS : NON_SYNC_SAMPLE_FLAGS);
        if (reordered) writer.i32(sample.pts - sample.dts);
      });
    });
  });
  return dataOffsetAt;
};
