// What every `EventSearch` does, whatever is below it.
import type { EventCause, EventRecord, EventSearch, EventSearchQuery, EventStore } from '@nightjar/core';
import { wallMs } from '@nightjar/core';
import { SAMPLE_START_MS, sampleEvent } from '../fakes/sample-event.ts';

/** A search under test, and the store whose events it finds; empty. */
export interface EventSearchUnderTest {
  readonly search: EventSearch;
  readonly store: EventStore;
  close(): Promise<void>;
}

const at = (seconds: number): EventRecord['startMs'] => wallMs(SAMPLE_START_MS + seconds * 1000);
const KINDS: readonly EventCause['kind'][] = ['motion', 'continuous', 'trigger', 'analysis-down'];
const SCORES = [0, 0.4, 1, 24.9, 25, 50, 74, 89.5, 90, 98, 99, 100] as const;

/** Events of every sort, a few seconds apart: whatever is asked, some match and others nearly do. */
function variety(count: number): readonly EventRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const of = <T>(choices: readonly T[], step: number): T => choices[Math.floor(index / step) % choices.length] as T;
    const motion: EventCause = { kind: 'motion', zones: [['all'], ['all', 'door'], ['door', 'all'], ['lawn'], []][index % 5] ?? [] };
    const cause = of(KINDS, 3);
    const other: EventCause = cause === 'trigger' ? { kind: 'trigger', source: 'door' } : { kind: cause === 'motion' ? 'continuous' : cause };
    const startMs = at(Math.floor(index / 2) * 7);
    return sampleEvent(count - index + (index % 2) * count, {
      cameraId: of(['porch', 'yard', 'hall'], 1),
      causes: index % 4 === 0 ? [motion] : index % 4 === 1 ? [other] : [other, motion],
      maxScore: of(SCORES, 1),
      protected: index % 11 === 0,
      state: index % 13 === 0 ? 'deleting' : index % 7 === 0 ? 'open' : 'ready',
      startMs,
      endMs: wallMs(startMs + (index % 10 === 0 ? 60_000 : 3000)),
    });
  });
}

/** What the words of `EventSearchQuery` mean, one by one. */
const isWanted = (event: EventRecord, query: EventSearchQuery): boolean =>
  [
    event.state !== 'deleting',
    query.cameraIds?.includes(event.cameraId) ?? true,
    query.cause === undefined || event.causes.some(({ kind }) => kind === query.cause),
    query.zone === undefined || event.causes.flatMap((cause) => (cause.kind === 'motion' ? cause.zones : [])).includes(query.zone),
    event.maxScore >= (query.minScore ?? 0),
    query.protected === undefined || event.protected === query.protected,
    query.fromMs === undefined || event.endMs > query.fromMs,
    query.toMs === undefined || event.startMs < query.toMs,
  ].every(Boolean);

