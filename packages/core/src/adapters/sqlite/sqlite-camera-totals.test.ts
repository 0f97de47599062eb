// Sums per camera are those of a recount, whatever is written, undone or interrupted; events of an older version are counted bit by bit.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleEvent } from '@nightjar/testkit';
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { SqliteDatabase } from './sqlite-database.ts';
import { SqliteEventStore } from './sqlite-event-store.ts';

let folder: string;
let path: string;
let statements: string[];
let database: SqliteDatabase;
let store: SqliteEventStore;
const open = async (): Promise<void> => {
  database = await SqliteDatabase.open(path, { onQuery: (sql) => statements.push(sql) });
  store = new SqliteEventStore(database);
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightjar-totals-'));
  path = join(folder, 'nightjar.db');
  statements = [];
  await open();
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const reopen = async (between = ''): Promise<void> => {
  await database.close();
  const raw = new Database(path);
  raw.exec(between);
  raw.close();
  await open();
};

/** Makes the database one of the version before. */
const FORGET = `drop trigger events_counted; drop trigger events_recounted; drop trigger events_discounted;
  drop table camera_totals; drop table camera_totals_backlog; delete from schema_migrations where name >= '0009'`;

const sums = async () => {
  const amounts = await store.usageByCamera();
  return amounts && Object.fromEntries([...amounts].filter(([, { events, sizeBytes }]) => events !== 0 || sizeBytes !== 0));
};

const recount = () => {
  const rows = database.read<{ id: string; events: number; sizeBytes: number }>(
    'select camera_id as id, count(*) as events, sum(size_bytes) as sizeBytes from events group by camera_id',
    [],
  );
  return Object.fromEntries(rows.map(({ id, ...amount }) => [id, amount]));
};

type Step = readonly [kind: 'put' | 'delete' | 'undo' | 'count' | 'reopen', id: number, cameraId: string, sizeBytes: number];

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('put', 'put', 'put', 'delete', 'undo', 'count', 'reopen'),
  fc.integer({ min: 1, max: 30 }),
  fc.constantFrom('porch', 'yard', 'hall'),
  fc.integer({ min: 0, max: 5_000_000_000 }),
);

const take = async ([kind, id, cameraId, sizeBytes]: Step): Promise<void> => {
  if (kind === 'put') return store.put(sampleEvent(id, { cameraId, sizeBytes }));
  if (kind === 'delete') return store.delete(id);
  if (kind === 'count') return void (await store.countOlder(3));
  if (kind === 'reopen') return reopen();
  const undone = (): void =>
    database.atOnce(() => {
      database.change('update events set size_bytes = ?, camera_id = ? where id >= ?', [sizeBytes, cameraId, id]);
      database.change('delete from events where id < ?', [id]);
      throw new Error('undone');
    });
  expect(undone).toThrow('undone');
};

describe('sums per camera in SQLite', () => {
  it('are those of a recount after any writing, undoing and closing, also with older events that are counted meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.array(step, { maxLength: 25 }), async (before, after) => {
        await reopen('delete from events');
        for (const each of before) await take(each);
        expect(await sums()).toEqual(recount());
        await reopen(FORGET);
        for (const each of after) await take(each);
        for (let left = 1; left > 0; left = await store.countOlder(2));
        expect(await sums()).toEqual(recount());
      }),
      { numRuns: 25 },
    );
  });

  it('are absent until older events are counted, and then there for good', async () => {
    for (let id = 1; id <= 5; id++) await store.put(sampleEvent(id, { sizeBytes: id }));
    await reopen(FORGET);
    expect(await sums()).toBeUndefined();
    expect(await store.countOlder(2)).toBe(4);
    await store.put(sampleEvent(6, { sizeBytes: 6 }));
    expect(await sums()).toBeUndefined();
    await reopen();
    expect(await store.countOlder(3)).toBe(1);
    expect(await store.countOlder(3)).toBe(0);
    expect(await sums()).toEqual({ porch: { events: 6, sizeBytes: 21 } });
  });

  it('take no time to upgrade, because nothing is counted then', async () => {
    await store.put(sampleEvent(1));
    statements.length = 0;
    await reopen(FORGET);
    expect(statements.some((sql) => /insert into camera_totals /.test(sql) && !/trigger/.test(sql))).toBe(false);
    expect(statements.filter((sql) => /from events\b/.test(sql) && !/trigger/.test(sql))).toEqual([expect.stringContaining('select max(id) + 1 from events')]);
  });

  it('are read without a look at events', async () => {
    await store.put(sampleEvent(1));
    statements.length = 0;
    expect(await store.usageByCamera()).toEqual(new Map([['porch', expect.anything()]]));
    expect(statements).toHaveLength(2);
    for (const sql of statements) expect(sql).not.toMatch(/from "?events\b/);
  });
});
