// The database's stores in memory, with a switch that makes every call fail.
import type { AreaStore, EventQuery, EventRecord, EventSearch, EventSearchPage, EventSearchQuery, EventStore, EventUsage, Gap, GapStore } from '@nightjar/core';

const older = (a: Pick<EventRecord, 'startMs' | 'id'>, b: Pick<EventRecord, 'startMs' | 'id'>): number => a.startMs - b.startMs || a.id - b.id;

/** `EventStore` and `EventSearch` in memory. Set `failure` to make calls reject with it; `calls` counts them by name. */
export class MemoryEventStore implements EventStore, EventSearch {
  readonly rows = new Map<number, EventRecord>();
  readonly calls: Record<'reserveIds' | 'put' | 'get' | 'list' | 'delete' | 'usage' | 'usageByCamera' | 'find', number> = {
    reserveIds: 0,
    put: 0,
    get: 0,
    list: 0,
    delete: 0,
    usage: 0,
    usageByCamera: 0,
    find: 0,
  };
  /** What calls reject with: an error, or a function of the call's name that may return one. */
  failure: Error | ((call: string) => Error | undefined) | undefined;
  #nextId = 1;

  async reserveIds(count: number): Promise<number> {
    this.#enter('reserveIds');
    if (!Number.isSafeInteger(count) || count < 1) throw new TypeError(`count must be a positive integer, got ${count}`);
    this.#nextId += count;
    return this.#nextId - count;
  }

  async put(event: EventRecord): Promise<void> {
    this.#enter('put');
    this.rows.set(event.id, structuredClone(event));
    this.#nextId = Math.max(this.#nextId, event.id + 1);
  }

  async get(id: number): Promise<EventRecord | undefined> {
    this.#enter('get');
    return this.rows.get(id);
  }

  async list(query: EventQuery): Promise<readonly EventRecord[]> {
    this.#enter('list');
    const cursor = query.beforeId === undefined ? undefined : this.rows.get(query.beforeId);
    const sign = query.order === 'oldest' ? 1 : -1;
    return [...this.rows.values()]
      .filter((event) => matches(event, query))
      .filter((event) => query.beforeId === undefined || (cursor ? older(event, cursor) < 0 : event.id < query.beforeId))
      .sort((a, b) => sign * older(a, b))
      .slice(0, Math.max(0, query.limit));
  }

  async find(query: EventSearchQuery): Promise<EventSearchPage> {
    this.#enter('find');
    const { after } = query;
    const found = [...this.rows.values()]
      .filter((event) => isFound(event, query) && (after === undefined || older(event, after) < 0))
      .sort((a, b) => -older(a, b));
    const events = found.slice(0, Math.max(1, Math.min(query.limit, 1000)));
    const last = events.at(-1);
    return { events, ...(last === undefined || found.length === events.length ? {} : { next: { startMs: last.startMs, id: last.id } }) };
  }

  /** Nothing here is of an older version. */
  async indexOlder(): Promise<number> {
    return 0;
  }

  async delete(id: number): Promise<void> {
    this.#enter('delete');
    this.rows.delete(id);
  }

  async usage(areaId?: string): Promise<EventUsage> {
    this.#enter('usage');
    return amountOf([...this.rows.values()].filter((event) => areaId === undefined || event.areaId === areaId));
  }

  async usageByCamera(): Promise<ReadonlyMap<string, EventUsage>> {
    this.#enter('usageByCamera');
    const rows = [...this.rows.values()];
    return new Map(rows.map(({ cameraId: id }) => [id, amountOf(rows.filter(({ cameraId }) => cameraId === id))]));
  }

  /** Nothing here is of an older version. */
  async countOlder(): Promise<number> {
    return 0;
  }

  #enter(call: keyof MemoryEventStore['calls']): void {
    this.calls[call] += 1;
    const error = typeof this.failure === 'function' ? this.failure(call) : this.failure;
    if (error) throw error;
  }
}

const amountOf = (events: readonly EventRecord[]): EventUsage => ({
  events: events.length,
  sizeBytes: events.reduce((sum, event) => sum + event.sizeBytes, 0),
});

const matches = (event: EventRecord, query: EventQuery): boolean =>
  (query.cameraId === undefined || event.cameraId === query.cameraId) &&
  (query.areaId === undefined || event.areaId === query.areaId) &&
  (query.protected === undefined || event.protected === query.protected) &&
  (query.states === undefined || query.states.includes(event.state)) &&
  (query.toMs === undefined || event.startMs < query.toMs) &&
  (query.fromMs === undefined || event.endMs > query.fromMs);

const isFound = (event: EventRecord, query: EventSearchQuery): boolean =>
  event.state !== 'deleting' &&
  (query.cameraIds === undefined || query.cameraIds.includes(event.cameraId)) &&
  (query.cause === undefined || event.causes.some(({ kind }) => kind === query.cause)) &&
  (query.zone === undefined || event.causes.some((cause) => cause.kind === 'motion' && cause.zones.includes(query.zone ?? ''))) &&
  (query.protected === undefined || event.protected === query.protected) &&
  event.maxScore >= (query.minScore ?? 0) &&
  (query.toMs === undefined || event.startMs < query.toMs) &&
  (query.fromMs === undefined || event.endMs > query.fromMs);

/** `GapStore` in memory. */
export class MemoryGapStore implements GapStore {
  readonly #gaps = new Map<string, Gap>();

  async add(gap: Gap): Promise<void> {
    this.#gaps.set(`${gap.cameraId} ${gap.fromMs} ${gap.reason}`, gap);
  }

  async list(cameraId: string, fromMs: number, toMs: number): Promise<readonly Gap[]> {
    return [...this.#gaps.values()].filter((gap) => gap.cameraId === cameraId && gap.toMs > fromMs && gap.fromMs < toMs).sort((a, b) => a.fromMs - b.fromMs);
  }

  async prune(endedBefore: number): Promise<number> {
    const old = [...this.#gaps].filter(([, gap]) => gap.toMs < endedBefore);
    for (const [key] of old) this.#gaps.delete(key);
    return old.length;
  }
}

/** `AreaStore` in memory. Set `failure` to make calls reject with it. */
export class MemoryAreaStore implements AreaStore {
  readonly areas = new Map<string, { readonly identity: string; readonly path: string }>();
  failure: Error | undefined;

  async identity(areaId: string): Promise<string | undefined> {
    if (this.failure) throw this.failure;
    return this.areas.get(areaId)?.identity;
  }

  async remember(areaId: string, identity: string, path: string): Promise<void> {
    if (this.failure) throw this.failure;
    this.areas.set(areaId, { identity, path });
  }
}
