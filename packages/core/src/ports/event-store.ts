// Rows about events, gaps and areas. May be slow or away: nothing on the recording path waits for it.
import type { EventRecord } from '../model/event.ts';
import type { Gap } from '../model/gap.ts';
import type { CameraId, EventId } from '../model/ids.ts';
import type { WallMs } from '../model/time.ts';

/** What to list; newest first. */
export interface EventQuery {
  readonly cameraId?: CameraId;
  readonly states?: readonly EventRecord['state'][];
  /** Events that end after this. */
  readonly fromMs?: WallMs;
  /** Events that start before this. */
  readonly toMs?: WallMs;
  readonly areaId?: string;
  readonly protected?: boolean;
  /** Only events with a smaller id. */
  readonly beforeId?: EventId;
  readonly order?: 'newest' | 'oldest';
  readonly limit: number;
}

/** What some events amount to. */
export interface EventUsage {
  readonly events: number;
  readonly sizeBytes: number;
}

/** Events by row. Every method rejects with `RecorderError` `DATABASE_BUSY` or `DATABASE_FAILED`. */
export interface EventStore {
  /** Reserves `count` ids that nobody else will get; returns the first. */
  reserveIds(count: number): Promise<EventId>;
  /** Inserts or replaces the row with this id. Repeating it changes nothing. */
  put(event: EventRecord): Promise<void>;
  get(id: EventId): Promise<EventRecord | undefined>;
  list(query: EventQuery): Promise<readonly EventRecord[]>;
  /** Forgets the row. */
  delete(id: EventId): Promise<void>;
  /** Sum of sizes and number of events, of everything or of one area. */
  usage(areaId?: string): Promise<EventUsage>;
  /** The same of each camera, of none that never had an event; costs the same however many there are. Absent until older events are counted. */
  usageByCamera(): Promise<ReadonlyMap<CameraId, EventUsage> | undefined>;
  /**
   * Counts up to `count` events that an older version wrote. A call stays short.
   *
   * @returns How many events may be left, 0 when there is nothing left to do.
   */
  countOlder(count: number): Promise<number>;
}

/** The gap ledger. */
export interface GapStore {
  add(gap: Gap): Promise<void>;
  list(cameraId: CameraId, fromMs: WallMs, toMs: WallMs): Promise<readonly Gap[]>;
  /** Forgets gaps that ended before `endedBefore`; a call takes some thousands at most. @returns How many it forgot. */
  prune(endedBefore: WallMs): Promise<number>;
}

/** What the database knows of storage areas: which disk it expects where. */
export interface AreaStore {
  /** The identity of the disk seen last for this area, if any. */
  identity(areaId: string): Promise<string | undefined>;
  remember(areaId: string, identity: string, path: string): Promise<void>;
}
