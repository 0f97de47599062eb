import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleEvent } from '@nightjar/testkit';
import { FsAreaDisk } from '../../adapters/fs/fs-area-disk.ts';
import { InstanceLock } from '../../adapters/fs/instance-lock.ts';
import { SqliteDatabase } from '../../adapters/sqlite/sqlite-database.ts';
import { SqliteEventStore } from '../../adapters/sqlite/sqlite-event-store.ts';
import { runCli } from '../run-cli.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'nightjar-check-'));
  writeFileSync(join(cwd, 'nightjar.yaml'), 'cameras: []\n');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

async function check(...words: readonly string[]) {
  const written = { stdout: '', stderr: '' };
  const sinks = { stdout: { write: (text: string) => (written.stdout += text) }, stderr: { write: (text: string) => (written.stderr += text) } };
  const code = await runCli(['check', ...words], { version: '1', io: { ...sinks, env: {}, cwd, isTty: false, signal: new AbortController().signal } });
  return { code, ...written };
}

/** A database with rows whose videos are not there. */
async function store(...ids: readonly number[]): Promise<void> {
  const database = await SqliteDatabase.open(join(cwd, 'data/nightjar.db'));
  for (const id of ids) await new SqliteEventStore(database).put(sampleEvent(id));
  await database.close();
}

describe('check', () => {
  it('says that everything fits, and makes nothing', async () => {
    await store();
    expect(await check()).toEqual({ code: 0, stdout: '0 directories and 0 rows looked at: everything fits\n', stderr: '' });
    expect(existsSync(join(cwd, 'data/events'))).toBe(false);
  });

  it('finds rows without video and exits with 1, without changing anything', async () => {
    await store(1, 2);
    await new FsAreaDisk().createIdentity(join(cwd, 'data/events'), 'default');
    const first = await check();
    expect([first.code, first.stdout]).toEqual([
      1,
      expect.stringMatching(/^event \d: [^\n]+; repair would [^\n]+\n[\s\S]*\n0 directories and 2 rows looked at: 2 problems, 0 mended\n$/),
    ]);
    expect(await check()).toEqual(first);
    const report = JSON.parse((await check('--json')).stdout) as { rows: number; problems: { kind: string; outcome: string }[] };
    expect([report.rows, report.problems.map(({ kind, outcome }) => `${kind} ${outcome}`)]).toEqual([2, ['row-without-file found', 'row-without-file found']]);
  });

  it('mends only when forced where most videos are gone', async () => {
    await store(1, 2);
    await new FsAreaDisk().createIdentity(join(cwd, 'data/events'), 'default');
    const refused = await check('--repair');
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('not mended (--force would):')]);
    const mended = await check('--repair', '--force');
    expect([mended.code, mended.stdout]).toEqual([0, expect.stringContaining('2 problems, 2 mended')]);
    expect((await check()).code).toBe(0);
  });

  it('leaves alone what a running recorder has open', async () => {
    await store();
    const database = await SqliteDatabase.open(join(cwd, 'data/nightjar.db'));
    await new SqliteEventStore(database).put(sampleEvent(1, { state: 'open', serverId: 'rec1' }));
    await database.close();
    await new FsAreaDisk().createIdentity(join(cwd, 'data/events'), 'default');
    writeFileSync(join(cwd, 'nightjar.yaml'), 'server: { id: rec1 }\n');
    const lock = await InstanceLock.take(join(cwd, 'data/nightjar.db.lock'));
    expect((await check()).stdout).toContain('everything fits');
    await lock.release();
    expect((await check()).code).toBe(1);
    expect(existsSync(join(cwd, 'data/nightjar.db.lock'))).toBe(false);
  });

  it('leaves an area alone that is not the one it was', async () => {
    await store(1);
    writeFileSync(join(cwd, 'nightjar.yaml'), 'storage: { areas: [{ id: default, path: . }] }\n');
    const { code, stdout } = await check('--repair', '--force');
    expect([code, stdout]).toEqual([1, expect.stringContaining('left: nothing: mount the disk')]);
    expect(readdirSync(cwd).sort()).toEqual(['data', 'nightjar.yaml']);
  });

  it('makes a database that was lost anew, and none where nothing was recorded', async () => {
    const refused = await check('--repair');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('there is no database')]);
    await new FsAreaDisk().createIdentity(join(cwd, 'data/events'), 'default');
    expect((await check()).stderr).toContain('there is no database');
    expect(existsSync(join(cwd, 'data/nightjar.db'))).toBe(false);
    expect((await check('--repair')).code).toBe(0);
    expect((await check()).code).toBe(0);
  });
});
