// Limits against events: what goes, in which order, for which reason, and what never does.
import { SAMPLE_START_MS, sampleEvent } from '@nightjar/testkit';
import fc from 'fast-check';
import type { EventRecord } from '../model/event.ts';
import { wallMs } from '../model/time.ts';
import type { AreaUsage, RetentionInput } from './retention-policy.ts';
import { planRetention } from './retention-policy.ts';

const disk = { freeBytes: 500, floorBytes: 100 };
const areaOf = (changes: Partial<AreaUsage> = {}): AreaUsage => ({ areaId: 'default', sizeBytes: 3000, maxSize: null, disk, ...changes });

const plan = (changes: Partial<RetentionInput>) =>
  planRetention({
    now: wallMs(SAMPLE_START_MS + 3_600_000),
    limits: { days: null, maxSize: null },
    areas: [areaOf()],
    totalBytes: 3000,
    candidates: [3, 1, 2].map((id) => sampleEvent(id)),
    leaving: new Map(),
    ...changes,
  });
const summary = (changes: Partial<RetentionInput>) => plan(changes).deletions.map(({ event, reason }) => `${event.id} ${reason}`);
const afterDays = (days: number) => wallMs(SAMPLE_START_MS + days * 86_400_000);

describe('retention', () => {
  it('deletes nothing while every limit holds', () => {
    expect(plan({ limits: { days: 14, maxSize: 3000 }, areas: [areaOf({ maxSize: 3000 })] })).toEqual({ deletions: [], starved: [] });
  });

  it('deletes what ended longer ago than the days kept', () => {
    // Event n starts n minutes after SAMPLE_START_MS and lasts 10 s.
    expect(summary({ limits: { days: 14, maxSize: null }, now: wallMs(afterDays(14) + 130_001) })).toEqual(['1 age', '2 age']);
    expect(summary({ limits: { days: 14, maxSize: null }, now: wallMs(afterDays(14) + 130_000) })).toEqual(['1 age']);
  });

  it('deletes the oldest until everything fits', () => {
    expect(summary({ limits: { days: null, maxSize: 1500 } })).toEqual(['1 total-size', '2 total-size']);
  });

  it('deletes the oldest of an area that is too large, and leaves the others', () => {
    const areas = [areaOf({ sizeBytes: 1000 }), areaOf({ areaId: 'big', sizeBytes: 2000, maxSize: 1000 })];
    expect(summary({ areas, candidates: [sampleEvent(1), sampleEvent(2, { areaId: 'big' }), sampleEvent(3, { areaId: 'big' })] })).toEqual(['2 area-size']);
  });

  it('deletes the oldest until the disk has its floor again', () => {
    expect(summary({ areas: [areaOf({ disk: { freeBytes: 0, floorBytes: 1001 } })] })).toEqual(['1 disk-floor', '2 disk-floor']);
  });

  it('counts what one limit frees for the others too', () => {
    const areas = [areaOf({ maxSize: 2000, disk: { freeBytes: 0, floorBytes: 500 } })];
    expect(summary({ areas, limits: { days: null, maxSize: 1000 } })).toEqual(['1 disk-floor', '2 total-size']);
  });

  it('counts what is on its way out already', () => {
    expect(summary({ limits: { days: null, maxSize: 1500 }, leaving: new Map([['default', 1000]]) })).toEqual(['1 total-size']);
  });

  it('says which areas starve, and only when nothing there may go', () => {
    const broken = { freeBytes: 0, floorBytes: 5000 };
    expect(plan({ areas: [areaOf({ disk: broken })] }).starved).toEqual([]);
    const candidates = [sampleEvent(1, { state: 'open' }), sampleEvent(2, { state: 'closed' }), sampleEvent(3, { protected: true })];
    expect(plan({ areas: [areaOf({ disk: broken })], candidates })).toEqual({ deletions: [], starved: ['default'] });
  });

  it('leaves events of a disk that is not there alone', () => {
    const areas: AreaUsage[] = [{ areaId: 'default', sizeBytes: 3000, maxSize: 0 }];
    expect(plan({ areas, limits: { days: 0, maxSize: 0 }, now: afterDays(100) })).toEqual({ deletions: [], starved: [] });
  });

  it('never takes a protected or unfinished event, never a newer one before an older one, and never more than it must', () => {
    const states = fc.constantFrom<EventRecord['state']>('open', 'closed', 'ready', 'deleting');
    const event = fc.record({ state: states, protected: fc.boolean(), sizeBytes: fc.integer({ min: 1, max: 1000 }) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), fc.nat(10_000), (shapes, maxSize) => {
        const candidates = shapes.map((shape, index) => sampleEvent(index + 1, shape));
        const totalBytes = candidates.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        const { deletions } = plan({ candidates, totalBytes, limits: { days: null, maxSize } });
        const deletable = candidates.filter((one) => one.state === 'ready' && !one.protected);
        expect(deletions.map((deletion) => deletion.event)).toEqual(deletable.slice(0, deletions.length));
        const freed = deletions.reduce((sum, deletion) => sum + deletion.event.sizeBytes, 0);
        if (deletions.length < deletable.length) expect(totalBytes - freed).toBeLessThanOrEqual(maxSize);
        const last = deletions.at(-1);
        if (last) expect(totalBytes - freed + last.event.sizeBytes).toBeGreaterThan(maxSize);
      }),
    );
  });
});
