// The SQLite stores of accounts keep the contracts of their ports, and no query of theirs walks a whole table.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeAccountStores, describeAuditLog, sampleAuditFact, sampleLogin, sampleUser } from '@nightjar/testkit';
import Database from 'better-sqlite3';
import { wallMs } from '../../model/time.ts';
import { SqliteAuditLog } from './sqlite-audit-log.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { SqliteTokenStore } from './sqlite-token-store.ts';
import { SqliteUserStore } from './sqlite-user-store.ts';

describeAccountStores('SqliteUserStore and SqliteTokenStore', async () => {
  const database = await SqliteDatabase.open(':memory:');
  return { users: new SqliteUserStore(database), tokens: new SqliteTokenStore(database), close: () => database.close() };
});

describeAuditLog('SqliteAuditLog', async () => {
  const database = await SqliteDatabase.open(':memory:');
  return { store: new SqliteAuditLog(database), close: () => database.close() };
});

describe('queries of accounts', () => {
  it('walk an index, all of them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightjar-accounts-'));
    const path = join(folder, 'nightjar.db');
    const statements = new Map<string, readonly unknown[]>();
    const database = await SqliteDatabase.open(path, { onQuery: (sql, parameters) => statements.set(sql, parameters) });
    statements.clear();
    const [users, tokens, audit] = [new SqliteUserStore(database), new SqliteTokenStore(database), new SqliteAuditLog(database)];
    await users.add(sampleUser('bob', { role: 'admin' }));
    await users.replace(sampleUser('bob', { role: 'viewer' }));
    await users.list();
    await users.sawLogin('bob', wallMs(1));
    await tokens.add(sampleLogin('a', 'bob'));
    await tokens.find('a');
    await tokens.list();
    await tokens.list('bob');
    await tokens.rotate('a', 'b', 'c', wallMs(2));
    await tokens.touch('a', wallMs(1));
    for (const which of [{ id: 'a' }, { loginsOf: 'bob' }, { expiredBefore: wallMs(1) }]) await tokens.delete(which);
    await users.delete('bob');
    await audit.add(sampleAuditFact());
    await audit.list(10);
    await audit.list(10, 5);
    await audit.prune({ since: wallMs(1), refusals: 10, others: 10 });
    await database.close();
    const raw = new Database(path);
    const plans = [...statements].map(([sql, parameters]) => {
      const steps = raw.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[];
      return steps.map(({ detail }) => detail).join('; ');
    });
    raw.close();
    rmSync(folder, { recursive: true });
    expect(plans.length).toBeGreaterThan(15);
    // A scan of a whole table is only what lists its newest rows: it follows the key and stops at its limit.
    const scans = plans.filter((plan) => /SCAN (users|tokens|audit)(?! USING INDEX)|TEMP B-TREE/.test(plan));
    expect(scans).toEqual(['SCAN audit']);
  });
});
