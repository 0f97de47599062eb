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

/** Takes the oldest events until `excessBytes` are made up for. */
const free = (events: readonly EventRecord[], excessBytes: number, take: (event: EventRecord) => void): void => {
  let left = excessBytes;
  for (const event of events) {
    if (left <= 0) break;
    take(event);
    left -= event.sizeBytes;
  }
};

/**
 * Decides what to delete: oldest unprotected first, never an open one, and nothing of a disk that is not there.
 * Disk floor first, since it is what stops recording; then size of an area, size of all, age.
 */
export const planRetention = (input: RetentionInput): RetentionPlan => {
  const present = new Set(input.areas.filter((area) => area.disk).map((area) => area.areaId));
  const candidates = input.candidates.filter((event) => mayGo(event) && present.has(event.areaId)).sort(oldestFirst);
  const chosen = new Map<EventId, Deletion>();
  const freed = new Map<AreaId, number>(input.leaving);
  const starved: AreaId[] = [];
  const left = (areaId?: AreaId): readonly EventRecord[] => candidates.filter((event) => !chosen.has(event.id) && (areaId === undefined || event.areaId === areaId));
  const take =
    (reason: RetentionReason) =>
    (event: EventRecord): void => {
      chosen.set(event.id, { event, reason });
      freed.set(event.areaId, (freed.get(event.areaId) ?? 0) + event.sizeBytes);
    };

  for (const { areaId, disk } of input.areas) {
    if (!disk) continue;
    const excessBytes = disk.floorBytes - disk.freeBytes;
    const deletable = left(areaId);
    if (excessBytes > 0 && deletable.length === 0) starved.push(areaId);
    free(deletable, excessBytes, take('disk-floor'));
  }
  for (const { areaId, sizeBytes, maxSize } of input.areas) {
    if (maxSize !== null) free(left(areaId), sizeBytes - (freed.get(areaId) ?? 0) - maxSize, take('area-size'));
  }
  if (input.limits.maxSize !== null) {
    const leaving = [...freed.values()].reduce((sum, bytes) => sum + bytes, 0);
    free(left(), input.totalBytes - leaving - input.limits.maxSize, take('total-size'));
  }
  if (input.limits.days !== null) {
    const before = input.now - input.limits.days * DAY_MS;
    for (const event of left()) if (event.endMs < before) take('age')(event);
  }
  return { deletions: [...chosen.values()].sort((a, b) => oldestFirst(a.event, b.event)), starved };
};
