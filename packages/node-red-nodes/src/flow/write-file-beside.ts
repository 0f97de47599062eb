// Writes a file so that nobody ever sees half of it: beside its place first, then renamed.
import { rename, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { filePlaceOf, harmlessName } from './file-delivery.ts';
import { FileProblem, fileProblem } from './file-problem.ts';
import { makeFolder } from './make-folder.ts';

let written = 0;

/**
 * Where a file comes to be.
 * @param wanted - A path; one that ends in a slash, or is a folder, gets `name` in it, and nothing beside it.
 * @param below - What a relative path begins at.
 * @throws FileProblem where it is empty.
 */
export async function filePlace(wanted: string | undefined, name: string, below: string): Promise<string> {
  if (wanted === undefined || wanted.trim() === '')
    throw new FileProblem('no file name: write a path into the node, or choose where the message has one; a folder ends in /');
  const place = await filePlaceOf(wanted, below);
  return join(place.folder, place.name ?? harmlessName(name));
}

/** Makes its folders where they are missing. @throws FileProblem */
export async function writeFileBeside(path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
  written += 1;
  const beside = join(dirname(path), `.${basename(path).slice(0, 100)}.${process.pid}-${written}.part`);
  try {
    await makeFolder(dirname(path));
    await writeFile(beside, bytes, signal === undefined ? {} : { signal });
    signal?.throwIfAborted();
    await rename(beside, path);
  } catch (error) {
    await unlink(beside).catch(() => undefined);
    signal?.throwIfAborted();
    throw fileProblem(path, error);
  }
}
