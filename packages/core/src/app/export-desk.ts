// Exports as jobs: a queue, one job at a time, and files that are kept for a while. Recording never waits for any of it.
import type { Export, ExportFilter, ExportList, ExportRequest, MediaFile } from '@nightjar/client';
import { exportsToRemove } from '../archive/export-shelf-policy.ts';
import type { ExportsConfig } from '../config/config.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import { type ExportRecord, isFinished } from '../model/export.ts';
import type { ExportId } from '../model/ids.ts';
import { isoTime, wallMs } from '../model/time.ts';
import type { ChangePublisher } from '../ports/change-feed.ts';
import { within } from '../util/within.ts';
import type { AreaWatch } from './area-watch.ts';
import { chooseRecordings, type RecordingLookup } from './choose-recordings.ts';
import type { Environment } from './environment.ts';
import { ExportBook } from './export-book.ts';
import { exportFile } from './export-file.ts';
import { exportRecordings, MANIFEST_SUFFIX } from './export-recordings.ts';
import { exportName, readWish } from './export-view.ts';
import { FirstRead } from './first-read.ts';
import { type ExportMaking, makeExport } from './make-export.ts';

/** How often the desk looks for exports that have to go. */
const TICK_MS = 30_000;
/** How long a job may take to notice that it is over. */
const ABORT_WITHIN_MS = 3000;
const DEFAULT_LIMIT = 100;
const MOST_LISTED = 1000;

/** What the desk works with. */
export interface ExportDeskOptions {
  readonly env: Pick<Environment, 'clock' | 'log' | 'exports' | 'exportFiles' | 'videos' | 'files' | 'gaps'>;
  readonly feed: ChangePublisher;
  readonly alerts: AlertBoard;
  readonly lookup: RecordingLookup;
  readonly areas: Pick<AreaWatch, 'all'>;
  readonly settings: ExportsConfig;
  readonly writtenBy: ExportMaking['writtenBy'];
  /** Display name of a camera. */
  nameOf(cameraId: string): string;
  /** Writes a file and its manifest; default: the real thing. */
  readonly write?: typeof exportRecordings;
}

/** Makes and keeps exports. */
export class ExportDesk {
  readonly #options: ExportDeskOptions;
  readonly #book: ExportBook;
  readonly #first: FirstRead;
  readonly #stopping = new AbortController();
  readonly #ended = { done: 0, failed: 0, cancelled: 0 };
  #settings: ExportsConfig;
  #running: { readonly id: ExportId; readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  /** Those that are being written down. */
  #adding = 0;
  #tidying: Promise<void> | undefined;
  #stopTicking: () => void = () => undefined;

