// Files that are there whole or not at all: written beside their place, synced, then renamed into it.
import { constants } from 'node:fs';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RecorderError } from '../../errors/recorder-error.ts';
import { diskError, errnoOf } from './disk-errors.ts';
import { FILE_MODE, isThere, syncDirectory, writeFully } from './file-io.ts';

/** What a file is called until it is whole. */
export const PART_SUFFIX = '.part';

/** Like `w`, but not through a symbolic link that somebody put there. */
const NEW_CONTENT = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

/** How a file is put in its place. */
export interface PlaceOptions {
  readonly mode?: number;
  /** What it is called until it is whole. */
  readonly part?: string;
  /** Whether it may take the place of another one; default: yes. */
  readonly overwrite?: boolean;
}

/**
 * Puts a new file at `path`, made by `write`, which is also told where it is until it is whole. When this resolves it survives
 * a power cut; when it rejects, whatever was there is as it was.
 *
 * @throws RecorderError `DISK_FULL`, `DISK_FAILED`, also where there is a file already that may not be overwritten.
 */
export const placeFile = async (
  path: string,
  write: (handle: FileHandle, part: string) => Promise<void>,
  { mode = FILE_MODE, part = path + PART_SUFFIX, overwrite = true }: PlaceOptions = {},
): Promise<void> => {
  try {
    const handle = await open(part, NEW_CONTENT, mode);
    try {
      await write(handle, part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (overwrite) await rename(part, path);
    else await moveWithoutOverwriting(part, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    // Best effort: the first error is the one that matters.
    await rm(part, { force: true }).catch(() => undefined);
    throw diskError(error, `cannot write ${path}`);
  }
};

/** A second name for a file fails where there is one already; file systems without second names are asked first. */
const moveWithoutOverwriting = async (part: string, path: string): Promise<void> => {
  try {
    await link(part, path);
    await rm(part);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw new RecorderError('DISK_FAILED', `${path} exists already`);
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errnoOf(error) ?? '')) throw error;
    if (await isThere(path)) throw new RecorderError('DISK_FAILED', `${path} exists already`);
    await rename(part, path);
  }
};

/**
 * Replaces the file at `path` by what `write` puts into a new one. When this resolves it survives a power cut; when
 * it rejects the old file, if any, is as it was.
 *
 * @throws RecorderError `DISK_FULL`, `DISK_FAILED`.
 */
export const replaceFile = (path: string, write: (handle: FileHandle) => Promise<void>, mode = FILE_MODE): Promise<void> => placeFile(path, write, { mode });

/** Writes a small file atomically. @throws RecorderError `DISK_FULL`, `DISK_FAILED`. */
export const writeFileAtomically = (path: string, bytes: Uint8Array, mode = FILE_MODE): Promise<void> =>
  replaceFile(path, (handle) => writeFully(handle, bytes, 0), mode);