/** Declares the suite; call it inside a test file. */
export function describeEventSearch(name: string, open: () => Promise<EventSearchUnderTest>): void {
  describe(`${name} keeps the event search contract`, () => {
    let opened: EventSearchUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    const put = async (events: readonly EventRecord[]): Promise<void> => {
      for (const event of events) await opened.store.put(event);
    };
    /** Every page of a query, one after the other. */
    const all = async (query: Partial<EventSearchQuery>): Promise<readonly number[]> => {
      const ids: number[] = [];
      let after: EventSearchQuery['after'];
      do {
        const page = await opened.search.find({ limit: 7, ...query, ...(after === undefined ? {} : { after }) });
        expect(page.events.length).toBeLessThanOrEqual(query.limit ?? 7);
        ids.push(...page.events.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      return ids;
    };

    it('finds nothing where there is nothing', async () => {
      expect(await opened.search.find({ limit: 10 })).toEqual({ events: [] });
      expect(await opened.search.find({ limit: 10, cause: 'motion', minScore: 5 })).toEqual({ events: [] });
      expect(await opened.search.indexOlder(10)).toBe(0);
    });

    it('gives events as they were put, and where the next page begins', async () => {
      await put([1, 2, 3].map((id) => sampleEvent(id)));
      const { events, next } = await opened.search.find({ limit: 2 });
      expect(events).toEqual([sampleEvent(3), sampleEvent(2)]);
      expect(await opened.search.find({ limit: 2, ...(next === undefined ? {} : { after: next }) })).toEqual({ events: [sampleEvent(1)] });
    });

    it('finds exactly what matches, newest first, with every filter and all of them together', async () => {
      const events = variety(120);
      await put(events);
      const newestFirst = [...events].sort((a, b) => b.startMs - a.startMs || b.id - a.id);
      const cameras = [undefined, ['yard'], ['porch', 'hall'], ['nobody'], []];
      const filters = cameras.flatMap((cameraIds) =>
        [undefined, ...KINDS].flatMap((cause) =>
          [undefined, 'all', 'door', 'nowhere'].flatMap((zone) =>
            [undefined, 0, 0.5, 50, 98.5, 100].flatMap((minScore) =>
              [undefined, true, false].map((isProtected) => ({ cameraIds, cause, zone, minScore, protected: isProtected })),
            ),
          ),
        ),
      );
      const spans = [{}, { fromMs: at(100) }, { toMs: at(210) }, { fromMs: at(70), toMs: at(231) }, { fromMs: at(9999) }];
      for (const [index, filter] of filters.entries()) {
        const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Partial<EventSearchQuery>;
        const query = { limit: 7, ...given, ...spans[index % spans.length] };
        const wanted = newestFirst.filter((event) => isWanted(event, query)).map(({ id }) => id);
        expect({ query, ids: await all(query) }).toEqual({ query, ids: wanted });
      }
    });

    it('follows an event that changes into other filters', async () => {
      await put([sampleEvent(1, { state: 'open', maxScore: 0, causes: [{ kind: 'continuous' }] })]);
      expect(await all({ cause: 'motion' })).toEqual([]);
      await put([sampleEvent(1, { maxScore: 80, protected: true, causes: [{ kind: 'continuous' }, { kind: 'motion', zones: ['door'] }] })]);
      expect(await all({ cause: 'motion', zone: 'door', minScore: 80, protected: true })).toEqual([1]);
      expect(await all({ protected: false })).toEqual([]);
      await put([sampleEvent(1, { state: 'deleting' })]);
      expect(await all({ minScore: 1 })).toEqual([]);
      await opened.store.delete(1);
      expect(await all({})).toEqual([]);
    });

    it.each<[string, Partial<EventSearchQuery>]>([
      ['of everything', {}],
      ['of a filter', { cause: 'motion', minScore: 10 }],
    ])('goes on where a page %s ended, whatever was added, closed or deleted since', async (_, query) => {
      await put([1, 2, 3, 4, 5, 6].map((id) => sampleEvent(id, id === 4 ? { state: 'open' } : {})));
      const { events, next } = await opened.search.find({ ...query, limit: 3 });
      expect(events.map(({ id }) => id)).toEqual([6, 5, 4]);
      await put([sampleEvent(7), sampleEvent(4, { state: 'ready', endMs: wallMs(SAMPLE_START_MS + 999_999) }), sampleEvent(2, { state: 'deleting' })]);
      await opened.store.delete(4);
      const rest = await opened.search.find({ ...query, limit: 3, ...(next === undefined ? {} : { after: next }) });
      expect(rest.events.map(({ id }) => id)).toEqual([3, 1]);
      expect(rest.next).toBeUndefined();
    });

    it('tells events apart that began in the same millisecond', async () => {
      await put([3, 1, 2, 5, 4].map((id) => sampleEvent(id, { startMs: at(1) })));
      expect(await all({ limit: 2 })).toEqual([5, 4, 3, 2, 1]);
      expect(await all({ limit: 2, minScore: 1 })).toEqual([5, 4, 3, 2, 1]);
    });

    it('gives at least one event and at most 1000', async () => {
      await put(Array.from({ length: 1003 }, (_, index) => sampleEvent(index + 1)));
      expect((await opened.search.find({ limit: 5000 })).events).toHaveLength(1000);
      expect((await opened.search.find({ limit: 5000, cause: 'motion' })).events).toHaveLength(1000);
      expect((await opened.search.find({ limit: 0 })).events).toHaveLength(1);
    });
  });
}
