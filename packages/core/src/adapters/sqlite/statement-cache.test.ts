// Statements are prepared once, within bounds, and follow a schema that changes.
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { SqliteDatabase } from './sqlite-database.ts';
import { StatementCache } from './statement-cache.ts';

describe('StatementCache', () => {
  let raw: Database.Database;
  beforeEach(() => {
    raw = new Database(':memory:');
    raw.exec('create table pairs (id integer primary key, word text)');
  });
  afterEach(() => raw.close());

  it('gives the same statement for the same SQL', () => {
    const cache = new StatementCache(raw);
    const insert = cache.prepare('insert into pairs (word) values (?)');
    expect(cache.prepare('select * from pairs')).not.toBe(insert);
    expect(cache.prepare('insert into pairs (word) values (?)')).toBe(insert);
    for (const word of ['one', 'two']) cache.prepare('insert into pairs (word) values (?)').run([word]);
    expect(cache.prepare('select word from pairs order by id').all([])).toEqual([{ word: 'one' }, { word: 'two' }]);
  });

  it('keeps the ones used last, and no more than it may', () => {
    const cache = new StatementCache(raw, 2);
    const [one] = [cache.prepare('select 1'), cache.prepare('select 2')];
    cache.prepare('select 1');
    cache.prepare('select 3');
    expect(cache.size).toBe(2);
    expect(cache.prepare('select 1')).toBe(one);
  });

  it('sees columns that were added after a statement was prepared', () => {
    const cache = new StatementCache(raw);
    cache.prepare('insert into pairs (word) values (?)').run(['one']);
    expect(cache.prepare('select * from pairs').all([])).toEqual([{ id: 1, word: 'one' }]);
    raw.exec("alter table pairs add column lang text default 'en'");
    expect(cache.prepare('select * from pairs').all([])).toEqual([{ id: 1, word: 'one', lang: 'en' }]);
  });

  it('does not keep what cannot be prepared', () => {
    const cache = new StatementCache(raw);
    expect(() => cache.prepare('select from nowhere')).toThrow(/syntax error/);
    expect(cache.size).toBe(0);
  });

  it('serves the queries of an open database', async () => {
    const prepared: string[] = [];
    const original = Database.prototype.prepare;
    Database.prototype.prepare = function prepare(this: Database.Database, text: string) {
      prepared.push(text);
      return original.call(this, text);
    } as typeof original;
    try {
      const database = await SqliteDatabase.open(':memory:');
      for (const id of [1, 2, 3]) await sql`select * from events where id = ${id}`.execute(database.db);
      await database.close();
    } finally {
      Database.prototype.prepare = original;
    }
    expect(prepared.filter((text) => text.startsWith('select * from events'))).toHaveLength(1);
  });
});
