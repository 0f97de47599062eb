// Marks events that are being recorded, beside their files, so that a restart finds them without searching.
import type { EventRecord } from '../model/event.ts';

/**
 * One marker per event that is not `ready` yet: made before its directory, removed once its row says `ready`.
 * `root` is an area's absolute path. Everything rejects with `RecorderError` `DISK_FAILED` or `DISK_FULL`.
 */
export interface OpenJournal {
  /** Writes the marker, whole or not at all, durably; again replaces it. */
  add(root: string, event: EventRecord): Promise<void>;
  /** Removes it. Repeating it is fine. */
  remove(root: string, eventId: number): Promise<void>;
  /** Every marker, by id; one that cannot be read has no `event`. A root without markers has none. */
  list(root: string): Promise<readonly { readonly eventId: number; readonly event?: EventRecord }[]>;
}
