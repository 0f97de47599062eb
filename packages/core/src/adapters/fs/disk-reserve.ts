// A file that holds nothing but room: given up when a start finds the disk full, so that the recorder can start and free more.
import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unless } from './disk-errors.ts';
import { diskSpace } from './disk-space.ts';
import { FILE_MODE } from './file-io.ts';

/** Enough for a lock, the database's log and the rows of a first clean-up. */
export const RESERVE_BYTES = 1024 * 1024;

/** It is made only where this many times its size is free. */
const FREE_FACTOR = 2;

/** Room kept beside the database. */
export class DiskReserve {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes the room if there is plenty. Never rejects: without a reserve everything works, but a start on a full disk. */
  async keep(): Promise<void> {
    try {
      const found = await unless(['ENOENT'], stat(this.#path));
      if (found?.size === RESERVE_BYTES) return;
      const { freeBytes } = await diskSpace(dirname(this.#path));
      // Not zeros: some file systems store those as nothing.
      if (freeBytes >= RESERVE_BYTES * FREE_FACTOR) await writeFile(this.#path, new Uint8Array(RESERVE_BYTES).fill(0xa5), { mode: FILE_MODE });
    } catch {
      await rm(this.#path, { force: true }).catch(() => undefined);
    }
  }

  /** Gives the room up. @returns Whether there was any. */
  async giveUp(): Promise<boolean> {
    const found = await unless(['ENOENT', 'ENOTDIR'], stat(this.#path));
    await rm(this.#path, { force: true });
    return found !== undefined && found.size > 0;
  }
}
