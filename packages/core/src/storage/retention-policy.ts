// Which events go, and why. Pure: rows, usage, limits and the time in; a list of deletions out.
import type { EventRecord } from '../model/event.ts';
import type { AreaId, EventId } from '../model/ids.ts';
import type { WallMs } from '../model/time.ts';

/** Why an event is deleted. */
export type RetentionReason = 'age' | 'total-size' | 'area-size' | 'disk-floor';

const DAY_MS = 86_400_000;

/** Limits for everything; `null`: none. */
export interface RetentionLimits {
  readonly days: number | null;
  /** Bytes of events over all areas. */
  readonly maxSize: number | null;
}

/** An area as retention sees it. */
export interface AreaUsage {
  readonly areaId: AreaId;
  /** Bytes of all its events, open and protected ones included. */
  readonly sizeBytes: number;
  /** Most bytes of events it may hold; `null`: no limit. */
  readonly maxSize: number | null;
  /** Room on its disk and how much of that must stay; absent while the disk is not there. */
  readonly disk?: { readonly freeBytes: number; readonly floorBytes: number };
}

/** All a turn decides on. */
export interface RetentionInput {
  readonly now: WallMs;
  readonly limits: RetentionLimits;
  readonly areas: readonly AreaUsage[];
  /** Bytes of all events, also of areas that are not configured any more. */
  readonly totalBytes: number;
  /** The oldest unprotected events of each area; more than these are not looked at. */
  readonly candidates: readonly EventRecord[];
  /** Bytes that count in the sizes above and are on their way out (rows in state `deleting`), by area. */
  readonly leaving: ReadonlyMap<AreaId, number>;
}

/** One event to delete. */
export interface Deletion {
  readonly event: EventRecord;
  readonly reason: RetentionReason;
}

/** What a turn should do. */
export interface RetentionPlan {
  readonly deletions: readonly Deletion[];
  /** Areas whose disk floor is broken and that hold nothing that may be deleted. */
  readonly starved: readonly AreaId[];
}

const mayGo = (event: EventRecord): boolean => event.state === 'ready' && !event.protected;

const oldestFirst = (a: EventRecord, b: EventRecord): number => a.startMs - b.startMs || a.id - b.id;

/** The events that may go, and those chosen so far. */
class Choice {
  readonly #candidates: readonly EventRecord[];
  readonly #chosen = new Map<EventId, Deletion>();

  constructor({ areas, candidates }: Pick<RetentionInput, 'areas' | 'candidates'>) {
    const present = new Set(areas.filter((area) => area.disk).map((area) => area.areaId));
    this.#candidates = candidates.filter((event) => mayGo(event) && present.has(event.areaId)).sort(oldestFirst);
  }

  get deletions(): readonly Deletion[] {
    return [...this.#chosen.values()].sort((a, b) => oldestFirst(a.event, b.event));
  }

  /** What may still be chosen, oldest first. */
  left(areaId?: AreaId): readonly EventRecord[] {
    return this.#candidates.filter((event) => !this.#chosen.has(event.id) && (areaId === undefined || event.areaId === areaId));
  }

  chosenBytes(areaId?: AreaId): number {
    return this.deletions.filter(({ event }) => areaId === undefined || event.areaId === areaId).reduce((sum, { event }) => sum + event.sizeBytes, 0);
  }

  /** Chooses the oldest until `excessBytes` are made up for. */
  free(reason: RetentionReason, excessBytes: number, areaId?: AreaId): void {
    let missingBytes = excessBytes;
    for (const event of this.left(areaId)) {
      if (missingBytes <= 0) return;
      this.#chosen.set(event.id, { event, reason });
      missingBytes -= event.sizeBytes;
    }
  }

  takeOlderThan(timeMs: number): void {
    for (const event of this.left()) if (event.endMs < timeMs) this.#chosen.set(event.id, { event, reason: 'age' });
  }
}

/**
 * Decides what to delete: oldest unprotected first, never an open one, and nothing of a disk that is not there.
 * Disk floor first, since it is what stops recording; then size of an area, size of all, age.
 */
export const planRetention = (input: RetentionInput): RetentionPlan => {
  const { areas, limits, leaving, now, totalBytes } = input;
  const choice = new Choice(input);
  const starved: AreaId[] = [];
  for (const { areaId, disk } of areas) {
    const excessBytes = disk ? disk.floorBytes - disk.freeBytes : 0;
    if (excessBytes > 0 && choice.left(areaId).length === 0) starved.push(areaId);
    // What is leaving may have left the disk already: only what is chosen now counts for the floor.
    choice.free('disk-floor', excessBytes, areaId);
  }
  for (const { areaId, sizeBytes, maxSize } of areas) {
    if (maxSize !== null) choice.free('area-size', sizeBytes - (leaving.get(areaId) ?? 0) - choice.chosenBytes(areaId) - maxSize, areaId);
  }
  if (limits.maxSize !== null) {
    const leavingBytes = [...leaving.values()].reduce((sum, bytes) => sum + bytes, 0);
    choice.free('total-size', totalBytes - leavingBytes - choice.chosenBytes() - limits.maxSize);
  }
  if (limits.days !== null) choice.takeOlderThan(now - limits.days * DAY_MS);
  return { deletions: choice.deletions, starved };
};
