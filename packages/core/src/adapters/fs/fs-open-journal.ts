// Markers of events being recorded: `.nightjar/open/<eventId>.json` below the area's root.
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventRecord } from '../../model/event.ts';
import type { OpenJournal } from '../../ports/open-journal.ts';
import { PART_SUFFIX, writeFileAtomically } from './atomic-write.ts';
import { diskError, unless } from './disk-errors.ts';
import { DIRECTORY_MODE } from './file-io.ts';
import { NOTES_FOLDER } from './fs-area-disk.ts';

/** Writing a marker takes no longer than this. */
const PART_LIFE_MS = 60_000;

const folderOf = (root: string): string => join(root, NOTES_FOLDER, 'open');

/** A marker was written by this program, whole or not at all; what can go wrong is a disk that lost it. */
const parseMarker = (text: string, eventId: number): EventRecord | undefined => {
  try {
    const value = JSON.parse(text) as EventRecord | null;
    return value?.id === eventId && typeof value.directory === 'string' && typeof value.startMs === 'number' ? value : undefined;
  } catch {
    return undefined;
  }
};

/** What a kill left half written; younger ones may be in the making. */
const removeOldParts = async (folder: string): Promise<void> => {
  for (const name of (await unless(['ENOENT', 'ENOTDIR'], readdir(folder))) ?? []) {
    if (!name.endsWith(PART_SUFFIX)) continue;
    const found = await unless(['ENOENT'], stat(join(folder, name)));
    if (found !== undefined && Date.now() - found.mtimeMs > PART_LIFE_MS) await rm(join(folder, name), { force: true });
  }
};

/** `OpenJournal` as small files. */
export class FsOpenJournal implements OpenJournal {
  async add(root: string, event: EventRecord): Promise<void> {
    const folder = folderOf(root);
    try {
      await mkdir(folder, { recursive: true, mode: DIRECTORY_MODE });
    } catch (error) {
      throw diskError(error, `cannot make ${folder}`);
    }
    await writeFileAtomically(join(folder, `${event.id}.json`), new TextEncoder().encode(JSON.stringify(event)));
  }

  async remove(root: string, eventId: number): Promise<void> {
    const path = join(folderOf(root), `${eventId}.json`);
    try {
      await rm(path, { force: true });
    } catch (error) {
      throw diskError(error, `cannot remove ${path}`);
    }
  }

  async list(root: string): Promise<readonly { readonly eventId: number; readonly event?: EventRecord }[]> {
    const folder = folderOf(root);
    const markers: { readonly eventId: number; readonly event?: EventRecord }[] = [];
    try {
      await removeOldParts(folder);
      for (const name of (await unless(['ENOENT', 'ENOTDIR'], readdir(folder))) ?? []) {
        const eventId = Number(/^([1-9]\d*)\.json$/.exec(name)?.[1]);
        if (!Number.isSafeInteger(eventId)) continue;
        const event = parseMarker(await readFile(join(folder, name), 'utf8'), eventId);
        markers.push(event ? { eventId, event } : { eventId });
      }
    } catch (error) {
      throw diskError(error, `cannot read ${folder}`);
    }
    return markers.sort((a, b) => a.eventId - b.eventId);
  }
}
