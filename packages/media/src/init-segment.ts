// The beginning of a fragmented file: what its tracks are, before any sample.
import { BoxWriter } from './box-writer.ts';
import type { Track } from './track.ts';
import { nextTrackId, writeFileType, writeMovieHeader, writeTrack } from './track-boxes.ts';

const MOVIE_TIMESCALE = 1000;

/** What an init segment may say beside its tracks. */
export interface InitSegmentOptions {
  /** Whole boxes that follow the moov as they are. */
  readonly extraBoxes?: readonly Uint8Array[];
  /** Media time in seconds that players show at 0, so that fragments out of the middle of a stream need not be written anew. Default: 0. */
  readonly startSeconds?: number;
}

/** Writes ftyp and moov of a fragmented file. */
export const writeInitSegment = (tracks: readonly Track[], { extraBoxes = [], startSeconds = 0 }: InitSegmentOptions = {}): Uint8Array => {
  const writer = new BoxWriter();
  writeFileType(writer, 'iso5', ['iso5', 'iso6', 'mp41']);
  writer.box('moov', () => {
    writeMovieHeader(writer, { timescale: MOVIE_TIMESCALE, duration: 0, nextTrackId: nextTrackId(tracks) });
    for (const track of tracks) {
      // An edit of no length means everything that follows (ISO/IEC 14496-12 §8.6.6.1).
      const edits = startSeconds === 0 ? [] : [{ mediaTime: Math.round(startSeconds * track.timescale), duration: 0 }];
      writeTrack(writer, track, { movieDuration: 0, mediaDuration: 0, edits, tables: () => writeEmptyTables(writer) });
    }
    writer.box('mvex', () => {
      for (const track of tracks) writeTrackExtends(writer, track.trackId);
    });
  });
  for (const box of extraBoxes) writer.bytes(box);
  return writer.finish();
};

const writeEmptyTables = (writer: BoxWriter): void => {
  for (const type of ['stts', 'stsc', 'stsz', 'stco']) writer.fullBox(type, 0, 0, () => writer.zeros(type === 'stsz' ? 8 : 4));
};

const writeTrackExtends = (writer: BoxWriter, trackId: number): void => {
  writer.fullBox('trex', 0, 0, () => {
    writer.u32(trackId);
    writer.u32(1);
    writer.zeros(12);
  });
};
