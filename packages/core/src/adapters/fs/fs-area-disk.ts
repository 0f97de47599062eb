// Storage areas on a local or mounted file system.
import { constants } from 'node:fs';
import { access, lstat, opendir, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AreaDisk, DiskSpace, FoundDirectory } from '../../ports/area-disk.ts';
import { createAreaIdentity, readAreaIdentity } from './area-identity-file.ts';
import { diskError, errnoOf, unless } from './disk-errors.ts';
import { diskSpace } from './disk-space.ts';
import { DIRECTORY_MODE } from './file-io.ts';
import { makeFolder } from './make-folder.ts';

/** The recorder's own folder in an area. */
export const NOTES_FOLDER = '.nightjar';

/** What a new file system may hold before anybody wrote to it. */
const MADE_BY_FILE_SYSTEM = new Set(['lost+found', '.Trashes', '.fseventsd', '.Spotlight-V100', 'System Volume Information', '@eaDir']);

const UNREACHABLE = ['ENOENT', 'ENOTDIR', 'ELOOP'];

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '');

/** Runs a disk operation; whatever it throws becomes a `RecorderError`. */
const onDisk = async <T>(what: string, operation: () => Promise<T>): Promise<T> => {
  try {
    return await operation();
  } catch (error) {
    throw diskError(error, what);
  }
};

const sizesOf = async (folder: string, names: readonly string[]): Promise<FoundDirectory['files']> => {
  const files: { readonly name: string; readonly sizeBytes: number }[] = [];
  for (const name of names) {
    try {
      files.push({ name, sizeBytes: (await lstat(join(folder, name))).size });
    } catch (error) {
      // Retention may work on the same directory.
      if (!isMissing(error)) throw error;
    }
  }
  return files;
};

/** Lists one directory; one that vanished meanwhile is empty. */
const look = async (folder: string): Promise<{ readonly folders: readonly string[]; readonly files: readonly string[] }> => {
  const folders: string[] = [];
  const files: string[] = [];
  try {
    for await (const entry of await opendir(folder)) {
      if (entry.isDirectory()) folders.push(entry.name);
      else if (entry.isFile()) files.push(entry.name);
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return { folders: folders.sort(), files: files.sort() };
};

/** `AreaDisk` over Node's file system. */
export class FsAreaDisk implements AreaDisk {
  /** A root that may not be written to (a disk that turned read-only) has no space at all: that is an error. */
  space(root: string): Promise<DiskSpace> {
    return onDisk(`finding the disk of ${root}`, async () => {
      await unless(['ENOENT', 'ENOTDIR'], access(root, constants.W_OK));
      let path = root;
      while (dirname(path) !== path && (await unless(['ENOENT', 'ENOTDIR'], lstat(path))) === undefined) path = dirname(path);
      return diskSpace(path);
    });
  }

  async readIdentity(root: string): Promise<string | undefined> {
    return (await readAreaIdentity(root))?.id;
  }

  async createIdentity(root: string, areaId: string): Promise<string> {
    const present = await this.readIdentity(root);
    if (present !== undefined) return present;
    await onDisk(`making ${root}`, () => makeFolder(root, DIRECTORY_MODE));
    return (await createAreaIdentity(root, areaId)).id;
  }

  isEmptyOrMissing(root: string): Promise<boolean> {
    return onDisk(`reading ${root}`, async () => {
      try {
        return (await readdir(root)).every((name) => MADE_BY_FILE_SYSTEM.has(name));
      } catch (error) {
        // A file in the place of the root is neither empty nor missing.
        if (!isMissing(error) || errnoOf(error) === 'ENOTDIR') throw error;
        return true;
      }
    });
  }

  exists(root: string, directory: string): Promise<boolean> {
    return onDisk(`reading ${root}/${directory}`, async () => (await unless(['ENOENT', 'ENOTDIR'], lstat(join(root, directory)))) !== undefined);
  }

  holdsFile(root: string, path: string): Promise<boolean> {
    return onDisk(`reading ${root}/${path}`, async () => {
      const [place, stat] = await Promise.all([unless(UNREACHABLE, realpath(root)), unless(UNREACHABLE, lstat(join(root, path)))]);
      if (place === undefined || stat?.isFile() !== true) return false;
      return (await unless(UNREACHABLE, realpath(join(root, path)))) === join(place, path);
    });
  }

  async *walk(root: string, signal?: AbortSignal): AsyncIterable<FoundDirectory> {
    const waiting = (await onDisk(`reading ${root}`, () => look(root))).folders
      .filter((name) => name !== NOTES_FOLDER && !MADE_BY_FILE_SYSTEM.has(name))
      .reverse();
    for (let directory = waiting.pop(); directory !== undefined && signal?.aborted !== true; directory = waiting.pop()) {
      const folder = join(root, directory);
      const found = await onDisk(`reading ${folder}`, async () => {
        const { folders, files } = await look(folder);
        return { folders, files: await sizesOf(folder, files) };
      });
      for (const name of [...found.folders].reverse()) waiting.push(`${directory}/${name}`);
      if (found.files.length > 0) yield { directory, files: found.files };
    }
  }
}
