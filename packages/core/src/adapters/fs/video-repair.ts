// Puts video files right after a crash, and says what a file holds.
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MediaError, nalUnits, type VideoTrack } from '@nightjar/media';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { VideoFacts } from '../../ports/event-files.ts';
import { PART_SUFFIX } from './atomic-write.ts';
import { diskError, unless } from './disk-errors.ts';
import { makeFastStart } from './fast-start.ts';
import { readFully } from './file-io.ts';
import { factsOf, type ScannedFragment, scanVideo, type VideoScan } from './video-scan.ts';

const withFile = async <T>(path: string, flags: 'r' | 'r+', use: (handle: FileHandle) => Promise<T>): Promise<T> => {
  const handle = await open(path, flags);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
};

/** Reads what a file holds, without changing it. @throws RecorderError `VIDEO_DAMAGED`, `DISK_FAILED`. */
export const inspectVideo = async (path: string): Promise<VideoFacts> => {
  let scan: VideoScan | undefined;
  try {
    scan = await unless(['ENOENT', 'ENOTDIR'], withFile(path, 'r', scanVideo));
  } catch (error) {
    throw diskError(error, `cannot read ${path}`);
  }
  if (scan === undefined) throw new RecorderError('VIDEO_DAMAGED', `${path} does not exist`, { context: { missing: true } });
  const facts = factsOf(scan);
  if (facts === undefined) throw new RecorderError('VIDEO_DAMAGED', `${path} holds no picture`);
  return facts;
};

const holdsPicture = (data: Uint8Array, track: VideoTrack): boolean => {
  try {
    return [...nalUnits(data, track.nalLengthSize)].length > 0;
  } catch (error) {
    if (error instanceof MediaError) return false;
    throw error;
  }
};

/**
 * A power cut may leave the size of a file but not its newest data: whole boxes full of zeros. Such fragments are
 * dropped from the end, up to the first whose pictures are there.
 */
const withoutHollowTail = async (handle: FileHandle, scan: VideoScan): Promise<readonly ScannedFragment[]> => {
  const track = scan.movie?.tracks.find((candidate) => candidate.kind === 'video');
  const kept = [...scan.fragments];
  for (let last = kept.at(-1); last !== undefined && track?.kind === 'video'; last = kept.at(-1)) {
    const pictures = last.samples.filter((sample) => sample.trackId === track.trackId);
    let sound = true;
    for (const { offset, size } of pictures) sound = sound && holdsPicture(await readFully(handle, offset, size), track);
    if (sound) break;
    kept.pop();
  }
  return kept;
};

/** Cuts the file back to its last whole fragment. */
const cutBack = (path: string): Promise<VideoScan> =>
  withFile(path, 'r+', async (handle) => {
    const scan = await scanVideo(handle);
    if (scan.fragments.length === 0) return scan;
    const fragments = await withoutHollowTail(handle, scan);
    const sizeBytes = fragments.at(-1)?.end ?? scan.initBytes;
    if (sizeBytes < scan.sizeBytes) {
      await handle.truncate(sizeBytes);
      await handle.sync();
    }
    return { ...scan, fragments, sizeBytes };
  });

const removeParts = async (directory: string): Promise<void> => {
  for (const name of (await unless(['ENOENT', 'ENOTDIR'], readdir(directory))) ?? []) {
    if (name.endsWith(PART_SUFFIX)) await rm(join(directory, name), { force: true });
  }
};

/**
 * Cuts a file back to its last whole fragment and makes it fast-start; a file that is already, is left alone. Also
 * removes what half-written files are in its directory.
 *
 * @returns What it holds now; `undefined` where nothing plays or there is no file. Where there is no room, the file
 *   stays fragmented, which plays too.
 * @throws RecorderError `DISK_FAILED`.
 */
export const repairVideo = async (path: string): Promise<VideoFacts | undefined> => {
  try {
    await removeParts(dirname(path));
    const scan = await unless(['ENOENT', 'ENOTDIR'], cutBack(path));
    if (scan === undefined) return undefined;
    const facts = factsOf(scan);
    if (facts === undefined || scan.fragments.length === 0) return facts;
    try {
      await makeFastStart(path, scan, scan.identity);
    } catch (error) {
      if (RecorderError.of(error, 'DISK_FULL') || RecorderError.of(error, 'VIDEO_DAMAGED')) return facts;
      throw error;
    }
    return await inspectVideo(path);
  } catch (error) {
    throw diskError(error, `cannot repair ${path}`);
  }
};
