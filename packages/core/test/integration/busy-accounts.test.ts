// Logging in while another program writes the database: a moment is waited for, longer is said, and nothing else stands still.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RecordingLogger } from '@nightjar/testkit';
import Database from 'better-sqlite3';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { SqliteDatabase } from '../../src/adapters/sqlite/sqlite-database.ts';
import { localAccountPorts } from '../../src/app/local-account-ports.ts';
import { Accounts } from '../../src/auth/accounts.ts';
import { codeOf, passwordOf, peer, somebody } from '../account-world.ts';

/** Far more than the two seconds that are waited, on a busy machine too. */
const PATIENT_MS = 8000;

describe('accounts in a database that is locked', () => {
  let folder: string;
  let database: SqliteDatabase;
  let accounts: Accounts;
  let other: Database.Database;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nightjar-busy-'));
    const file = join(folder, 'nightjar.db');
    database = await SqliteDatabase.open(file);
    const ports = localAccountPorts(database, file);
    accounts = new Accounts({ ...ports, clock: systemClock, log: new RecordingLogger(), mediaActions: async () => [], cost: { ln: 4, r: 1, p: 1 } });
    await accounts.createUser({ name: 'bob', password: passwordOf('bob') }, somebody, peer);
    other = new Database(file);
  });
  afterEach(async () => {
    other.close();
    await accounts.close();
    await database.close();
    rmSync(folder, { recursive: true });
  });

  const login = (): Promise<string> => codeOf(accounts.login({ name: 'bob', password: passwordOf('bob') }, peer));

  it('wait for a moment', async () => {
    other.exec('begin immediate');
    const done = login();
    await sleep(300);
    other.exec('rollback');
    expect(await done).toBe('no error');
  });

  it('say so after a while, and go on knowing who is logged in meanwhile', async () => {
    const { accessToken } = await accounts.login({ name: 'bob', password: passwordOf('bob') }, peer);
    other.exec('begin immediate');
    const startMs = performance.now();
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 10);
    const codes = await Promise.all([login(), login(), login(), accounts.identify(accessToken, peer).then(({ name }) => name)]);
    clearInterval(turning);
    expect(codes).toEqual(['DATABASE_BUSY', 'DATABASE_BUSY', 'DATABASE_BUSY', 'bob']);
    expect(performance.now() - startMs).toBeLessThan(PATIENT_MS);
    // The event loop, which reads cameras, went on turning.
    expect(turns).toBeGreaterThan(20);
    other.exec('rollback');
    expect(await login()).toBe('no error');
  });
});
