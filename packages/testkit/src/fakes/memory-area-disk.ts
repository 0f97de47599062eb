// Disks in memory: their room, identities and files; they can be unplugged and fail.
import type { AreaDisk, DiskSpace, FoundDirectory } from '@nightjar/core';

/** One disk, mounted at a root. */
interface Disk {
  identity: string | undefined;
  space: DiskSpace;
  /** Path below the root → size in bytes. */
  readonly files: Map<string, number>;
}

const newDisk = (): Disk => ({ identity: undefined, space: { totalBytes: 1_000_000, freeBytes: 500_000 }, files: new Map() });

/** `AreaDisk` in memory. Set `failure` to make every call reject with it. */
export class MemoryAreaDisk implements AreaDisk {
  failure: Error | undefined;
  /** Files that are reached through symbolic links only; paths below their root. */
  readonly linked = new Set<string>();
  readonly #disks = new Map<string, Disk>();
  #created = 0;

  /** The disk at a root; an empty one is mounted when there is none. */
  at(root: string): Disk {
    const disk = this.#disks.get(root) ?? newDisk();
    this.#disks.set(root, disk);
    return disk;
  }

  /** Puts another disk in the place of the one at `root` (absent: an empty mount point) and returns what was there. */
  swap(root: string, disk: Disk = newDisk()): Disk {
    const old = this.at(root);
    this.#disks.set(root, disk);
    return old;
  }

  async space(root: string): Promise<DiskSpace> {
    return this.#look(root).space;
  }

  async readIdentity(root: string): Promise<string | undefined> {
    return this.#look(root).identity;
  }

  async createIdentity(root: string, areaId: string): Promise<string> {
    const disk = this.#look(root);
    disk.identity ??= `${areaId}-${(this.#created += 1)}`;
    return disk.identity;
  }

  async isEmptyOrMissing(root: string): Promise<boolean> {
    const disk = this.#look(root);
    return disk.identity === undefined && disk.files.size === 0;
  }

  async exists(root: string, directory: string): Promise<boolean> {
    return [...this.#look(root).files.keys()].some((path) => path === directory || path.startsWith(`${directory}/`));
  }

  async holdsFile(root: string, path: string): Promise<boolean> {
    return this.#look(root).files.has(path) && !this.linked.has(path);
  }

  async *walk(root: string, signal?: AbortSignal): AsyncIterable<FoundDirectory> {
    const found = new Map<string, { name: string; sizeBytes: number }[]>();
    for (const [path, sizeBytes] of this.#look(root).files) {
      const at = path.lastIndexOf('/');
      const directory = path.slice(0, Math.max(0, at));
      if (at < 0 || directory.split('/')[0] === '.nightjar') continue;
      found.set(directory, [...(found.get(directory) ?? []), { name: path.slice(at + 1), sizeBytes }]);
    }
    for (const [directory, files] of found) {
      if (signal?.aborted === true) return;
      yield { directory, files };
    }
  }

  #look(root: string): Disk {
    if (this.failure) throw this.failure;
    return this.at(root);
  }
}
