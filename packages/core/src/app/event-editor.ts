// What people do to events: they name, note, tag and protect them, and delete them. An event that is being recorded belongs to its
// tracker, so it is changed there; all others are rows. Whoever else rewrites such rows holds the same lock meanwhile.
import type { EventChanges } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import { type EventEdit, readEdit } from '../events/event-edit-policy.ts';
import type { EventRecord } from '../model/event.ts';
import type { EventId } from '../model/ids.ts';
import type { ChangePublisher } from '../ports/change-feed.ts';
import { finishDeletion } from '../storage/event-deletion.ts';
import { KeyedLock } from '../util/keyed-lock.ts';
import type { AreaWatch } from './area-watch.ts';
import type { Environment } from './environment.ts';
import type { EventDesk } from './event-desk.ts';

/** Longest a change waits for an event that is being repaired. */
const LOCKED_WITHIN_MS = 5000;
/** Deletions that are remembered as told, so that whoever finishes them does not tell them again. */
const MOST_TOLD = 1000;

/** What the editor works with. */
export interface EventEditorOptions {
  readonly env: Pick<Environment, 'clock' | 'events' | 'files' | 'journal' | 'log'>;
  readonly desk: Pick<EventDesk, 'find' | 'editLive' | 'isLive' | 'isWaiting' | 'save' | 'publish' | 'forget'>;
  readonly areas: Pick<AreaWatch, 'check'>;
  readonly feed: ChangePublisher;
}

/** Edits and deletes events. */
export class EventEditor {
  readonly #options: EventEditorOptions;
  readonly #locks = new KeyedLock<EventId>();
  readonly #told = new Set<EventId>();

  constructor(options: EventEditorOptions) {
    this.#options = options;
  }

  /** Does something to an event's row while nobody else does. */
  exclusively<T>(id: EventId, work: () => Promise<T>): Promise<T> {
    return this.#locks.run(id, work);
  }

  /** Whether clients know already that an event is deleted. */
  hasTold(id: EventId): boolean {
    return this.#told.has(id);
  }

  /** Changes an event, also while it is recorded. @throws RecorderError `INPUT_INVALID`, `EVENT_NOT_FOUND`, `NOT_READY`, `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async update(id: EventId, changes: EventChanges): Promise<EventRecord> {
    const edit = readEdit(changes);
    return this.#soon(id, async () => {
      const row = await this.#find(id);
      if (Object.keys(edit).length === 0) return row;
      const edited = this.#options.desk.editLive(id, edit) ?? (await this.#editRow(row, edit));
      this.#options.desk.publish('event.updated', edited);
      return edited;
    });
  }

  /**
   * Deletes an event with its files. Where its disk is away, or fails, the event is gone for clients all the same, and the rest of it
   * goes when the disk is back.
   *
   * @throws RecorderError `EVENT_NOT_FOUND`, `EVENT_OPEN`, `EVENT_PROTECTED`, `NOT_READY`, `DATABASE_BUSY`, `DATABASE_FAILED`.
   */
  delete(id: EventId): Promise<void> {
    return this.#soon(id, async () => {
      const { env, desk, feed } = this.#options;
      const row = await this.#find(id);
      if (desk.isLive(id)) throw new RecorderError('EVENT_OPEN', `event ${id} is being recorded`);
      if (row.protected) throw new RecorderError('EVENT_PROTECTED', `event ${id} is protected`);
      const waiting = desk.isWaiting(id);
      // What waits to be written would bring it back.
      desk.forget(id);
      try {
        await env.events.put({ ...row, state: 'deleting' });
      } catch (error) {
        if (waiting) desk.save(row);
        throw error;
      }
      this.#tell(id);
      feed.publish({ type: 'event.deleted', data: { id, cameraId: row.cameraId } });
      await this.#removeFiles(row);
    });
  }

  async #find(id: EventId): Promise<EventRecord> {
    const row = await this.#options.desk.find(id);
    if (row === undefined || row.state === 'deleting') throw new RecorderError('EVENT_NOT_FOUND', `there is no event ${id}`);
    return row;
  }

  async #editRow(row: EventRecord, edit: EventEdit): Promise<EventRecord> {
    const { env, desk } = this.#options;
    const edited = { ...row, ...edit };
    // A row that waits is newer than the database's, and is written in its turn.
    if (desk.isWaiting(row.id)) desk.save(edited);
    else await env.events.put(edited);
    return edited;
  }

  async #removeFiles(row: EventRecord): Promise<void> {
    const { env, areas } = this.#options;
    const status = (await areas.check()).find(({ area }) => area.id === row.areaId);
    try {
      if (status?.usable !== true) throw new RecorderError('AREA_MISSING', `storage area ${row.areaId} is not there`);
      await finishDeletion({ store: env.events, files: env.files }, status.area.path, row);
      if (row.state !== 'ready') await env.journal.remove(status.area.path, row.id);
      env.log.info(`deleted event ${row.id} of ${row.cameraId} (asked for)`, { event: row.id });
    } catch (error) {
      env.log.warn(`event ${row.id} is deleted, its files go later: ${error instanceof Error ? error.message : String(error)}`, { event: row.id });
    }
  }

  #tell(id: EventId): void {
    this.#told.add(id);
    const [oldest] = this.#told;
    if (this.#told.size > MOST_TOLD && oldest !== undefined) this.#told.delete(oldest);
  }

  /** As `exclusively`, but nobody who asks is kept waiting for a disk. */
  async #soon<T>(id: EventId, work: () => Promise<T>): Promise<T> {
    const waiting = new AbortController();
    const acquired = this.#locks.acquire(id);
    const release = await Promise.race([acquired, this.#options.env.clock.sleep(LOCKED_WITHIN_MS, waiting.signal)]);
    waiting.abort();
    if (release === undefined) {
      void acquired.then((later) => later());
      throw new RecorderError('NOT_READY', `event ${id} is being repaired; try again`);
    }
    try {
      return await work();
    } finally {
      release();
    }
  }
}
