// Owns the retention loop: looks at limits and disks, deletes what has to go, finishes what a crash left half done.
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import type { AreaId, EventId } from '../model/ids.ts';
import type { DiskSpace } from '../ports/area-disk.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventFiles } from '../ports/event-files.ts';
import type { EventStore } from '../ports/event-store.ts';
import { CalendarWatch } from '../util/calendar-watch.ts';
import type { AreaStatus, FreeFloor } from './area.ts';
import { floorBytes } from './area.ts';
import { deleteEvent, deleteFilesFirst, finishDeletion } from './event-deletion.ts';
import type { AreaUsage, Deletion, RetentionLimits, RetentionReason } from './retention-policy.ts';
import { planRetention } from './retention-policy.ts';

/** Time between two turns: what cameras write meanwhile must fit into the floor of a small disk. */
export const RETENTION_INTERVAL_MS = 2000;

/** A starved area is told again so often: sections that are cut every few seconds help nobody. */
const STARVED_EVERY_MS = 10_000;

/** Events deleted in one turn at most; when there is more to do the next turn follows at once. */
export const RETENTION_BATCH = 50;

/** A calendar that was set forward makes everything older at once: for so long nothing goes for its age, in case it was a mistake. */
export const AGE_RESTS_MS = 3_600_000;

/** How long a stop waits for the deletion in hand. */
const STOP_TIMEOUT_MS = 1500;

/** What the runner works on and whom it tells. */
export interface RetentionRunnerOptions {
  readonly store: EventStore;
  readonly files: Pick<EventFiles, 'remove'>;
  readonly clock: Clock;
  readonly limits: RetentionLimits;
  /** Every configured area, checked just now. */
  areas(): Promise<readonly AreaStatus[]>;
  /** An event is about to go: rows of it that wait to be written must not come back. */
  onDeleting?(id: EventId): void;
  /** The row of an event as it will be once what waits is written; absent: nothing waits. */
  newest?(event: EventRecord): EventRecord;
  /** Does something to an event's row while nobody else does; absent: nobody else is there. */
  exclusively?<T>(id: EventId, work: () => Promise<T>): Promise<T>;
  /** An event is gone; `unfinished`: its deletion was begun earlier. */
  onDeleted(event: EventRecord, reason: RetentionReason | 'unfinished'): void;
  /** A disk is below its floor and nothing on it may be deleted: the recorder should end a section there. */
  onStarved(areaId: AreaId): void;
  /** It has room again, or something that may be deleted. */
  onFed?(areaId: AreaId): void;
  /** The calendar was set forward; nothing is deleted for its age for `AGE_RESTS_MS`. */
  onCalendarSet?(byMs: number): void;
  /** Something could not be deleted or looked at; it is tried again. */
  onTrouble(error: RecorderError): void;
}

/** Rows that could not be deleted after their files were, with why. */
type Orphans = Map<EventId, Deletion>;

