// Accounts over a real connection, with the desk that decides in the recorder.
import { type LinkOptions, RecorderClient } from '@nightjar/client';
import { accountWorld, codeOf, passwordOf } from '../../../test/account-world.ts';
import { httpRecorder } from '../../../test/http-recorder.ts';

const LONG_ENOUGH = 'a long enough password';

describe('accounts of a client', () => {
  let close: () => Promise<void> = async () => undefined;
  afterEach(() => close());

  const open = async () => {
    const world = accountWorld();
    await world.add('boss', 'admin');
    await world.add('ann', 'operator');
    const server = await httpRecorder({ accounts: world.accounts });
    close = server.close;
    const as = (credentials?: LinkOptions['credentials']) => new RecorderClient({ url: server.url, ...(credentials === undefined ? {} : { credentials }) });
    const client = (name: string, password = passwordOf(name)) => as({ name, password });
    return { ...world, as, client, boss: client('boss') };
  };

  it('are asked for with the login everything else is', async () => {
    const { boss, audited } = await open();
    expect(await Promise.all([boss.accounts.me(), boss.cameras()])).toMatchObject([{ name: 'boss', kind: 'account', cameras: null }, [{ id: 'porch' }, {}]]);
    expect(await audited('login')).toHaveLength(1);
  });

  it('are made, changed and deleted', async () => {
    const { boss } = await open();
    const { accounts } = boss;
    expect(await accounts.createUser({ name: 'eve', password: LONG_ENOUGH, cameras: ['porch'] })).toMatchObject({ name: 'eve', role: 'viewer' });
    expect(await accounts.updateUser('eve', { role: 'operator', cameras: null })).toMatchObject({ role: 'operator', cameras: null });
    expect(await accounts.user('eve')).toMatchObject({ name: 'eve', role: 'operator' });
    await accounts.deleteUser('eve');
    expect(await codeOf(accounts.user('eve'))).toBe('USER_NOT_FOUND');
    expect((await accounts.users()).map(({ name }) => name).sort()).toEqual(['ann', 'boss']);
  });

  it('change their password, after which only the new one is good', async () => {
    const { client } = await open();
    const ann = client('ann');
    await ann.accounts.changePassword({ currentPassword: passwordOf('ann'), newPassword: LONG_ENOUGH });
    expect(await codeOf(ann.accounts.me())).toBe('LOGIN_FAILED');
    expect(await client('ann', LONG_ENOUGH).accounts.me()).toMatchObject({ name: 'ann' });
  });

  it('lose their logins, one and all', async () => {
    const { as, client, boss } = await open();
    const { accessToken, refreshToken } = await as().accounts.login('ann', passwordOf('ann'));
    expect(await as({ token: accessToken }).accounts.me()).toMatchObject({ name: 'ann' });
    const fresh = await as().accounts.refresh(refreshToken);
    await boss.accounts.revoke({ user: 'ann', all: true });
    expect(await codeOf(as({ token: fresh.accessToken }).accounts.me())).toBe('NOT_LOGGED_IN');
    const ann = client('ann');
    const { tokenId = '' } = await ann.accounts.me();
    await ann.accounts.revoke();
    expect((await ann.accounts.me()).tokenId).not.toBe(tokenId);
  });

  it('have tokens for machines and for addresses', async () => {
    const { as, boss } = await open();
    const { token, info } = await boss.accounts.createToken({ name: 'home', role: 'operator' });
    const machine = as({ token });
    expect(await machine.accounts.me()).toMatchObject({ name: 'home', kind: 'machine' });
    expect((await boss.accounts.tokens()).map(({ id }) => id)).toContain(info.id);
    const media = await boss.accounts.mediaToken({ cameraId: 'porch', operations: ['getSnapshot'] });
    expect(Date.parse(media.expiresAt)).toBeGreaterThan(0);
    await boss.accounts.revokeToken(info.id);
    expect(await codeOf(machine.accounts.me())).toBe('NOT_LOGGED_IN');
  });

  it('have a log of what happened to them, page by page', async () => {
    const { boss } = await open();
    await boss.accounts.createUser({ name: 'eve', password: LONG_ENOUGH });
    const { entries, nextBefore } = await boss.accounts.audit({ limit: 1 });
    expect(entries).toMatchObject([{ kind: 'user-created', name: 'boss' }]);
    const rest = await boss.accounts.audit({ before: nextBefore ?? 0 });
    expect(rest.entries.map(({ kind }) => kind)).toContain('login');
  });
});
