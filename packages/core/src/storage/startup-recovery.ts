// Closes the events that were being recorded when the recorder died, or whose disk went away meanwhile. Cost is linear in those, not in what is stored.
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import type { AreaId } from '../model/ids.ts';
import type { EventFiles } from '../ports/event-files.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { OpenJournal } from '../ports/open-journal.ts';
import type { AreaStatus } from './area.ts';
import { mergeRecords, recoverEvent } from './event-recovery.ts';

/** Rows read at once. */
const PAGE = 500;

/** What recovery works on. */
export interface StartupRecoveryOptions {
  readonly serverId: string;
  /** Only events in these are looked at. */
  readonly areas: readonly AreaStatus[];
  readonly store: Pick<EventStore, 'get' | 'put' | 'list' | 'delete'>;
  readonly files: Pick<EventFiles, 'repair' | 'remove'>;
  readonly journal: OpenJournal;
  readonly logger: Logger;
  /** Whether an event is being recorded right now; absent: nothing is, since the recorder has only just begun. */
  isLive?(eventId: number): boolean;
  /** Does something to an event's row while nobody else does; absent: nobody else is there. */
  exclusively?<T>(eventId: number, work: () => Promise<T>): Promise<T>;
}

/** What became of the events. */
export interface StartupRecovery {
  /** Their rows are `ready` now, or `closed` with their marker kept where there is no picture yet: that, and the last state, are the caller's. */
  readonly recovered: readonly EventRecord[];
  /** Nothing in them played: files and rows are gone. */
  readonly removed: readonly EventRecord[];
  /** Repaired, but the database did not take the row: save these, and remove their markers once they are written. */
  readonly unsaved: readonly EventRecord[];
  /** Could not be repaired now (disk missing or failing); the next start tries again. */
  readonly failed: readonly { readonly eventId: number; readonly error: RecorderError }[];
}

/** Everything one recovery gathers. */
class Recovery {
  readonly recovered: EventRecord[] = [];
  readonly removed: EventRecord[] = [];
  readonly unsaved: EventRecord[] = [];
  readonly failed: { readonly eventId: number; readonly error: RecorderError }[] = [];
  readonly #options: StartupRecoveryOptions;
  readonly #seen = new Set<number>();

  constructor(options: StartupRecoveryOptions) {
    this.#options = options;
  }

  /** Events with a marker, the database there or not. */
  async recoverMarked(root: string): Promise<void> {
    for (const { eventId, event } of await this.#options.journal.list(root)) {
      if ((event && event.serverId !== this.#options.serverId) || this.#options.isLive?.(eventId) === true) continue;
      await this.#guard(eventId, () => this.#recoverMarker(root, eventId, event));
    }
  }

  async #recoverMarker(root: string, eventId: number, event: EventRecord | undefined): Promise<void> {
    const { journal, serverId, logger } = this.#options;
    const answer = await this.#row(eventId);
    if (answer === 'away' && !event) return;
    const row = answer === 'away' ? undefined : answer;
    const known = mergeRecords(row, event);
    if (known && known.serverId !== serverId) return;
    if (!known) logger.warn('a marker of an event cannot be read and there is no row; run a check with repair', { eventId });
    if (!known || row?.state === 'ready' || row?.state === 'deleting') return journal.remove(root, eventId);
    this.#seen.add(eventId);
    await this.#recover(root, known);
  }

  /** Events whose row says that they are not finished, and that had no marker. */
  async recoverRows(roots: ReadonlyMap<AreaId, string>): Promise<void> {
    const { store, serverId, areas, isLive } = this.#options;
    const looked = new Set(areas.map(({ area }) => area.id));
    let cursor: { readonly beforeId?: number } = {};
    for (;;) {
      const page = await store.list({ states: ['open', 'closed'], limit: PAGE, ...cursor });
      for (const row of page) {
        if (row.serverId !== serverId || this.#seen.has(row.id) || isLive?.(row.id) === true || !looked.has(row.areaId)) continue;
        await this.#guard(row.id, async () => {
          const root = roots.get(row.areaId);
          if (root === undefined) throw new RecorderError('AREA_MISSING', `event ${row.id} lies in storage area ${row.areaId}, which is not there`);
          // It may have been changed or deleted since the page was read.
          const now = await store.get(row.id);
          if (now?.state === 'open' || now?.state === 'closed') await this.#recover(root, now);
        });
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      cursor = { beforeId: last.id };
    }
  }

  async #recover(root: string, event: EventRecord): Promise<void> {
    const { files, journal, store, logger } = this.#options;
    const repaired = await recoverEvent(files, root, event);
    const recovered: EventRecord | undefined = repaired?.hasSnapshot === false ? { ...repaired, state: 'closed' } : repaired;
    const fields = { camera: event.cameraId, eventId: event.id };
    if (recovered) {
      try {
        await store.put(recovered);
      } catch (error) {
        if (!isDatabaseError(error)) throw error;
        this.unsaved.push(recovered);
        return;
      }
      this.recovered.push(recovered);
      logger.warn('an event was cut off and is closed as recovered', { ...fields, frames: recovered.frames });
      if (recovered.state === 'closed') return;
    } else {
      await files.remove(root, event.directory, event.id);
      await store.delete(event.id);
      this.removed.push(event);
      logger.warn('an event was cut off before anything of it could be played, and is removed', fields);
    }
    await journal.remove(root, event.id);
  }

  async #row(eventId: number): Promise<EventRecord | 'away' | undefined> {
    try {
      return await this.#options.store.get(eventId);
    } catch (error) {
      if (isDatabaseError(error)) return 'away';
      throw error;
    }
  }

  async #guard(eventId: number, work: () => Promise<void>): Promise<void> {
    try {
      await (this.#options.exclusively?.(eventId, work) ?? work());
    } catch (caught) {
      const error = RecorderError.wrap(caught, 'DISK_FAILED', `recovering event ${eventId}`);
      this.failed.push({ eventId, error });
      this.#options.logger.error('an event that was cut off could not be recovered', { eventId, code: error.code, reason: error.message });
    }
  }
}

const isDatabaseError = (error: unknown): boolean => RecorderError.of(error)?.code.startsWith('DATABASE_') ?? false;

/** Recovers every event of this server that was open; never rejects, and one bad event or area does not keep it from the others. */
export const recoverAtStartup = async (options: StartupRecoveryOptions): Promise<StartupRecovery> => {
  const recovery = new Recovery(options);
  const roots = new Map(options.areas.filter((status) => status.usable).map(({ area }) => [area.id, area.path]));
  const report = (what: string, caught: unknown): void => {
    const error = RecorderError.wrap(caught, 'DISK_FAILED', what);
    options.logger.error('events that were cut off could not be looked for', { what, code: error.code, reason: error.message });
  };
  for (const [areaId, root] of roots) await recovery.recoverMarked(root).catch((error: unknown) => report(`storage area ${areaId}`, error));
  await recovery.recoverRows(roots).catch((error: unknown) => report('the database', error));
  const { recovered, removed, unsaved, failed } = recovery;
  return { recovered, removed, unsaved, failed };
};
