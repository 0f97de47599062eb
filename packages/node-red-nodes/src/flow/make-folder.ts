// Makes folders, also where Node’s own recursive way never ends: some file systems (automounts, /proc) say that nothing is there of a folder whose parent is.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a folder with those above it that are missing; one that is there already is well. @throws the system’s error: `ENOENT` where nothing can be made there. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Of a link that leads nowhere this says that nothing is there.
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path || (await isFolder(parent))) throw error;
    await makeFolder(parent);
    await mkdir(path).catch(async (again: unknown) => {
      // Another message may have made it meanwhile.
      if (!(await isFolder(path))) throw again;
    });
  }
}

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