/** Runs retention until it is stopped. */
export class RetentionRunner {
  readonly #options: RetentionRunnerOptions;
  #limits: RetentionLimits;
  readonly #stopping = new AbortController();
  readonly #orphans: Orphans = new Map();
  /** Areas a write found full, whatever their disk says: a quota, or a floor that is less than what is written at once. */
  readonly #pressed = new Set<AreaId>();
  /** Those of them that no write has shown to have room again: a disk without room for one more file has free bytes all the same. */
  readonly #refused = new Set<AreaId>();
  /** When each area that is starved was told so. */
  readonly #starved = new Map<AreaId, number>();
  #calendar: CalendarWatch;
  #ageRestsUntilMs = Number.NEGATIVE_INFINITY;
  #waiting: (() => void)[] = [];
  #wake = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: RetentionRunnerOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#calendar = new CalendarWatch(options.clock);
  }

  /** Other limits, from the next turn on. */
  limit(limits: RetentionLimits): void {
    this.#limits = limits;
  }

  /** Begins with a turn at once. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Asks for a turn now; resolves after a turn that began later than this call (or when the runner stops). */
  runNow(): Promise<void> {
    if (this.#stopping.signal.aborted || this.#loop === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#wake.abort();
    });
  }

  /** A write found no room in an area: at least its oldest event goes, even where the floor is kept. As `runNow`. */
  makeRoom(areaId: AreaId): Promise<void> {
    this.#pressed.add(areaId);
    return this.runNow();
  }

  /** A new file was made and written to in an area: it has room. */
  hasRoom(areaId: AreaId): void {
    this.#refused.delete(areaId);
  }

  /** Stops after the deletion in hand, within 2 s. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    const timeout = new AbortController();
    await Promise.race([this.#loop, this.#options.clock.sleep(STOP_TIMEOUT_MS, timeout.signal)]);
    timeout.abort();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const waiting = this.#waiting.splice(0);
      this.#wake = new AbortController();
      const hasMore = await this.#turn();
      for (const resolve of waiting) resolve();
      if (this.#stopping.signal.aborted) return;
      const isWanted = this.#waiting.length > 0;
      // Even in a hurry others get their turn: the database may be synchronous.
      await this.#options.clock.sleep(hasMore || isWanted ? 0 : RETENTION_INTERVAL_MS, this.#wake.signal);
    }
  }

  /** @returns Whether there is more to do right away. */
  async #turn(): Promise<boolean> {
    try {
      const areas = await this.#options.areas();
      await this.#deleteOrphanRows();
      const leaving = await this.#finishDeletions(areas);
      const { deletions, starved } = await this.#plan(areas, leaving);
      const isBusy = await this.#deleteAll(deletions.slice(0, RETENTION_BATCH), new Map(areas.map(({ area }) => [area.id, area.path])));
      this.#tellStarved(starved);
      return deletions.length > RETENTION_BATCH && !isBusy;
    } catch (error) {
      this.#tell(error, 'retention');
      return false;
    }
  }

  async #plan(areas: readonly AreaStatus[], leaving: ReadonlyMap<AreaId, number>): Promise<ReturnType<typeof planRetention>> {
    const { store, clock } = this.#options;
    const usages: AreaUsage[] = [];
    const candidates: EventRecord[] = [];
    for (const status of areas) {
      const { id, maxSize, minFree } = status.area;
      const { sizeBytes } = await store.usage(id);
      const disk = status.usable && { freeBytes: status.space.freeBytes, floorBytes: this.#floorOf(id, status.space, minFree) };
      usages.push({ areaId: id, sizeBytes, maxSize, ...(disk && { disk }) });
      // One more than a batch shows that there is more to do.
      candidates.push(...(await store.list({ areaId: id, protected: false, states: ['ready'], order: 'oldest', limit: RETENTION_BATCH + 1 })));
    }
    const { sizeBytes: totalBytes } = await store.usage();
    // The last thing before, with nothing to wait for in between: the calendar may be set at any time.
    this.#followCalendar();
    const limits = clock.monotonic() < this.#ageRestsUntilMs ? { ...this.#limits, days: null } : this.#limits;
    return planRetention({ now: clock.wall(), limits, areas: usages, totalBytes, candidates: candidates.filter(({ id }) => !this.#orphans.has(id)), leaving });
  }

  #followCalendar(): void {
    const { clock, onCalendarSet } = this.#options;
    const byMs = this.#calendar.setByMs;
    if (byMs === 0) return;
    this.#calendar = new CalendarWatch(clock);
    if (byMs < 0) return;
    this.#ageRestsUntilMs = clock.monotonic() + AGE_RESTS_MS;
    if (this.#limits.days !== null) onCalendarSet?.(byMs);
  }

  #floorOf(areaId: AreaId, { freeBytes, totalBytes }: DiskSpace, minFree: FreeFloor): number {
    const floor = floorBytes(minFree, totalBytes);
    if (!this.#pressed.delete(areaId)) return floor;
    this.#refused.add(areaId);
    return Math.max(floor, freeBytes + 1);
  }

  /** @returns Whether the database refused, so that the rest had to wait. */
  async #deleteAll(deletions: readonly Deletion[], roots: ReadonlyMap<AreaId, string>): Promise<boolean> {
    for (const deletion of deletions) {
      if (this.#stopping.signal.aborted) return true;
      const root = roots.get(deletion.event.areaId);
      if (root === undefined) continue;
      try {
        const work = (): Promise<void> => this.#delete(deletion, root);
        await (this.#options.exclusively?.(deletion.event.id, work) ?? work());
      } catch (error) {
        this.#tell(error, `deleting event ${deletion.event.id}`);
        if (RecorderError.of(error)?.code.startsWith('DATABASE_')) return true;
      }
    }
    return false;
  }

  async #delete(deletion: Deletion, root: string): Promise<void> {
    const { event, reason } = deletion;
    try {
      if (await deleteEvent(this.#options, root, event.id, (row) => this.#mayGo(row))) this.#options.onDeleted(event, reason);
    } catch (error) {
      if (reason !== 'disk-floor' || !RecorderError.of(error, 'DATABASE_FAILED')) throw error;
      // No room for the row either: only the files can make some.
      this.#tell(error, `deleting event ${event.id}`);
      this.#options.onDeleting?.(event.id);
      if (await deleteFilesFirst(this.#options, root, event)) this.#options.onDeleted(event, reason);
      else this.#orphans.set(event.id, deletion);
    }
  }

  #mayGo(row: EventRecord): boolean {
    const now = this.#options.newest?.(row) ?? row;
    const mayGo = now.state === 'ready' && !now.protected;
    if (mayGo) this.#options.onDeleting?.(row.id);
    return mayGo;
  }

  async #deleteOrphanRows(): Promise<void> {
    for (const [id, { event, reason }] of this.#orphans) {
      try {
        await this.#options.store.delete(id);
      } catch (error) {
        // Making room goes on: it may be what the database waits for.
        this.#tell(error, `deleting the row of event ${id}`);
        return;
      }
      this.#orphans.delete(id);
      this.#options.onDeleted(event, reason);
    }
  }

  /** @returns Bytes that are still on their way out, by area. */
  async #finishDeletions(areas: readonly AreaStatus[]): Promise<ReadonlyMap<AreaId, number>> {
    const leaving = new Map<AreaId, number>();
    for (const { event } of this.#orphans.values()) leaving.set(event.areaId, (leaving.get(event.areaId) ?? 0) + event.sizeBytes);
    for (const { area, usable } of areas) {
      const rows = await this.#options.store.list({ areaId: area.id, states: ['deleting'], order: 'oldest', limit: RETENTION_BATCH });
      for (const event of rows) {
        if (this.#stopping.signal.aborted) return leaving;
        if (!usable || !(await this.#finish(area.path, event))) leaving.set(area.id, (leaving.get(area.id) ?? 0) + event.sizeBytes);
      }
    }
    return leaving;
  }

  async #finish(root: string, event: EventRecord): Promise<boolean> {
    const { store, exclusively, onDeleted } = this.#options;
    const work = async (): Promise<void> => {
      // Whoever marked it may have finished it by now.
      if ((await store.get(event.id))?.state !== 'deleting') return;
      await finishDeletion(this.#options, root, event);
      onDeleted(event, 'unfinished');
    };
    try {
      await (exclusively?.(event.id, work) ?? work());
    } catch (error) {
      this.#tell(error, `deleting event ${event.id}`);
      return false;
    }
    return true;
  }

  #tellStarved(starved: readonly AreaId[]): void {
    const { clock, onStarved, onFed } = this.#options;
    const now = clock.monotonic();
    for (const areaId of [...this.#starved.keys()]) {
      if (!starved.includes(areaId) && !this.#refused.has(areaId) && this.#starved.delete(areaId)) onFed?.(areaId);
    }
    // Where something could be deleted, the next write shows what that was worth.
    for (const areaId of this.#refused) if (!this.#starved.has(areaId) && !starved.includes(areaId)) this.#refused.delete(areaId);
    for (const areaId of starved) {
      if (now - (this.#starved.get(areaId) ?? Number.NEGATIVE_INFINITY) < STARVED_EVERY_MS) continue;
      this.#starved.set(areaId, now);
      onStarved(areaId);
    }
  }

  #tell(error: unknown, what: string): void {
    this.#options.onTrouble(RecorderError.wrap(error, 'DISK_FAILED', what));
  }
}
