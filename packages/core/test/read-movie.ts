// Reads a file that is made while it is read, and what a player would find in it.
import type { MediaFile } from '@nightjar/client';
import { parseBoxHeader, parseMoov, readTrackSamples, type TrackSamples } from '@nightjar/media';

/** Bytes of a file, the whole of it if not said otherwise. */
export async function bytesOf(file: Pick<MediaFile, 'read' | 'sizeBytes'>, start = 0, end = file.sizeBytes): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of file.read(start, end)) parts.push(part);
  return Buffer.concat(parts);
}

/** A sample as a player gets it. */
export interface ReadSample {
  readonly seconds: number;
  readonly isKey: boolean;
  readonly data: Uint8Array;
}

/** What a fast-start file holds. */
export interface ReadMovie {
  readonly video: readonly ReadSample[];
  readonly audio: readonly ReadSample[];
}

/** Reads a fast-start file. @throws MediaError where it is none. */
export function readMovie(bytes: Uint8Array): ReadMovie {
  const ftyp = parseBoxHeader(bytes)?.size ?? 0;
  const moov = bytes.subarray(ftyp, ftyp + (parseBoxHeader(bytes, ftyp)?.size ?? 0));
  const tracks = readTrackSamples(moov, parseMoov(moov));
  const of = (kind: string): readonly ReadSample[] => tracks.filter(({ track }) => track.kind === kind).flatMap((samples) => readAll(samples, bytes));
  return { video: of('video'), audio: of('audio') };
}

const readAll = ({ track, count, pts, keys, offsets, sizes }: TrackSamples, bytes: Uint8Array): ReadSample[] =>
  Array.from({ length: count }, (_, index) => ({
    seconds: Math.round(((pts[index] ?? 0) / track.timescale) * 1e4) / 1e4,
    isKey: keys[index] === 1,
    data: bytes.subarray(offsets[index], (offsets[index] ?? 0) + (sizes[index] ?? 0)),
  }));

/** Numbers of the pictures of `recorded-events.ts`. */
export const numbersOf = ({ video }: ReadMovie): readonly number[] => video.map(({ data }) => new DataView(data.buffer, data.byteOffset).getUint32(5));
