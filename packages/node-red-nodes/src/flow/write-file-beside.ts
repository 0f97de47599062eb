// Writes a file so that nobody ever sees half of it: beside its place first, then renamed.
import { mkdir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** A file could not be written; the sentence says what to do. */
export class FileProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FileProblem';
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'Node-RED may not write there; change the rights of the folder or choose another one',
  EPERM: 'Node-RED may not write there; change the rights of the folder or choose another one',
  EROFS: 'the disk is read-only; choose another folder',
  ENOSPC: 'the disk is full; make room or choose another folder',
  EDQUOT: 'the quota of the disk is used up; make room or choose another folder',
  ENOTDIR: 'a part of the path is a file, not a folder; choose another name',
  EEXIST: 'a part of the path is a file, not a folder; choose another name',
  EISDIR: 'there is a folder of that name; end it with / to write into it, or choose another name',
  ENAMETOOLONG: 'the name is too long; choose a shorter one',
  EMFILE: 'too many files are open; write fewer at a time',
  ENFILE: 'too many files are open; write fewer at a time',
  EIO: 'the disk failed; check it',
};

/** What a file system says, with what to do about it. */
export function fileProblem(path: string, error: unknown): FileProblem {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return new FileProblem(`${path} cannot be written: ${REASONS[code] ?? (code === '' ? 'the disk did not take it' : `the disk says ${code}`)}`);
}

let written = 0;

/**
 * Where a file comes to be.
 * @param wanted - A path; one that ends in a slash, or is a folder, gets `name` in it.
 * @param below - What a relative path begins at.
 * @throws FileProblem where it is empty.
 */
export async function filePlace(wanted: string | undefined, name: string, below: string): Promise<string> {
  if (wanted === undefined || wanted.trim() === '')
    throw new FileProblem('no file name: write a path into the node, or choose where the message has one; a folder ends in /');
  if (wanted.includes('\0')) throw new FileProblem('the file name has a zero character; choose another one');
  const path = resolve(below, wanted);
  if (/[/\\]$/.test(wanted)) return join(path, name);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? join(path, name) : path;
}

/** Makes its folders where they are missing. @throws FileProblem */
export async function writeFileBeside(path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
  written += 1;
  const beside = join(dirname(path), `.${basename(path).slice(0, 100)}.${process.pid}-${written}.part`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(beside, bytes, signal === undefined ? {} : { signal });
    signal?.throwIfAborted();
    await rename(beside, path);
  } catch (error) {
    await unlink(beside).catch(() => undefined);
    signal?.throwIfAborted();
    throw fileProblem(path, error);
  }
}
