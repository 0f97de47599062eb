// The boxes of a moov that init segments and whole files have in common.
import type { BoxWriter } from './box-writer.ts';
import type { Track } from './track.ts';

const MAX_U32 = 2 ** 32 - 1;
const UNITY_MATRIX: readonly number[] = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
const FULL_VOLUME = 0x0100;
const TRACK_ENABLED_IN_MOVIE = 3;
const UNDETERMINED_LANGUAGE = 0x55c4;

/** `[media time, duration]` of an edit; media time -1 is a pause. Duration in movie ticks, media time in track ticks. */
export interface Edit {
  readonly mediaTime: number;
  readonly duration: number;
}

/** What differs between the moov of an init segment and of a whole file. */
export interface TrackBoxes {
  /** Ticks of the movie; 0 in an init segment. */
  readonly movieDuration: number;
  /** Ticks of the track; 0 in an init segment. */
  readonly mediaDuration: number;
  readonly edits: readonly Edit[];
  /** Absent: the track's own. */
  readonly sampleEntries?: readonly Uint8Array[];
  /** Writes stts to stco. */
  readonly tables: () => void;
}

const writeMatrix = (writer: BoxWriter): void => {
  for (const value of UNITY_MATRIX) writer.u32(value);
};

/** Writes the file type box. */
export const writeFileType = (writer: BoxWriter, major: string, compatible: readonly string[]): void => {
  writer.box('ftyp', () => {
    writer.ascii(major);
    writer.u32(512);
    for (const brand of compatible) writer.ascii(brand);
  });
};

/** Writes the movie header. */
export const writeMovieHeader = (writer: BoxWriter, movie: { readonly timescale: number; readonly duration: number; readonly nextTrackId: number }): void => {
  const wide = movie.duration > MAX_U32;
  writer.fullBox('mvhd', wide ? 1 : 0, 0, () => {
    writer.zeros(wide ? 16 : 8);
    writer.u32(movie.timescale);
    writer.u32or64(movie.duration, wide);
    writer.u32(0x10000);
    writer.u16(FULL_VOLUME);
    writer.zeros(10);
    writeMatrix(writer);
    writer.zeros(24);
    writer.u32(movie.nextTrackId);
  });
};

const writeTrackHeader = (writer: BoxWriter, track: Track, duration: number): void => {
  const wide = duration > MAX_U32;
  writer.fullBox('tkhd', wide ? 1 : 0, TRACK_ENABLED_IN_MOVIE, () => {
    writer.zeros(wide ? 16 : 8);
    writer.u32(track.trackId);
    writer.zeros(4);
    writer.u32or64(duration, wide);
    writer.zeros(12);
    writer.u16(track.kind === 'audio' ? FULL_VOLUME : 0);
    writer.zeros(2);
    writeMatrix(writer);
    writer.u32(track.kind === 'video' ? track.width * 0x10000 : 0);
    writer.u32(track.kind === 'video' ? track.height * 0x10000 : 0);
  });
};

const writeMediaTime = (writer: BoxWriter, mediaTime: number, wide: boolean): void => {
  if (mediaTime >= 0) {
    writer.u32or64(mediaTime, wide);
    return;
  }
  if (wide) writer.i32(-1);
  writer.i32(-1);
};

const writeEdits = (writer: BoxWriter, edits: readonly Edit[]): void => {
  const wide = edits.some((edit) => edit.duration > MAX_U32 || edit.mediaTime > 0x7fffffff);
  writer.box('edts', () => {
    writer.fullBox('elst', wide ? 1 : 0, 0, () => {
      writer.u32(edits.length);
      for (const edit of edits) {
        writer.u32or64(edit.duration, wide);
        writeMediaTime(writer, edit.mediaTime, wide);
        writer.u32(0x10000);
      }
    });
  });
};

const writeMediaHeader = (writer: BoxWriter, timescale: number, duration: number): void => {
  const wide = duration > MAX_U32;
  writer.fullBox('mdhd', wide ? 1 : 0, 0, () => {
    writer.zeros(wide ? 16 : 8);
    writer.u32(timescale);
    writer.u32or64(duration, wide);
    writer.u16(UNDETERMINED_LANGUAGE);
    writer.zeros(2);
  });
};

const writeHandler = (writer: BoxWriter, track: Track): void => {
  writer.fullBox('hdlr', 0, 0, () => {
    writer.zeros(4);
    writer.ascii(track.kind === 'video' ? 'vide' : 'soun');
    writer.zeros(12);
    writer.ascii(track.kind === 'video' ? 'Video' : 'Audio');
    writer.u8(0);
  });
};

const writeMediaInformation = (writer: BoxWriter, track: Track, { sampleEntries = [track.sampleEntry], tables }: TrackBoxes): void => {
  writer.box('minf', () => {
    if (track.kind === 'video') writer.fullBox('vmhd', 0, 1, () => writer.zeros(8));
    else writer.fullBox('smhd', 0, 0, () => writer.zeros(4));
    writer.box('dinf', () => {
      writer.fullBox('dref', 0, 0, () => {
        writer.u32(1);
        writer.fullBox('url ', 0, 1, () => undefined);
      });
    });
    writer.box('stbl', () => {
      writer.fullBox('stsd', 0, 0, () => {
        writer.u32(sampleEntries.length);
        for (const entry of sampleEntries) writer.bytes(entry);
      });
      tables();
    });
  });
};

/** Writes a track. */
export const writeTrack = (writer: BoxWriter, track: Track, boxes: TrackBoxes): void => {
  writer.box('trak', () => {
    writeTrackHeader(writer, track, boxes.movieDuration);
    if (boxes.edits.length > 0) writeEdits(writer, boxes.edits);
    writer.box('mdia', () => {
      writeMediaHeader(writer, track.timescale, boxes.mediaDuration);
      writeHandler(writer, track);
      writeMediaInformation(writer, track, boxes);
    });
  });
};

/** The track id after the largest one. */
export const nextTrackId = (tracks: readonly Track[]): number => Math.max(0, ...tracks.map((track) => track.trackId)) + 1;
