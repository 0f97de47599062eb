// Whole reads and writes, and directories that survive a power cut.
import { type BigIntStats, constants } from 'node:fs';
import { access, type FileHandle, open } from 'node:fs/promises';
import { RecorderError } from '../../errors/recorder-error.ts';
import { errnoOf, unless } from './disk-errors.ts';

/** Modes of what the recorder makes, before the process's umask. */
export const FILE_MODE = 0o640;
/** Like `FILE_MODE`, for directories. */
export const DIRECTORY_MODE = 0o750;

/** Filesystems that cannot sync a directory say one of these; their renames are as durable as they get. */
const CANNOT_SYNC_DIRECTORIES: readonly string[] = ['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR'];

/** Neither through a link, nor waiting for whoever writes into a pipe. */
const READ_PLAINLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Whether something has that name. */
export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Opens a file to read it; `undefined` where there is none.
 *
 * @param what - What it is called where it is no file.
 * @throws RecorderError `DISK_FAILED` for what is no plain file, and errors of the system; nothing is open then.
 */
export const openPlainly = async (path: string, what = 'it'): Promise<{ readonly handle: FileHandle; readonly stat: BigIntStats } | undefined> => {
  const handle = await unless(['ENOENT', 'ENOTDIR'], open(path, READ_PLAINLY));
  if (handle === undefined) return undefined;
  try {
    const stat = await handle.stat({ bigint: true });
    if (!stat.isFile()) throw new RecorderError('DISK_FAILED', `${what} is not a plain file`);
    return { handle, stat };
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error;
  }
};

/** Writes all of `bytes` at `position`, in as many calls as the system wants. */
export const writeFully = async (handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
};

/** Reads up to `size` bytes at `position`; fewer at the end of the file. */
export const readFully = async (handle: FileHandle, position: number, size: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(size);
  const filled = await readInto(handle, bytes, position);
  return bytes.subarray(0, filled);
};

/** Fills `bytes` from `position`; answers how many bytes there were. */
export const readInto = async (handle: FileHandle, bytes: Uint8Array, position: number): Promise<number> => {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
};

/** Makes names in a directory (new, renamed, removed files) survive a power cut. */
export const syncDirectory = async (path: string): Promise<void> => {
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    if (!CANNOT_SYNC_DIRECTORIES.includes(errnoOf(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
};
