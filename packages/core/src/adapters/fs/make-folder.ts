// Folders on file systems of others.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, unless } from './disk-errors.ts';

/**
 * Makes a folder with those above it that are missing; one that is there already is well. Node's own recursive way never ends, and keeps a thread busy,
 * where a file system says `ENOENT` of a folder whose parent is there: an automount without its share, `/proc`.
 *
 * @throws the error of the operating system as it is.
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (errnoOf(error) !== 'ENOENT' || parent === path || (await isThere(parent))) throw error;
    await makeFolder(parent, mode);
    await unless(['EEXIST'], mkdir(path, { mode }));
  }
}

const isThere = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
