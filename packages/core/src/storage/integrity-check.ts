// `nightjar check`: database against files, both ways. Without `repair` it only looks.
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import type { AreaId, EventId } from '../model/ids.ts';
import type { AreaDisk } from '../ports/area-disk.ts';
import type { OpenJournal } from '../ports/open-journal.ts';
import type { AreaStatus } from './area.ts';
import { checkDirectory } from './check-files.ts';
import type { CheckPorts } from './check-ports.ts';
import { checkRow, rowsOf } from './check-rows.ts';
import type { FoundProblem, StorageProblem } from './storage-problem.ts';

/** Share of an area's events that may vanish in one repair without `force`: more looks like a disk that lost its data, or the wrong one. */
const MASS_MISSING_SHARE = 0.5;

/** How far a check is. */
export interface CheckProgress {
  readonly areaId: AreaId;
  readonly phase: 'files' | 'rows';
  /** Directories or rows looked at in this phase. */
  readonly done: number;
  /** Rows the area has, a good guess of its directories too. */
  readonly total: number;
}

/** What to check and how. */
export interface CheckStorageOptions extends Pick<CheckPorts, 'store' | 'files'> {
  readonly areas: readonly AreaStatus[];
  readonly disk: Pick<AreaDisk, 'exists' | 'holdsFile' | 'walk' | 'readIdentity'>;
  readonly journal: Pick<OpenJournal, 'list'>;
  /** Whether a recorder with this id runs: what it has open is left alone. Absent: none runs. */
  isServerLive?(serverId: string): boolean;
  readonly repair: boolean;
  /** Deletes rows also when more than half of an area's events would vanish. */
  readonly force?: boolean;
  onProgress?(progress: CheckProgress): void;
  /** Told of every problem as soon as its outcome is known. */
  onProblem?(problem: StorageProblem): void;
  readonly signal?: AbortSignal;
}

/** The result of a check. */
export interface CheckReport {
  readonly problems: readonly StorageProblem[];
  readonly directories: number;
  readonly rows: number;
  /** The signal aborted before everything was looked at. */
  readonly isPartial: boolean;
}

type UsableArea = Extract<AreaStatus, { readonly usable: true }>;

/** One check. */
class StorageCheck {
  readonly problems: StorageProblem[] = [];
  directories = 0;
  rows = 0;
  readonly #options: CheckStorageOptions;
  readonly #roots: ReadonlyMap<AreaId, string>;
  readonly #moved = new Set<EventId>();

  constructor(options: CheckStorageOptions) {
    this.#options = options;
    this.#roots = new Map(options.areas.filter((status) => status.usable).map(({ area }) => [area.id, area.path]));
  }

  async checkArea(status: AreaStatus): Promise<void> {
    const { area } = status;
    if (!status.usable) {
      const remedy = 'nothing: mount the disk and check again';
      this.#note({ kind: 'area-missing', areaId: area.id, path: area.path, what: status.problem.message, remedy }, 'left');
      return;
    }
    const ports = await this.#ports(area.path);
    const { signal, onProgress, disk, store } = this.#options;
    const { events: total } = await store.usage(area.id);
    let done = 0;
    for await (const found of disk.walk(area.path, signal)) {
      for (const problem of await checkDirectory(ports, area, found)) await this.#settle(problem);
      this.directories += 1;
      done += 1;
      onProgress?.({ areaId: area.id, phase: 'files', done, total });
    }
    const missing: FoundProblem[] = [];
    done = 0;
    for await (const row of rowsOf(ports, area.id, signal)) {
      const problem = await checkRow(ports, area, row);
      // Rows without a file are judged together, at the end.
      if (problem?.kind === 'row-without-file') missing.push(problem);
      else if (problem) await this.#settle(problem);
      this.rows += 1;
      done += 1;
      onProgress?.({ areaId: area.id, phase: 'rows', done, total });
      if (signal?.aborted === true) break;
    }
    await this.#settleMissing(status, missing, done);
  }

  /** Rows in areas nobody configured. */
  async checkUnknownAreas(): Promise<void> {
    const { areas, store, signal } = this.#options;
    if (signal?.aborted === true) return;
    const everything = await store.usage();
    let known = 0;
    for (const { area } of areas) known += (await store.usage(area.id)).events;
    const count = everything.events - known;
    if (count <= 0) return;
    const what = `events in storage areas that are not in the configuration: ${count}`;
    this.#note({ kind: 'area-unknown', areaId: '', path: '', what, remedy: 'nothing: configure the area again' }, 'left');
  }

  async #ports(root: string): Promise<CheckPorts> {
    const { store, files, disk, journal, isServerLive } = this.#options;
    const isLive = (event: Pick<EventRecord, 'serverId'>): boolean => isServerLive?.(event.serverId) ?? false;
    const markers = await journal.list(root);
    const recording = new Set(markers.filter(({ event }) => event && isLive(event)).map(({ eventId }) => eventId));
    return { store, files, disk, roots: this.#roots, isLive, recording, moved: this.#moved };
  }

  async #settleMissing({ area, identity }: UsableArea, missing: readonly FoundProblem[], rows: number): Promise<void> {
    if (missing.length === 0) return;
    const refusal = this.#options.repair ? await this.#refusal(area.path, identity, missing.length, rows) : undefined;
    for (const problem of missing) {
      if (refusal === undefined) await this.#settle(problem);
      else this.#note(problem, 'refused', refusal);
    }
  }

  /** Why rows without a video must not be deleted; `undefined` where they may. */
  async #refusal(root: string, identity: string, missing: number, rows: number): Promise<string | undefined> {
    const { disk, force, signal } = this.#options;
    if (signal?.aborted === true) return 'the check was stopped before all events were counted';
    if ((await disk.readIdentity(root)) !== identity) return 'the disk was taken away during the check';
    if (force === true || missing <= rows * MASS_MISSING_SHARE) return undefined;
    return `${missing} of ${rows} events of the area have no video; is it the right disk?`;
  }

  async #settle(problem: FoundProblem): Promise<void> {
    if (!problem.mend) return this.#note(problem, 'left');
    if (!this.#options.repair) return this.#note(problem, 'found');
    try {
      await problem.mend();
      this.#note(problem, 'mended');
    } catch (error) {
      this.#note(problem, 'failed', RecorderError.wrap(error, 'DISK_FAILED', problem.remedy).message);
    }
  }

  #note({ mend: _, ...found }: FoundProblem, outcome: StorageProblem['outcome'], reason?: string): void {
    const problem: StorageProblem = { ...found, outcome, ...(reason !== undefined && { reason }) };
    this.problems.push(problem);
    this.#options.onProblem?.(problem);
  }
}

/**
 * Compares rows with files, both ways, and mends what it finds when asked to. Works beside a recorder that runs: what
 * that has open is left alone, and everything is looked at again just before it is changed.
 *
 * @throws RecorderError when the database or a disk cannot be read.
 */
export const checkStorage = async (options: CheckStorageOptions): Promise<CheckReport> => {
  const check = new StorageCheck(options);
  for (const status of options.areas) if (options.signal?.aborted !== true) await check.checkArea(status);
  await check.checkUnknownAreas();
  const { problems, directories, rows } = check;
  return { problems, directories, rows, isPartial: options.signal?.aborted === true };
};
