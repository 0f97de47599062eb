// Files that are there whole or not at all: written beside their place, synced, then renamed into it.
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskError } from './disk-errors.ts';
import { FILE_MODE, syncDirectory, writeFully } from './file-io.ts';

/** What a file is called until it is whole. */
export const PART_SUFFIX = '.part';

/** Like `w`, but not through a symbolic link that somebody put there. */
const NEW_CONTENT = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

/**
 * Replaces the file at `path` by what `write` puts into a new one. When this resolves it survives a power cut; when
 * it rejects the old file, if any, is as it was.
 *
 * @throws RecorderError `DISK_FULL`, `DISK_FAILED`.
 */
export const replaceFile = async (path: string, write: (handle: FileHandle) => Promise<void>, mode = FILE_MODE): Promise<void> => {
  const part = path + PART_SUFFIX;
  try {
    const handle = await open(part, NEW_CONTENT, mode);
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    // Best effort: the first error is the one that matters.
    await rm(part, { force: true }).catch(() => undefined);
    throw diskError(error, `cannot write ${path}`);
  }
};

/** Writes a small file atomically. @throws RecorderError `DISK_FULL`, `DISK_FAILED`. */
export const writeFileAtomically = (path: string, bytes: Uint8Array, mode = FILE_MODE): Promise<void> =>
  replaceFile(path, (handle) => writeFully(handle, bytes, 0), mode);
