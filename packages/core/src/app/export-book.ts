// Every export there is: in memory for whoever asks, in the database for the next start, and in the feed for whoever follows.
import type { Export } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import { type ExportRecord, isFinished } from '../model/export.ts';
import type { ExportId } from '../model/ids.ts';
import type { ChangePublisher } from '../ports/change-feed.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { Logger } from '../ports/logger.ts';
import { type ExportProgress, viewExport } from './export-view.ts';
import { patiently } from './patiently.ts';

/** Progress of one export is told no more often. */
const TELL_EVERY_MS = 1000;

/** What the book works with. */
export interface ExportBookOptions {
  readonly store: ExportStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly feed: ChangePublisher;
  keepHours(): number;
}

/** The exports of one recorder. */
export class ExportBook {
  readonly #options: ExportBookOptions;
  readonly #records = new Map<ExportId, ExportRecord>();
  readonly #progress = new Map<ExportId, ExportProgress>();
  /** Finished ones whose row says something else. */
  readonly #unwritten = new Set<ExportId>();
  #isRead = false;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(options: ExportBookOptions) {
    this.#options = options;
  }

  get isRead(): boolean {
    return this.#isRead;
  }

  /** Oldest first; none until they were read. */
  get records(): readonly ExportRecord[] {
    return [...this.#records.values()];
  }

  has(id: ExportId): boolean {
    return this.#records.has(id);
  }

  /** @throws RecorderError `DATABASE_BUSY` until they were read. */
  requireRead(): void {
    if (!this.#isRead) throw new RecorderError('DATABASE_BUSY', 'the exports of the database were not read yet');
  }

  /** @throws RecorderError `EXPORT_NOT_FOUND`, `DATABASE_BUSY`. */
  get(id: ExportId): ExportRecord {
    this.requireRead();
    const record = this.#records.get(id);
    if (record === undefined) throw new RecorderError('EXPORT_NOT_FOUND', `there is no export ${id}`);
    return record;
  }

  view(record: ExportRecord): Export {
    return viewExport(record, this.#options.keepHours(), this.#progress.get(record.id));
  }

  /** Reads what an earlier start left: what was not finished waits again. @throws RecorderError `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async read(): Promise<void> {
    for (const record of await this.#options.store.list()) this.#records.set(record.id, isFinished(record) ? record : { ...record, state: 'queued' });
    this.#isRead = true;
  }

  /** @throws RecorderError `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async add(facts: Omit<ExportRecord, 'id'>): Promise<ExportRecord> {
    const record = await patiently(this.#options.clock, () => this.#options.store.add(facts));
    this.#records.set(record.id, record);
    this.tell(record);
    return record;
  }

  /** It waits or runs: nothing that a restart would need to know. */
  change(record: ExportRecord): void {
    this.#records.set(record.id, record);
    this.#progress.delete(record.id);
    this.tell(record);
  }

  /** How far it is. */
  advance(id: ExportId, progress: ExportProgress): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    this.#progress.set(id, progress);
    if (this.#options.clock.monotonic() - this.#toldMs >= TELL_EVERY_MS) this.tell(record);
  }

  /** Nothing more will come of it. Never rejects: what cannot be written now is written later. */
  async finish(record: ExportRecord): Promise<void> {
    if (!this.#records.has(record.id)) return;
    this.#unwritten.add(record.id);
    this.change(record);
    await this.writeWaiting();
  }

  /** Writes what could not be written before. Never rejects. */
  async writeWaiting(): Promise<void> {
    const { clock, store, log } = this.#options;
    for (const id of [...this.#unwritten]) {
      const record = this.#records.get(id);
      try {
        if (record !== undefined) await patiently(clock, () => store.update(record));
        this.#unwritten.delete(id);
      } catch (error) {
        log.warn(`export ${id} could not be written down yet: ${RecorderError.wrap(error, 'DATABASE_FAILED', 'the database').message}`);
        return;
      }
    }
  }

  /** Forgets it; nobody is told yet. @returns Whether it was there. @throws RecorderError `DATABASE_BUSY`, `DATABASE_FAILED`; it stays then. */
  async forget(id: ExportId): Promise<boolean> {
    await patiently(this.#options.clock, () => this.#options.store.delete(id));
    this.#progress.delete(id);
    this.#unwritten.delete(id);
    return this.#records.delete(id);
  }

  /** Tells what is known of an export. */
  tell(record: ExportRecord): void {
    this.#toldMs = this.#options.clock.monotonic();
    this.#options.feed.publish({ type: 'export.changed', data: this.view(record) });
  }

  /** Tells that it is gone. */
  tellGone({ id, cameraId }: Pick<ExportRecord, 'id' | 'cameraId'>): void {
    this.#options.feed.publish({ type: 'export.deleted', data: { id, cameraId } });
  }
}