  constructor(options: ExportDeskOptions) {
    this.#options = options;
    this.#settings = options.settings;
    const { clock, log, exports: store } = options.env;
    this.#book = new ExportBook({ store, clock, log, feed: options.feed, keepHours: () => this.#settings.keepHours });
    this.#first = new FirstRead({
      ...options,
      what: 'exports',
      meanwhile: 'there are no exports',
      read: () => this.#book.read(),
      onRead: () => this.#takeUp(),
    });
  }

  /** Takes up what an earlier start left. Never rejects: without a database there are no exports until it is back. */
  async start(): Promise<void> {
    this.#stopTicking = this.#options.env.clock.every(TICK_MS, () => void this.#tidy());
    await this.#first.run();
  }

  /** Ends the job in hand, within seconds; the next start begins it anew. */
  async stop(): Promise<void> {
    this.#stopping.abort('shutdown');
    this.#stopTicking();
    this.#first.stop();
    await within(this.#options.env.clock, ABORT_WITHIN_MS, Promise.all([this.#running?.ended, this.#tidying]));
  }

  /** Other settings, from now on. */
  limit(settings: ExportsConfig): void {
    this.#settings = settings;
    if (this.#book.isRead) void this.#tidy();
  }

  /** For monitoring; `bytes` of all files. */
  get figures(): { readonly queued: number; readonly running: number; readonly bytes: number; readonly ended: Readonly<Record<string, number>> } {
    const { records } = this.#book;
    const bytes = records.reduce((sum, { file }) => sum + (file?.sizeBytes ?? 0), 0);
    return { queued: records.filter(({ state }) => state === 'queued').length, running: this.#running === undefined ? 0 : 1, bytes, ended: this.#ended };
  }

  /** @throws RecorderError What `chooseRecordings` does, `EXPORTS_FULL`, `DATABASE_BUSY`, `DATABASE_FAILED`. */
  async create(request: ExportRequest, createdBy: string): Promise<Export> {
    const { env, lookup, nameOf } = this.#options;
    const wish = readWish(request);
    this.#book.requireRead();
    const { cameraId, events, span } = await chooseRecordings(lookup, wish);
    const rows = events.map(({ row }) => row);
    const startMs = rows[0]?.startMs ?? env.clock.wall();
    const fromMs = wallMs(span?.fromMs ?? startMs);
    const cameraName = nameOf(cameraId);
    const record = await this.#add({
      name: request.name ?? exportName(cameraName, wallMs(Math.max(fromMs, startMs))),
      cameraId,
      cameraName,
      state: 'queued',
      isSpan: span !== undefined,
      events: rows.map(({ id }) => id),
      fromMs,
      toMs: wallMs(span?.toMs ?? Math.max(...rows.map(({ endMs }) => endMs))),
      createdMs: env.clock.wall(),
      createdBy,
    });
    const view = this.#book.view(record);
    this.#pump();
    return view;
  }

  /** @throws RecorderError `DATABASE_BUSY`. */
  list({ camera, cameras, limit = DEFAULT_LIMIT }: ExportFilter = {}): ExportList {
    this.#book.requireRead();
    const found = this.#book.records.filter(
      ({ cameraId }) => (camera === undefined || cameraId === camera) && (cameras === undefined || cameras.includes(cameraId)),
    );
    const most = Math.min(MOST_LISTED, Math.max(1, Math.floor(limit)));
    return {
      exports: found
        .slice(-most)
        .reverse()
        .map((record) => this.#book.view(record)),
    };
  }

  /** @throws RecorderError `EXPORT_NOT_FOUND`, `DATABASE_BUSY`. */
  get(id: ExportId): Export {
    return this.#book.view(this.#book.get(id));
  }

  /** Cancels and removes it. @throws RecorderError `EXPORT_NOT_FOUND`, `DATABASE_BUSY`, `DATABASE_FAILED`; it stays then. */
  async delete(id: ExportId): Promise<void> {
    this.#book.get(id);
    await this.#remove(id);
  }

  /** @throws RecorderError `EXPORT_NOT_FOUND`, `NOT_READY`, `EXPORT_FAILED`, `VIDEO_GONE`. */
  video(id: ExportId): Promise<MediaFile> {
    const { file, start } = this.#fileOf(id);
    return exportFile(this.#options.env.exportFiles, id, { contentType: 'video/mp4', etag: file.sha256.slice(0, 32), start, fileName: file.name });
  }

  /** The manifest, as it was written. @throws RecorderError As `video`. */
  manifest(id: ExportId): Promise<MediaFile> {
    const { file, start } = this.#fileOf(id);
    const facts = { contentType: 'application/json', etag: `manifest-${file.sha256.slice(0, 32)}`, start, fileName: `${file.name}${MANIFEST_SUFFIX}` };
    return exportFile(this.#options.env.exportFiles, id, facts);
  }

  #fileOf(id: ExportId): { readonly file: NonNullable<ExportRecord['file']>; readonly start: string } {
    const { state, file, fromMs, error } = this.#book.get(id);
    if (file !== undefined) return { file, start: isoTime(fromMs) };
    if (state === 'failed') throw new RecorderError('EXPORT_FAILED', `export ${id} failed: ${error?.message ?? 'its file is not there'}`);
    throw new RecorderError('NOT_READY', `export ${id} is being made`);
  }

  async #add(facts: Omit<ExportRecord, 'id'>): Promise<ExportRecord> {
    if (this.figures.queued + this.#adding >= this.#settings.maxQueued)
      throw new RecorderError('EXPORTS_FULL', `${this.#settings.maxQueued} exports wait already`);
    this.#adding += 1;
    try {
      return await this.#book.add(facts);
    } finally {
      this.#adding -= 1;
    }
  }

  #pump(): void {
    if (this.#running !== undefined || this.#stopping.signal.aborted || !this.#book.isRead) return;
    const next = this.#book.records.find(({ state }) => state === 'queued');
    if (next === undefined) return;
    const abort = new AbortController();
    const ended = this.#make(next, AbortSignal.any([abort.signal, this.#stopping.signal])).finally(() => {
      this.#running = undefined;
      this.#pump();
    });
    this.#running = { id: next.id, abort, ended };
  }

  /** Never rejects. */
  async #make(record: ExportRecord, signal: AbortSignal): Promise<void> {
    const { env, lookup, areas, writtenBy, write = exportRecordings } = this.#options;
    const { id, cameraId } = record;
    const running: ExportRecord = { ...record, state: 'running' };
    this.#book.change(running);
    try {
      const made = await makeExport(running, {
        ...{ env, lookup, areas, writtenBy, write, signal },
        maxSize: this.#settings.maxSize,
        makeRoom: (sizeBytes) => this.#makeRoom(sizeBytes),
        onProgress: (progress) => this.#book.advance(id, progress),
      });
      signal.throwIfAborted();
      this.#ended.done += 1;
      env.log.info(`export ${id} is done: ${made.file.name}`, { export: id, camera: cameraId, sizeBytes: made.file.sizeBytes });
      await this.#book.finish({ ...running, ...made, state: 'done', finishedMs: env.clock.wall() });
    } catch (error) {
      await this.#removeFiles(id);
      if (signal.aborted) return;
      const failure = RecorderError.of(error);
      const { code, message } = failure ?? { code: 'INTERNAL', message: 'something went wrong that should not; the log of the recorder has it' };
      this.#ended.failed += 1;
      if (failure === undefined) env.log.error(`export ${id} failed`, { export: id, camera: cameraId, error });
      else env.log.warn(`export ${id} failed: ${message}`, { export: id, camera: cameraId, code });
      await this.#book.finish({ ...running, state: 'failed', finishedMs: env.clock.wall(), error: { code, message } });
    }
  }

  /** The database was read: what waits goes on. */
  async #takeUp(): Promise<void> {
    const { log } = this.#options.env;
    await this.#compareFiles().catch((error: unknown) => log.warn(`the files of exports could not be looked at: ${String(error)}`));
    this.#pump();
  }

  /** What a crash left: files nobody knows, and rows whose file is gone. */
  async #compareFiles(): Promise<void> {
    const { exportFiles, log } = this.#options.env;
    for (const { id, file } of this.#book.records) {
      if (file === undefined) continue;
      const names = [file.name, `${file.name}${MANIFEST_SUFFIX}`];
      const found = await Promise.all(names.map((name) => exportFiles.open(id, name)));
      for (const each of found) await each?.close();
      if (found.every((each) => each !== undefined)) continue;
      log.warn(`the file of export ${id} is gone: it is forgotten`, { export: id });
      await this.#remove(id);
    }
    const known = new Set(this.#book.records.flatMap(({ id, file }) => (file === undefined ? [] : [id])));
    for (const id of await exportFiles.list()) if (!known.has(id)) await this.#removeFiles(id);
  }

  #tidy(): Promise<void> {
    this.#tidying ??= this.#lookAtLimits().finally(() => {
      this.#tidying = undefined;
    });
    return this.#tidying;
  }

  async #lookAtLimits(): Promise<void> {
    if (!this.#book.isRead) return;
    await this.#book.writeWaiting();
    await this.#makeRoom(0).catch((error: unknown) => this.#options.env.log.warn(`old exports stay: ${String(error)}`));
  }

  async #makeRoom(sizeBytes: number): Promise<void> {
    const { clock, log } = this.#options.env;
    for (const { id, cameraId } of exportsToRemove(this.#book.records, this.#settings, clock.wall(), sizeBytes)) {
      if (!this.#book.has(id)) continue;
      await this.#remove(id);
      log.info(`export ${id} was removed`, { export: id, camera: cameraId });
    }
  }

  /** @throws RecorderError `DATABASE_BUSY`, `DATABASE_FAILED`; it stays then. */
  async #remove(id: ExportId): Promise<void> {
    const { clock } = this.#options.env;
    const before = this.#book.get(id);
    // Somebody else may have been quicker.
    if (!(await this.#book.forget(id))) return;
    if (this.#running?.id === id) {
      const { abort, ended } = this.#running;
      abort.abort('deleted');
      await within(clock, ABORT_WITHIN_MS, ended);
    }
    await this.#removeFiles(id);
    if (!isFinished(before)) {
      this.#ended.cancelled += 1;
      this.#book.tell({ ...before, state: 'cancelled', finishedMs: clock.wall() });
    }
    this.#book.tellGone(before);
  }

  async #removeFiles(id: ExportId): Promise<void> {
    const { exportFiles, log } = this.#options.env;
    await exportFiles.remove(id).catch((error: unknown) => log.warn(`the files of export ${id} stay until the next start: ${String(error)}`, { export: id }));
  }
}
