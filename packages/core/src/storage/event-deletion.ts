// Deletes one event so that a crash at any point leaves something the next start can finish:
// the row says `deleting`, then the files go, then the row.
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import type { EventFiles } from '../ports/event-files.ts';
import type { EventStore } from '../ports/event-store.ts';

/** What a deletion works on. */
export interface DeletionPorts {
  readonly store: Pick<EventStore, 'get' | 'put' | 'delete'>;
  readonly files: Pick<EventFiles, 'remove'>;
}

/** The second half: files, then row. For a row that says `deleting`; repeating it is fine. */
export const finishDeletion = async ({ store, files }: DeletionPorts, root: string, event: EventRecord): Promise<void> => {
  await files.remove(root, event.directory, event.id);
  await store.delete(event.id);
};

/**
 * Deletes an event, its files and its row.
 *
 * @param root - Absolute path of the event's area, whose disk is the right one.
 * @param isStillWanted - Asked with the row as it is now, just before anything is touched.
 * @returns Whether it was deleted; not when the row is gone or `isStillWanted` said no.
 * @throws RecorderError of the store or the disk; after the first step the row says `deleting` and the rest can be repeated.
 */
export const deleteEvent = async (ports: DeletionPorts, root: string, id: number, isStillWanted: (event: EventRecord) => boolean): Promise<boolean> => {
  const event = await ports.store.get(id);
  if (!event || !isStillWanted(event)) return false;
  await ports.store.put({ ...event, state: 'deleting' });
  await finishDeletion(ports, root, event);
  return true;
};

/**
 * Deletes an event whose row cannot be written because the disk is full: files first, then the row.
 *
 * @returns Whether the row is gone too; else the caller must try that again.
 */
export const deleteFilesFirst = async ({ store, files }: DeletionPorts, root: string, event: EventRecord): Promise<boolean> => {
  await files.remove(root, event.directory, event.id);
  try {
    await store.delete(event.id);
    return true;
  } catch (error) {
    if (RecorderError.of(error)?.code.startsWith('DATABASE_')) return false;
    throw error;
  }
};
