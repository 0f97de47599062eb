// Puts a file where a flow wants it: whole or not at all.
import { randomBytes } from 'node:crypto';
import { type FileHandle, link, lstat, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { FileProblem, fileProblem } from './file-problem.ts';
import { makeFolder } from './make-folder.ts';

/** Where a file is to go. */
export interface FilePlace {
  readonly folder: string;
  /** Absent: the folder alone was named. */
  readonly name?: string;
}

const MOST_COPIES = 1000;
const LONGEST_NAME = 200;
const MOST_LINKS = 40;

/**
 * What a flow means by a path: a folder ends with a slash or is there already, everything else is the full name of a file.
 * @param base - What paths without a beginning are in; default: where Node-RED was started.
 * @throws FileProblem where no file can have that name.
 */
export async function filePlaceOf(path: string, base = ''): Promise<FilePlace> {
  if (path.includes('\0')) throw new FileProblem('the file name has a zero character; choose another one');
  const whole = resolve(base, path);
  const isFolder =
    /[/\\]$/.test(path) ||
    (await stat(whole)
      .then((found) => found.isDirectory())
      .catch(() => false));
  if (isFolder) return { folder: whole };
  const file = await linkedFile(whole);
  return { folder: dirname(file), name: basename(file) };
}

/** What a link leads to, which need not be there yet. @throws FileProblem where something is there that is no file. */
async function linkedFile(path: string, links = 0): Promise<string> {
  if (links > MOST_LINKS) throw new FileProblem(`${path} cannot be written: its links lead in a circle; choose another name`);
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink() === true) {
    const file = await realpath(path).catch(async () => resolve(dirname(path), await readlink(path)));
    return linkedFile(file, links + 1);
  }
  if (found !== undefined && !found.isFile()) throw new FileProblem(`${path} cannot be written: it is no file; choose another name`);
  return path;
}

/** A name that somebody else chose, as one that cannot lead out of a folder. */
export const harmlessName = (name: string): string =>
  name
    .replace(/[/\\:*?"<>|\p{Cc}]/gu, '_')
    .replace(/^\.+/, '')
    .slice(0, LONGEST_NAME);

/** The name that an answer has for its file. */
export function offeredName(disposition: string | null, otherwise: string): string {
  const [, offered = ''] = /filename="([^"]*)"/.exec(disposition ?? '') ?? [];
  return harmlessName(offered) || harmlessName(otherwise);
}

/** A file that is being written beside its place. End it with `keep` or `drop`. */
export class PartFile {
  readonly #place: FilePlace;
  readonly #path: string;
  #handle: FileHandle | undefined;

  private constructor(place: FilePlace) {
    this.#place = place;
    this.#path = join(place.folder, `.nightjar-${randomBytes(6).toString('hex')}.part`);
  }

  /** Makes its folder and begins it. @throws Error that says what is in the way. */
  static async begin(place: FilePlace): Promise<PartFile> {
    const part = new PartFile(place);
    await part.#doing(async () => {
      await makeFolder(place.folder);
      part.#handle = await open(part.#path, 'wx');
    });
    return part;
  }

  /** @throws Error that says what is in the way. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#doing(async () => {
      for (let at = 0; at < bytes.length; ) at += (await this.#handle?.write(bytes, at))?.bytesWritten ?? bytes.length;
    });
  }

  /** Begins anew. */
  async empty(): Promise<void> {
    await this.#doing(async () => {
      await this.#handle?.close();
      this.#handle = await open(this.#path, 'w');
    });
  }

  /**
   * It is whole: gives it its name. In a folder it is numbered where there is one of that name; under a full name it takes the place of what was there.
   * @returns Its path.
   */
  async keep(offered: string): Promise<string> {
    const { folder, name } = this.#place;
    const path = join(folder, name ?? offered);
    await this.#doing(async () => {
      await this.#handle?.sync();
      await this.#handle?.close();
      this.#handle = undefined;
    });
    if (name === undefined) return this.#doing(() => this.#beside(path));
    return this.#doing(async () => {
      await rename(this.#path, path);
      return path;
    });
  }

  /** Leaves nothing of it. */
  async drop(): Promise<void> {
    await this.#handle?.close().catch(() => undefined);
    this.#handle = undefined;
    await rm(this.#path, { force: true }).catch(() => undefined);
  }

  async #beside(path: string): Promise<string> {
    const end = extname(path);
    for (let count = 1; count <= MOST_COPIES; count++) {
      const free = count === 1 ? path : `${path.slice(0, path.length - end.length)}-${count}${end}`;
      try {
        await link(this.#path, free);
      } catch (error) {
        if (codeOf(error) === 'EEXIST') continue;
        // Not every file system has links.
        if (
          await stat(free).then(
            () => true,
            () => false,
          )
        )
          continue;
        await rename(this.#path, free);
        return free;
      }
      await rm(this.#path, { force: true });
      return free;
    }
    throw new FileProblem(`${path} and ${MOST_COPIES} more of that name are there already; clear the folder`);
  }

  async #doing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.drop();
      throw error instanceof FileProblem ? error : fileProblem(join(this.#place.folder, this.#place.name ?? sep), error);
    }
  }
}

const codeOf = (error: unknown): string => (typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '');
