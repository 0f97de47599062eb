// Folders of exports on a disk of this machine. The folder they lie in may hold other things too: only what has a name that an export
// gives is ever looked at or removed.
import { mkdir, readdir, rmdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { ExportId } from '../../model/ids.ts';
import type { DiskSpace } from '../../ports/area-disk.ts';
import type { ExportFiles, OpenedFile } from '../../ports/export-files.ts';
import { diskError, errnoOf, unless } from './disk-errors.ts';
import { diskSpace } from './disk-space.ts';
import { DIRECTORY_MODE, openPlainly, readInto, syncDirectory } from './file-io.ts';
import { makeFolder } from './make-folder.ts';

const FOLDER = /^export-([1-9]\d{0,14})$/;
/** A video, its manifest, and both before they are whole. */
const OURS = /\.mp4(?:\.manifest\.json)?(?:\.\d+\.part)?$/;

/** `ExportFiles` below one folder, which is made when it is needed. */
export class FsExportFiles implements ExportFiles {
  readonly #root: string;

  /** @param root - Absolute path of the folder. */
  constructor(root: string) {
    this.#root = root;
  }

  list(): Promise<readonly ExportId[]> {
    return this.#try('cannot list the exports', async () => {
      const entries = (await unless(['ENOENT'], readdir(this.#root, { withFileTypes: true }))) ?? [];
      return entries.flatMap((entry) => (entry.isDirectory() ? Number(FOLDER.exec(entry.name)?.[1] ?? Number.NaN) : [])).filter(Number.isSafeInteger);
    });
  }

  prepare(id: ExportId): Promise<string> {
    return this.#try(`cannot make the folder of export ${id}`, async () => {
      const folder = this.#folder(id);
      await makeFolder(this.#root, DIRECTORY_MODE);
      await this.#empty(folder);
      await unless(['EEXIST'], mkdir(folder, { mode: DIRECTORY_MODE }));
      await syncDirectory(this.#root);
      return folder;
    });
  }

  open(id: ExportId, name: string): Promise<OpenedFile | undefined> {
    return this.#try(`cannot open ${name} of export ${id}`, async () => {
      if (name.includes('/') || name.includes('\0')) throw new RecorderError('DISK_FAILED', 'it is not the name of a file');
      const what = `${name} of export ${id}`;
      const opened = await openPlainly(join(this.#folder(id), name), what);
      return opened && openedFile(opened, what);
    });
  }

  remove(id: ExportId): Promise<void> {
    return this.#try(`cannot remove export ${id}`, async () => {
      const folder = this.#folder(id);
      await this.#empty(folder);
      await unless(['ENOENT', 'ENOTEMPTY', 'EEXIST'], rmdir(folder));
    });
  }

  space(): Promise<DiskSpace> {
    return this.#try('cannot look at the disk of the exports', async () => {
      await makeFolder(this.#root, DIRECTORY_MODE);
      return diskSpace(this.#root);
    });
  }

  sharesDisk(path: string): Promise<boolean> {
    return this.#try(`cannot look at the disk of ${path}`, async () => {
      const [own, other] = await Promise.all([this.#root, path].map((each) => unless(['ENOENT', 'ENOTDIR'], stat(each))));
      return own !== undefined && own.dev === other?.dev;
    });
  }

  async #empty(folder: string): Promise<void> {
    for (const name of (await unless(['ENOENT'], readdir(folder))) ?? []) if (OURS.test(name)) await unless(['ENOENT'], unlink(join(folder, name)));
  }

  #folder(id: ExportId): string {
    return join(this.#root, `export-${id}`);
  }

  async #try<T>(what: string, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      throw diskError(error, what);
    }
  }
}

const openedFile = ({ handle, stat }: NonNullable<Awaited<ReturnType<typeof openPlainly>>>, what: string): OpenedFile => ({
  sizeBytes: Number(stat.size),
  read: async (offset, into) => {
    try {
      return await readInto(handle, into, offset);
    } catch (error) {
      throw diskError(error, `cannot read ${what}`);
    }
  },
  // Nothing was written, so nothing can be lost; closing twice is fine.
  close: () =>
    handle.close().catch((error: unknown) => {
      if (errnoOf(error) !== 'EBADF') throw diskError(error, `cannot close ${what}`);
    }),
});
