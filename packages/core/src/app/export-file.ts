// A file of an export as it is fetched: read in pieces, opened for each reading.
import type { MediaFile } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { ExportId } from '../model/ids.ts';
import type { ExportFiles } from '../ports/export-files.ts';

/** Read at a time. */
const BLOCK_BYTES = 256 * 1024;

/** @throws RecorderError `VIDEO_GONE` where it is not there any more. */
export async function exportFile(
  files: ExportFiles,
  id: ExportId,
  facts: Omit<MediaFile, 'read' | 'sizeBytes'> & { readonly fileName: string },
): Promise<MediaFile> {
  const found = await files.open(id, facts.fileName);
  if (found === undefined) throw gone(id);
  const { sizeBytes } = found;
  await found.close();
  return {
    ...facts,
    sizeBytes,
    read: (start, end, signal) => readExport(files, { id, name: facts.fileName }, { start, end: Math.min(end, sizeBytes), signal }),
  };
}

async function* readExport(
  files: ExportFiles,
  { id, name }: { readonly id: ExportId; readonly name: string },
  { start, end, signal }: { readonly start: number; readonly end: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array, void, void> {
  const file = await files.open(id, name);
  if (file === undefined) throw gone(id);
  try {
    for (let at = Math.max(0, start); at < end && signal?.aborted !== true; ) {
      const block = new Uint8Array(Math.min(BLOCK_BYTES, end - at));
      const count = await file.read(at, block);
      if (count === 0) throw gone(id);
      yield block.subarray(0, count);
      at += count;
    }
  } finally {
    await file.close();
  }
}

const gone = (id: ExportId): RecorderError => new RecorderError('VIDEO_GONE', `the file of export ${id} is not there any more`);
