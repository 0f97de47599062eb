// One file, several programs: locks, versions, damage.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sampleEvent } from '@nightjar/testkit';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { RecorderError } from '../../errors/recorder-error.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { SqliteEventStore } from './sqlite-event-store.ts';

/** Generous for a busy machine, and far below the seconds a blocked event loop would show. */
const QUICK_MS = 1000;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightjar-sqlite-'));
  path = join(folder, 'data', 'nightjar.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: unknown) => RecorderError.of(error)?.code ?? String(error),
  );

/** Reserves `rounds` times `count` ids in another process; resolves with the first id of each round. */
const reserveElsewhere = (rounds: number, count: number): Promise<readonly number[]> => {
  const source = (file: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, file)).href);
  const script = `
    const { SqliteDatabase } = await import(${source('sqlite-database.ts')});
    const { SqliteEventStore } = await import(${source('sqlite-event-store.ts')});
    const again = async (call) => { for (;;) try { return await call(); } catch (error) { if (error.code !== 'DATABASE_BUSY') throw error; } };
    const database = await again(() => SqliteDatabase.open(${JSON.stringify(path)}));
    const store = new SqliteEventStore(database);
    const firsts = [];
    for (let round = 0; round < ${rounds}; round += 1) firsts.push(await again(() => store.reserveIds(${count})));
    console.log(JSON.stringify(firsts));
    await database.close();`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(output) as number[]) : reject(new Error(errors))));
  });
};

const [NORMAL, FULL] = [1, 2];

const synchronous = async (database: SqliteDatabase): Promise<number | undefined> => {
  const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(database.db);
  return rows[0]?.synchronous;
};

describe('the SQLite database', () => {
  it('keeps what was written when it is opened again', async () => {
    const first = await SqliteDatabase.open(path);
    await new SqliteEventStore(first).put(sampleEvent(3));
    await first.close();
    await first.close();
    const second = await SqliteDatabase.open(path);
    expect(await new SqliteEventStore(second).get(3)).toEqual(sampleEvent(3));
    expect(await new SqliteEventStore(second).reserveIds(1)).toBe(4);
    await second.close();
  });

  it('never hands the same id to two processes that create and use it at once', async () => {
    const [a, b] = await Promise.all([reserveElsewhere(150, 3), reserveElsewhere(150, 3)]);
    const all = [...a, ...b].sort((x, y) => x - y);
    expect(all).toEqual(Array.from({ length: 300 }, (_, index) => 1 + index * 3));
  });

  it('is created once when several processes open a new file at the same moment', async () => {
    for (let round = 0; round < 3; round += 1) {
      path = join(folder, String(round), 'nightjar.db');
      const firsts = await Promise.all([1, 2, 3].map(() => reserveElsewhere(1, 1)));
      expect(firsts.flat().sort()).toEqual([1, 2, 3]);
    }
  });

  it('says DATABASE_BUSY quickly while another program holds the lock, and works again afterwards', async () => {
    const database = await SqliteDatabase.open(path);
    const store = new SqliteEventStore(database);
    await store.put(sampleEvent(1));
    const other = new Database(path);
    other.exec('begin exclusive');
    const startMs = performance.now();
    expect(await codeOf(store.put(sampleEvent(2)))).toBe('DATABASE_BUSY');
    expect(await codeOf(store.reserveIds(64))).toBe('DATABASE_BUSY');
    expect(await codeOf(store.delete(1))).toBe('DATABASE_BUSY');
    expect(performance.now() - startMs).toBeLessThan(QUICK_MS);
    expect(await store.get(1)).toEqual(sampleEvent(1));
    other.exec('rollback');
    other.close();
    await store.put(sampleEvent(2));
    expect(await store.reserveIds(1)).toBe(3);
    await database.close();
  });

  it('opens a database whose lock another program holds, when nothing needs migrating', async () => {
    await (await SqliteDatabase.open(path)).close();
    const other = new Database(path);
    other.exec('begin immediate');
    const database = await SqliteDatabase.open(path);
    expect(await new SqliteEventStore(database).list({ limit: 1 })).toEqual([]);
    await database.close();
    other.close();
  });

  it('says DATABASE_BUSY when it cannot create its tables because of a lock', async () => {
    mkdirSync(join(folder, 'data'));
    const other = new Database(path);
    other.pragma('journal_mode = WAL');
    other.exec('begin immediate');
    expect(await codeOf(SqliteDatabase.open(path))).toBe('DATABASE_BUSY');
    other.exec('rollback');
    other.close();
    await (await SqliteDatabase.open(path)).close();
  });

  it('refuses a database of a newer version and leaves it alone', async () => {
    await (await SqliteDatabase.open(path)).close();
    const other = new Database(path);
    other.exec("insert into schema_migrations values ('9999-future', '2030-01-01T00:00:00.000Z')");
    expect(await codeOf(SqliteDatabase.open(path))).toBe('DATABASE_TOO_NEW');
    other.close();
  });

  it('says DATABASE_FAILED of a file that is no database, and of a folder it may not make', async () => {
    const wrong = join(folder, 'text.db');
    writeFileSync(wrong, 'this is not a database, but it is long enough to be read as a header of one'.repeat(20));
    expect(await codeOf(SqliteDatabase.open(wrong))).toBe('DATABASE_FAILED');
    expect(await codeOf(SqliteDatabase.open(join(wrong, 'nightjar.db')))).toBe('DATABASE_FAILED');
  });

  it('says DATABASE_FAILED after it was closed', async () => {
    const database = await SqliteDatabase.open(path);
    const store = new SqliteEventStore(database);
    await database.close();
    expect(await codeOf(store.get(1))).toBe('DATABASE_FAILED');
    expect(await codeOf(store.put(sampleEvent(1)))).toBe('DATABASE_FAILED');
    expect(await codeOf(store.reserveIds(1))).toBe('DATABASE_FAILED');
  });

  it('marks a row that breaks a constraint, since trying again cannot help', async () => {
    const database = await SqliteDatabase.open(path);
    const store = new SqliteEventStore(database);
    const error = await store.put(sampleEvent(1, { directory: '' })).catch((caught: unknown) => RecorderError.of(caught));
    expect(error).toMatchObject({ code: 'DATABASE_FAILED', context: { constraint: true } });
    await database.close();
  });

  it('syncs the log before it resolves where a loss could not be made good', async () => {
    const database = await SqliteDatabase.open(path);
    expect(await database.durably('measuring', () => synchronous(database))).toBe(FULL);
    expect(await synchronous(database)).toBe(NORMAL);
    await database.close();
  });

  it('is for nobody else to read, with its log and its copies, also where it was before', async () => {
    const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);
    const files = [path, `${path}-wal`, `${path}-shm`];
    const database = await SqliteDatabase.open(path);
    await new SqliteEventStore(database).put(sampleEvent(1));
    await database.backup(join(folder, 'copy.db'));
    expect([...files, join(folder, 'copy.db')].map(modeOf)).toEqual(['600', '600', '600', '600']);
    for (const file of files) chmodSync(file, 0o644);
    const second = await SqliteDatabase.open(path);
    expect(files.map(modeOf)).toEqual(['600', '600', '600']);
    await second.close();
    await database.close();
  });

  it('copies itself to a file that opens', async () => {
    const database = await SqliteDatabase.open(path);
    await new SqliteEventStore(database).put(sampleEvent(1));
    const copy = join(folder, 'copy.db');
    await database.backup(copy);
    await database.close();
    const restored = await SqliteDatabase.open(copy);
    expect(await new SqliteEventStore(restored).get(1)).toEqual(sampleEvent(1));
    await restored.close();
  });
});
