// How much room a filesystem has.
import { statfs } from 'node:fs/promises';
import type { DiskSpace } from '../../ports/area-disk.ts';
import { diskError } from './disk-errors.ts';

/** Measures the filesystem `path` is on. @throws RecorderError `DISK_FAILED`. */
export const diskSpace = async (path: string): Promise<DiskSpace> => {
  try {
    const { bsize, blocks, bavail } = await statfs(path);
    return { totalBytes: bsize * blocks, freeBytes: bsize * bavail };
  } catch (error) {
    throw diskError(error, `cannot measure the disk at ${path}`);
  }
};
