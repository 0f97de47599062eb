// Accounts at a start: the first one, and no door that stands open.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock, RecordingLogger, sampleUser } from '@nightjar/testkit';
import { codeOf } from '../../test/account-world.ts';
import { memoryAccounts } from '../../test/fake-environment.ts';
import { httpSettings } from '../../test/http-settings.ts';
import { recorderConfig } from '../../test/recorder-config.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { openAccounts, refuseOpenDoor } from './open-accounts.ts';

const peer = { address: '192.0.2.7' };
const at = (host: string) => recorderConfig({ http: httpSettings({ host }) });
const world = () => ({ accounts: memoryAccounts(), clock: new FakeClock(), log: new RecordingLogger() });

describe('the first start', () => {
  it('makes the account admin, whose password is told to nobody but the caller', async () => {
    const parts = world();
    const opened = await openAccounts(parts, at('127.0.0.1'));
    expect(opened.hasAccounts).toBe(false);
    const password = (await opened.createFirst())?.reveal() ?? '';
    expect(password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    const { accessToken } = await opened.desk.login({ name: 'admin', password }, peer);
    expect(await opened.desk.identify(accessToken, peer)).toMatchObject({ name: 'admin', permissions: { system: 'edit' }, cameras: null });
    await opened.close();
    expect(`${parts.log.print()}${JSON.stringify(parts.accounts.audit.entries)}`).not.toContain(password);
    expect(parts.accounts.audit.entries.at(-1)).toMatchObject({ kind: 'user-created', name: 'command line', address: 'local' });
    const again = await openAccounts(parts, at('127.0.0.1'));
    expect([again.hasAccounts, await again.createFirst()]).toEqual([true, undefined]);
  });

  it('leaves an account alone that somebody made meanwhile', async () => {
    const parts = world();
    const opened = await openAccounts(parts, at('::1'));
    await parts.accounts.users.add(sampleUser('admin', { role: 'admin' }));
    expect(await opened.createFirst()).toBeUndefined();
    expect(parts.accounts.users.rows.size).toBe(1);
  });

  it('is refused where others reach the recorder and there is no account', async () => {
    const parts = world();
    const error = await openAccounts(parts, at('0.0.0.0')).catch((caught: unknown) => RecorderError.of(caught));
    expect(error).toMatchObject({ code: 'NO_ACCOUNTS', message: expect.stringContaining('nightjar user add NAME --role admin --config /etc/nightjar.yaml') });
    await parts.accounts.users.add(sampleUser('bob'));
    expect((await openAccounts(parts, at('0.0.0.0'))).hasAccounts).toBe(true);
  });

  it('is refused before anything is made, where there is no database either', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightjar-door-'));
    const file = join(folder, 'nightjar.db');
    const config = (host: string) => ({
      ...recorderConfig({ http: httpSettings({ host }) }),
      database: { engine: 'sqlite' as const, file },
    });
    for (const host of ['0.0.0.0', '::', '192.0.2.5', 'recorder.example', '127.0.0.1.example'])
      expect(() => refuseOpenDoor(config(host))).toThrow(expect.objectContaining({ code: 'NO_ACCOUNTS' }));
    for (const host of ['127.0.0.1', 'localhost', '::1', '127.3.2.1']) refuseOpenDoor(config(host));
    writeFileSync(file, '');
    refuseOpenDoor(config('0.0.0.0'));
    rmSync(folder, { recursive: true });
  });

  it('goes on without accounts while the database cannot be read, and says so', async () => {
    const parts = world();
    parts.accounts.users.failure = new RecorderError('DATABASE_FAILED', 'the disk is gone');
    const opened = await openAccounts(parts, at('0.0.0.0'));
    expect(await opened.createFirst()).toBeUndefined();
    parts.log.expectLine('accounts could not be looked at (the disk is gone)', 'warn');
    expect(await codeOf(opened.desk.login({ name: 'admin', password: 'x' }, peer))).toBe('DATABASE_FAILED');
  });
});
