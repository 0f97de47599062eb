// The events that searches are measured with: every kind is there, and what is found among them is what matches.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryEventStore } from '@nightjar/testkit';
import { SqliteDatabase } from '../../packages/core/src/adapters/sqlite/sqlite-database.ts';
import { SqliteEventSearch } from '../../packages/core/src/adapters/sqlite/sqlite-event-search.ts';
import type { EventSearch, EventSearchQuery } from '../../packages/core/src/ports/event-search.ts';
import { filterCases } from '../../scripts/bench-event-filters.ts';
import { seedDatabase } from '../../scripts/seed-events.ts';
import { seededEvents } from '../../scripts/seeded-events.ts';

const OPTIONS = { events: 3000, cameras: 8, days: 365, seed: 5 };
/** One of so many combinations of filters. */
const EVERY = 97;

async function firstPages(search: EventSearch, query: EventSearchQuery): Promise<readonly number[]> {
  const ids: number[] = [];
  let after = query.after;
  for (let page = 0; page < 3; page++) {
    const { events, next } = await search.find({ ...query, ...(after === undefined ? {} : { after }) });
    ids.push(...events.map(({ id }) => id));
    if (next === undefined) break;
    after = next;
  }
  return ids;
}

describe('seeded events', () => {
  it('are the same for the same numbers, of every cause, and seldom protected', () => {
    const events = [...seededEvents(OPTIONS)];
    expect([...seededEvents(OPTIONS)]).toEqual(events);
    const causes = new Set(events.flatMap((event) => event.causes.map(({ kind }) => kind)));
    expect([...causes].sort()).toEqual(['analysis-down', 'continuous', 'motion', 'trigger']);
    const kept = events.filter((event) => event.protected).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(events.length / 10);
    expect(new Set(events.map(({ cameraId }) => cameraId)).size).toBe(OPTIONS.cameras);
  });

  it('are found in a database as they are found in memory, with combinations of filters', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightjar-seeded-'));
    try {
      const path = join(folder, 'nightjar.db');
      await seedDatabase(path, OPTIONS);
      const memory = new MemoryEventStore();
      for (const event of seededEvents(OPTIONS)) await memory.put(event);
      const database = await SqliteDatabase.open(path);
      const search = new SqliteEventSearch(database);
      let found = 0;
      for (const { filters, query } of filterCases(OPTIONS.cameras).filter((_, index) => index % EVERY === 0)) {
        const expected = await firstPages(memory, query);
        expect({ filters, query, ids: await firstPages(search, query) }).toEqual({ filters, query, ids: expected });
        found += expected.length;
      }
      expect(found).toBeGreaterThan(1000);
      await database.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
