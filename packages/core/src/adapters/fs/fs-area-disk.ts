// Storage areas on a local or mounted file system. The identity is `.nightjar/area.json` below the area's root.
import { randomUUID } from 'node:crypto';
import { lstat, opendir, readFile, readdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { AreaDisk, DiskSpace, FoundDirectory } from '../../ports/area-disk.ts';
import { isMissing, onDisk } from './area-disk-error.ts';
import { syncDirectory, writeWholeFile } from './write-whole-file.ts';

/** The recorder's own folder in an area. */
export const NOTES_FOLDER = '.nightjar';

/** What a new file system may hold before anybody wrote to it. */
const MADE_BY_FILE_SYSTEM = new Set(['lost+found', '.Trashes', '.fseventsd', '.Spotlight-V100', 'System Volume Information', '@eaDir']);

const identityPath = (root: string): string => join(root, NOTES_FOLDER, 'area.json');

const parseIdentity = (text: string, path: string): string => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RecorderError('DISK_FAILED', `the identity file ${path} is damaged`, { cause: error });
  }
  const identity = typeof value === 'object' && value !== null ? (value as { readonly identity?: unknown }).identity : undefined;
  if (typeof identity !== 'string' || identity === '') throw new RecorderError('DISK_FAILED', `the identity file ${path} has no identity`);
  return identity;
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
  space(root: string): Promise<DiskSpace> {
    return onDisk(`reading the free space of ${root}`, async () => {
      for (let path = root; ; path = dirname(path)) {
        try {
          const { blocks, bavail, bsize } = await statfs(path);
          return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
        } catch (error) {
          if (!isMissing(error) || dirname(path) === path) throw error;
        }
      }
    });
  }

  readIdentity(root: string): Promise<string | undefined> {
    const path = identityPath(root);
    return onDisk(`reading ${path}`, async () => {
      try {
        return parseIdentity(await readFile(path, 'utf8'), path);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  async createIdentity(root: string, areaId: string): Promise<string> {
    const present = await this.readIdentity(root);
    if (present !== undefined) return present;
    const identity = randomUUID();
    return onDisk(`writing the identity of ${root}`, async () => {
      await writeWholeFile(identityPath(root), `${JSON.stringify({ areaId, identity }, undefined, 2)}\n`);
      await syncDirectory(root);
      return identity;
    });
  }

  isEmptyOrMissing(root: string): Promise<boolean> {
    return onDisk(`reading ${root}`, async () => {
      try {
        return (await readdir(root)).every((name) => MADE_BY_FILE_SYSTEM.has(name));
      } catch (error) {
        // A file in the place of the root is neither empty nor missing.
        if (!isMissing(error) || (error as { readonly code?: unknown }).code === 'ENOTDIR') throw error;
        return true;
      }
    });
  }

  exists(root: string, directory: string): Promise<boolean> {
    return onDisk(`reading ${root}/${directory}`, async () => {
      try {
        await lstat(join(root, directory));
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    });
  }

  async *walk(root: string, signal?: AbortSignal): AsyncIterable<FoundDirectory> {
    const waiting = (await onDisk(`reading ${root}`, () => look(root))).folders.filter((name) => name !== NOTES_FOLDER && !MADE_BY_FILE_SYSTEM.has(name)).reverse();
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
