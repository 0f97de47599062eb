// What every `EventStore` does, whatever is below it.

import type { EventQuery, EventStore } from '@nightjar/core';
import { wallMs } from '@nightjar/core';
import { SAMPLE_START_MS, sampleEvent } from '../fakes/sample-event.ts';

/** An empty store under test. */
export interface EventStoreUnderTest {
  readonly store: EventStore;
  /** A second way to the same rows, as another process has it; absent where there is none. */
  readonly twin?: EventStore;
  close(): Promise<void>;
}

/** Declares the suite; call it inside a test file. */
export function describeEventStore(name: string, open: () => Promise<EventStoreUnderTest>): void {
  describe(`${name} keeps the event store contract`, () => {
    let opened: EventStoreUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    const ids = async (query: Partial<EventQuery>): Promise<readonly number[]> => (await opened.store.list({ limit: 100, ...query })).map((event) => event.id);

    it('gives back exactly what was put', async () => {
      const event = sampleEvent(7, {
        causes: [{ kind: 'motion', zones: ['all', 'door'] }, { kind: 'trigger', source: 'zmtrigger', text: 'it’s "open"' }, { kind: 'analysis-down' }],
        tags: ['car', '☃'],
        notes: "Robert'); drop table events;--",
        protected: true,
        recovered: true,
        hasAlarmPicture: true,
      });
      await opened.store.put(event);
      expect(await opened.store.get(7)).toEqual(event);
      expect(await opened.store.get(8)).toBeUndefined();
    });

    it('replaces the row when an id is put again', async () => {
      await opened.store.put(sampleEvent(1, { state: 'open', frames: 1 }));
      await opened.store.put(sampleEvent(1, { state: 'closed', frames: 9 }));
      await opened.store.put(sampleEvent(1, { state: 'closed', frames: 9 }));
      expect(await opened.store.list({ limit: 10 })).toEqual([sampleEvent(1, { state: 'closed', frames: 9 })]);
    });

    it('never gives an id twice, also after rows were deleted', async () => {
      const first = await opened.store.reserveIds(64);
      expect(first).toBeGreaterThan(0);
      await opened.store.put(sampleEvent(first + 63));
      await opened.store.delete(first + 63);
      expect(await (opened.twin ?? opened.store).reserveIds(1)).toBe(first + 64);
      expect(await opened.store.reserveIds(2)).toBe(first + 65);
    });

    it('skips the id of a row that came from outside', async () => {
      await opened.store.put(sampleEvent(500));
      expect(await opened.store.reserveIds(1)).toBe(501);
    });

    it('refuses to reserve less than one id', async () => {
      await expect(opened.store.reserveIds(0)).rejects.toThrow(TypeError);
      await expect(opened.store.reserveIds(1.5)).rejects.toThrow(TypeError);
    });

    it('lists newest or oldest first, up to the limit', async () => {
      for (const id of [2, 1, 3]) await opened.store.put(sampleEvent(id));
      expect(await ids({})).toEqual([3, 2, 1]);
      expect(await ids({ order: 'oldest' })).toEqual([1, 2, 3]);
      expect(await ids({ limit: 2 })).toEqual([3, 2]);
      expect(await ids({ limit: 0 })).toEqual([]);
    });

    it('lists by camera, state, area and protection, alone and together', async () => {
      await opened.store.put(sampleEvent(1));
      await opened.store.put(sampleEvent(2, { cameraId: 'yard', state: 'open' }));
      await opened.store.put(sampleEvent(3, { cameraId: 'yard', areaId: 'big', protected: true }));
      await opened.store.put(sampleEvent(4, { state: 'deleting', areaId: 'big' }));
      expect(await ids({ cameraId: 'yard' })).toEqual([3, 2]);
      expect(await ids({ states: ['open', 'deleting'] })).toEqual([4, 2]);
      expect(await ids({ states: ['ready'] })).toEqual([3, 1]);
      expect(await ids({ states: ['ready', 'open', 'closed', 'deleting'] })).toEqual([4, 3, 2, 1]);
      expect(await ids({ states: [] })).toEqual([]);
      expect(await ids({ areaId: 'big' })).toEqual([4, 3]);
      expect(await ids({ protected: false, order: 'oldest' })).toEqual([1, 2, 4]);
      expect(await ids({ areaId: 'big', protected: true, cameraId: 'yard', states: ['ready'] })).toEqual([3]);
    });

    it('lists what overlaps a span of time, long events that began before it included', async () => {
      const at = (seconds: number) => wallMs(SAMPLE_START_MS + seconds * 1000);
      await opened.store.put(sampleEvent(1, { startMs: at(0), endMs: at(1000) }));
      await opened.store.put(sampleEvent(2, { startMs: at(100), endMs: at(110) }));
      await opened.store.put(sampleEvent(3, { startMs: at(500), endMs: at(510) }));
      await opened.store.put(sampleEvent(4, { startMs: at(1000), endMs: at(1010), cameraId: 'yard' }));
      expect(await ids({ fromMs: at(110), toMs: at(500) })).toEqual([1]);
      expect(await ids({ fromMs: at(109), toMs: at(501) })).toEqual([3, 2, 1]);
      expect(await ids({ fromMs: at(600) })).toEqual([4, 1]);
      expect(await ids({ fromMs: at(600), cameraId: 'yard' })).toEqual([4]);
      expect(await ids({ toMs: at(500), order: 'oldest' })).toEqual([1, 2]);
    });

    it('pages without losing or repeating events, also where ids and start times disagree', async () => {
      const at = (seconds: number) => wallMs(SAMPLE_START_MS + seconds * 1000);
      const starts = [10, 30, 20, 20, 50, 40];
      for (const [index, start] of starts.entries()) await opened.store.put(sampleEvent(index + 1, { startMs: at(start), endMs: at(start + 5) }));
      const seen: number[] = [];
      for (let page = await ids({ limit: 2 }); page.length > 0; page = await ids({ limit: 2, beforeId: seen.at(-1) ?? 0 })) seen.push(...page);
      expect(seen).toEqual([5, 6, 2, 4, 3, 1]);
    });

    it('continues a page by id when the event it ended with is gone', async () => {
      for (const id of [1, 2, 3]) await opened.store.put(sampleEvent(id));
      await opened.store.delete(2);
      expect(await ids({ beforeId: 2 })).toEqual([1]);
    });

    it('forgets a deleted row, and one that was never there', async () => {
      await opened.store.put(sampleEvent(1));
      await opened.store.delete(1);
      await opened.store.delete(1);
      expect(await opened.store.get(1)).toBeUndefined();
    });

    it('sums sizes and events, of everything and of one area', async () => {
      expect(await opened.store.usage()).toEqual({ events: 0, sizeBytes: 0 });
      await opened.store.put(sampleEvent(1, { sizeBytes: 10 }));
      await opened.store.put(sampleEvent(1, { sizeBytes: 4_000_000_000 }));
      await opened.store.put(sampleEvent(2, { sizeBytes: 5, areaId: 'big' }));
      await opened.store.put(sampleEvent(3, { sizeBytes: 7, areaId: 'big' }));
      await opened.store.delete(3);
      expect(await opened.store.usage()).toEqual({ events: 2, sizeBytes: 4_000_000_005 });
      expect(await opened.store.usage('big')).toEqual({ events: 1, sizeBytes: 5 });
      expect(await opened.store.usage('nowhere')).toEqual({ events: 0, sizeBytes: 0 });
    });

    it('moves an event that changes its area from one sum to the other', async () => {
      await opened.store.put(sampleEvent(1, { sizeBytes: 10 }));
      await opened.store.put(sampleEvent(1, { sizeBytes: 12, areaId: 'big' }));
      expect(await opened.store.usage('default')).toEqual({ events: 0, sizeBytes: 0 });
      expect(await opened.store.usage('big')).toEqual({ events: 1, sizeBytes: 12 });
    });

    it('sums sizes and events of each camera, also where an event changes its camera', async () => {
      const amounts = async () => Object.fromEntries((await (opened.twin ?? opened.store).usageByCamera()) ?? []);
      expect(await amounts()).toEqual({});
      await opened.store.put(sampleEvent(1, { sizeBytes: 10 }));
      await opened.store.put(sampleEvent(1, { sizeBytes: 4_000_000_000 }));
      await opened.store.put(sampleEvent(2, { sizeBytes: 5, areaId: 'big' }));
      await opened.store.put(sampleEvent(3, { sizeBytes: 7, cameraId: 'yard', state: 'open' }));
      expect(await amounts()).toEqual({ porch: { events: 2, sizeBytes: 4_000_000_005 }, yard: { events: 1, sizeBytes: 7 } });
      await opened.store.put(sampleEvent(2, { sizeBytes: 6, cameraId: 'yard' }));
      await opened.store.delete(1);
      await opened.store.put(sampleEvent(4, { sizeBytes: 1 }));
      expect(await amounts()).toEqual({ porch: { events: 1, sizeBytes: 1 }, yard: { events: 2, sizeBytes: 13 } });
      expect(await opened.store.countOlder(10)).toBe(0);
    });
  });
}
