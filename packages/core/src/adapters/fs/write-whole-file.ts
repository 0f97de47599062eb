// Small files that must be whole after a power cut, or not there.
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a directory's entries survive a power cut. File systems that cannot sync a directory do without. */
export const syncDirectory = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    if (code !== 'EINVAL' && code !== 'ENOTSUP' && code !== 'EPERM') throw error;
  } finally {
    await handle.close();
  }
};

/** Writes `text` to `path` (directories are made), replacing what is there; durable once it resolves. */
export const writeWholeFile = async (path: string, text: string): Promise<void> => {
  const folder = dirname(path);
  const part = `${path}.part`;
  await mkdir(folder, { recursive: true });
  try {
    const handle = await open(part, 'w');
    try {
      await handle.writeFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await syncDirectory(folder);
};
