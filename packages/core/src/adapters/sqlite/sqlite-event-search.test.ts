// Searches keep the contract, answer from lists, and bound what they look at; events of an older version are listed bit by bit.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeEventSearch, SAMPLE_START_MS, sampleEvent } from '@nightjar/testkit';
import Database from 'better-sqlite3';
import { wallMs } from '../../model/time.ts';
import type { EventSearchQuery } from '../../ports/event-search.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { SqliteEventSearch } from './sqlite-event-search.ts';
import { SqliteEventStore } from './sqlite-event-store.ts';

interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

let folder: string;
let path: string;
let statements: Statement[];
let database: SqliteDatabase;
const open = async (): Promise<void> => {
  database = await SqliteDatabase.open(path, { onQuery: (sql, parameters) => statements.push({ sql, parameters }) });
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightjar-search-'));
  path = join(folder, 'nightjar.db');
  statements = [];
  await open();
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const ids = async (search: SqliteEventSearch, query: Partial<EventSearchQuery>): Promise<readonly number[]> =>
  (await search.find({ limit: 100, ...query })).events.map(({ id }) => id);

/** Makes the database one of the version before: no lists, no classes, events unlisted. */
const forgetLists = async (): Promise<void> => {
  await database.close();
  const raw = new Database(path);
  raw.exec(`
    drop trigger events_listed; drop trigger events_relisted; drop trigger events_unlisted;
    drop table event_lists; drop table event_classes; drop table event_backlog;
    alter table events drop column class_id; alter table events drop column armed;
    drop table cameras; drop table settings; drop table exports;
    drop trigger events_counted; drop trigger events_recounted; drop trigger events_discounted;
    drop table camera_totals; drop table camera_totals_backlog;
    delete from schema_migrations where name >= '0005'`);
  raw.close();
  await open();
};

describeEventSearch('SqliteEventSearch', async () => {
  const opened = await SqliteDatabase.open(':memory:');
  return { store: new SqliteEventStore(opened), search: new SqliteEventSearch(opened), close: () => opened.close() };
});

describe('searches in SQLite', () => {
  it.each<[string, Partial<EventSearchQuery>, RegExp]>([
    ['everything', {}, /SEARCH events USING (COVERING )?INDEX events_by_start \(start_ms>\? AND start_ms<\?\)/],
    ['a camera', { cameraIds: ['porch'] }, /SEARCH entry USING PRIMARY KEY \(class_id=\? AND start_ms>\? AND start_ms<\?\)/],
    [
      'everything at once',
      { cameraIds: ['porch', 'yard'], cause: 'motion', zone: 'all', minScore: 3, protected: false, fromMs: wallMs(SAMPLE_START_MS) },
      /SEARCH entry USING PRIMARY KEY \(class_id=\? AND start_ms>\? AND start_ms<\?\)/,
    ],
  ])('walk an index for %s', async (_, query, expected) => {
    await new SqliteEventStore(database).put(sampleEvent(1));
    const search = new SqliteEventSearch(database);
    expect(await ids(search, query)).toEqual([1]);
    const raw = new Database(path);
    const plans = statements
      .filter(({ sql }) => /^select/.test(sql) && /event_lists|events indexed/.test(sql))
      .map(({ sql, parameters }) =>
        (raw.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[]).map(({ detail }) => detail).join('; '),
      );
    raw.close();
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) {
      expect(plan).toMatch(expected);
      expect(plan).not.toMatch(/SCAN (events|entry)/);
    }
  });

  it('ask the database a bounded number of questions, over however much time events are spread', async () => {
    const store = new SqliteEventStore(database);
    const day = 86_400_000;
    for (const [id, startMs] of [0, 1, 5 * 365 * day, 5 * 365 * day + 1, 30 * 365 * day].entries())
      await store.put(sampleEvent(id + 1, { startMs: wallMs(startMs) }));
    const search = new SqliteEventSearch(database);
    statements.length = 0;
    expect(await ids(search, { cause: 'motion' })).toEqual([5, 4, 3, 2, 1]);
    expect(statements.length).toBeLessThan(30);
  });

  it('see classes that another program has made', async () => {
    const search = new SqliteEventSearch(database);
    expect(await ids(search, { zone: 'door' })).toEqual([]);
    const other = await SqliteDatabase.open(path);
    await new SqliteEventStore(other).put(sampleEvent(1, { causes: [{ kind: 'motion', zones: ['door'] }] }));
    expect(await ids(search, { zone: 'door' })).toEqual([1]);
    await new SqliteEventStore(database).put(sampleEvent(2, { causes: [{ kind: 'motion', zones: ['door'] }] }));
    expect(await ids(search, { zone: 'door' })).toEqual([2, 1]);
    await other.close();
  });

  it('give a short page with a next one rather than look at too many events', async () => {
    const store = new SqliteEventStore(database);
    await store.put(sampleEvent(1, { maxScore: 98 }));
    database.atOnce(() => {
      const columns =
        'camera_id, server_id, name, state, causes, total_score, frames, alarm_frames, area_id, scheme, directory, size_bytes, video_codec, width, height, has_snapshot, has_alarm_picture, notes, tags, protected, recovered, class_id';
      // All of one band, none of them enough.
      database.change(
        `with recursive counter (n) as (select 2 union all select n + 1 from counter where n < 70000)
         insert into events (id, start_ms, end_ms, max_score, ${columns}) select n, start_ms + n, end_ms + n, 91, ${columns} from events, counter where id = 1`,
        [],
      );
    });
    const search = new SqliteEventSearch(database);
    const pages = [];
    let after: EventSearchQuery['after'];
    do {
      const page = await search.find({ limit: 10, minScore: 95, ...(after === undefined ? {} : { after }) });
      pages.push(page.events.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(pages).toEqual([[], [1]]);
  });
});

describe('events of an older version', () => {
  const older = async (count: number): Promise<SqliteEventSearch> => {
    const store = new SqliteEventStore(database);
    for (let id = 1; id <= count; id++) await store.put(sampleEvent(id, id % 2 === 0 ? { causes: [{ kind: 'continuous' }], maxScore: 0 } : {}));
    await store.put(sampleEvent(count + 1, { state: 'deleting' }));
    await forgetLists();
    return new SqliteEventSearch(database);
  };

  it('are found all the same until they are listed, and while they are', async () => {
    const search = await older(9);
    for (let left = 1; left > 0; left = await search.indexOlder(2)) {
      expect(await ids(search, { cause: 'motion' })).toEqual([9, 7, 5, 3, 1]);
      expect(await ids(search, { cause: 'continuous', minScore: 1 })).toEqual([]);
      expect(await ids(search, {})).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    }
    expect(database.read('select id from events where class_id is null', [])).toEqual([{ id: 10 }]);
    statements.length = 0;
    expect(await ids(search, { cause: 'motion' })).toEqual([9, 7, 5, 3, 1]);
    expect(statements.some(({ sql }) => sql.includes('events_by_start'))).toBe(false);
    expect(await search.indexOlder(2)).toBe(0);
  });

  it('are listed from where a crash left off, and those that are written meanwhile are listed already', async () => {
    const search = await older(9);
    await search.indexOlder(4);
    await new SqliteEventStore(database).put(sampleEvent(2, { maxScore: 99 }));
    await database.close();
    await open();
    const again = new SqliteEventSearch(database);
    for (let left = 1; left > 0; left = await again.indexOlder(4));
    expect(await ids(again, { cause: 'motion', minScore: 99 })).toEqual([2]);
    expect(await ids(again, { cause: 'motion' })).toEqual([9, 7, 5, 3, 2, 1]);
    expect(database.read('select count(*) as listed from event_lists', [])).toEqual([{ listed: 9 }]);
  });

  it('take no time to upgrade, because nothing is read', async () => {
    const search = await older(3);
    const upgrade = statements.filter(({ sql }) => /event_classes|event_lists|event_backlog|class_id/.test(sql));
    expect(upgrade.some(({ sql }) => /^(update|insert into event_lists)/.test(sql))).toBe(false);
    expect(await ids(search, { minScore: 1 })).toEqual([3, 1]);
  });
});
