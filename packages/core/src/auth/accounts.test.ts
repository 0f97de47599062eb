// What accounts promise: who gets in, with what, and what ends it.
import { accountWorld, codeOf, passwordOf, peer, somebody } from '../../test/account-world.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { ROLES } from '../model/permission.ts';

const HOUR_MS = 3_600_000;

describe('a login', () => {
  it('gives tokens that stand for the account, whatever the case of its name', async () => {
    const { accounts, add } = accountWorld();
    await add('Bob', 'operator', ['yard', 'porch', 'yard']);
    const { accessToken, expiresInSeconds } = await accounts.login({ name: 'bOB', password: passwordOf('Bob') }, peer);
    expect(expiresInSeconds).toBe(7200);
    expect(await accounts.identify(accessToken, peer)).toEqual({
      name: 'Bob',
      permissions: ROLES.operator,
      cameras: ['porch', 'yard'],
      tokenId: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(await accounts.user('BOB')).toMatchObject({ name: 'Bob', lastLoginAt: '2026-01-01T00:00:00.000Z' });
  });

  it('is refused with one sentence for every reason', async () => {
    const { accounts, add, audited } = accountWorld();
    await add('bob');
    await add('eve');
    await accounts.updateUser('eve', { enabled: false }, somebody, peer);
    const messages = new Set<string>();
    for (const credentials of [
      { name: 'bob', password: 'wrong' },
      { name: 'nobody', password: passwordOf('bob') },
      { name: 'eve', password: passwordOf('eve') },
      { name: '', password: '' },
      { name: "' or 1=1 --", password: 'x'.repeat(256) },
    ]) {
      const error = await accounts.login(credentials, peer).catch((caught: unknown) => RecorderError.of(caught));
      expect(error).toMatchObject({ code: 'LOGIN_FAILED' });
      messages.add(String(error));
    }
    expect(messages.size).toBe(1);
    expect(await audited('login-failed')).toEqual(['unknown name', 'account is disabled', 'unknown name', 'wrong password']);
  });

  it('writes no name that is not the name of an account: it may be a password', async () => {
    const { accounts, enter, audit, log } = accountWorld();
    await enter('bob');
    await codeOf(accounts.login({ name: 'my-s3cret-typed-in-the-wrong-field', password: 'bob' }, peer));
    expect(`${JSON.stringify(audit.entries)}${log.print()}`).not.toContain('s3cret');
    expect(audit.entries[0]).toMatchObject({ kind: 'login-failed', name: null, address: '192.0.2.7' });
  });

  it('ends after 24 hours without a refresh, its access token after 2', async () => {
    const { accounts, enter, clock } = accountWorld();
    const { accessToken, refreshToken } = await enter('bob');
    clock.jumpWall(2 * HOUR_MS - 1000);
    await accounts.identify(accessToken, peer);
    clock.jumpWall(1000);
    const error = await accounts.identify(accessToken, peer).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'NOT_LOGGED_IN', message: 'the token has expired' });
    clock.jumpWall(22 * HOUR_MS);
    expect(await codeOf(accounts.refresh(refreshToken, peer))).toBe('NOT_LOGGED_IN');
  });
});

describe('a refresh token', () => {
  it('gives new tokens once, and the login goes on for as long as it is used', async () => {
    const { accounts, enter, clock } = accountWorld();
    let tokens = await enter('bob');
    for (let day = 0; day < 5; day += 1) {
      clock.jumpWall(23 * HOUR_MS);
      tokens = await accounts.refresh(tokens.refreshToken, peer);
    }
    expect(await accounts.identify(tokens.accessToken, peer)).toMatchObject({ name: 'bob' });
    expect(await accounts.tokens(await accounts.identify(tokens.accessToken, peer))).toHaveLength(1);
  });

  it('that is used again ends the login, with whatever came of it', async () => {
    const { accounts, enter, audited } = accountWorld();
    const first = await enter('bob');
    const second = await accounts.refresh(first.refreshToken, peer);
    expect(await codeOf(accounts.refresh(first.refreshToken, peer))).toBe('NOT_LOGGED_IN');
    expect(await codeOf(accounts.identify(second.accessToken, peer))).toBe('NOT_LOGGED_IN');
    expect(await codeOf(accounts.refresh(second.refreshToken, peer))).toBe('NOT_LOGGED_IN');
    expect((await audited('token-refused')).at(-1)).toMatch(/^refresh token used twice; login [0-9a-f]{16} is ended$/);
  });

  it('that comes a second time tells those who watch open streams at once that the login is over', async () => {
    const { accounts, enter } = accountWorld();
    const { accessToken, refreshToken } = await enter('bob');
    const bob = await accounts.identify(accessToken, peer);
    const seen: Promise<unknown>[] = [];
    accounts.onChanged(() => seen.push(accounts.refreshed(bob)));
    await accounts.refresh(refreshToken, peer);
    expect(seen).toHaveLength(0);
    await codeOf(accounts.refresh(refreshToken, peer));
    expect(seen).toHaveLength(1);
    expect(await seen[0]).toBeUndefined();
  });

  it('is good for one of two who use it at the same moment, and then for none', async () => {
    const { accounts, enter } = accountWorld();
    const { refreshToken } = await enter('bob');
    const outcomes = await Promise.allSettled([accounts.refresh(refreshToken, peer), accounts.refresh(refreshToken, peer)]);
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(won).toHaveLength(1);
    expect(await codeOf(accounts.identify(won[0]?.accessToken ?? '', peer))).toBe('NOT_LOGGED_IN');
  });
});

describe('what ends at once', () => {
  it('is a login that was revoked: this one, one by its id, or all', async () => {
    const { accounts, enter } = accountWorld();
    const logins = [await enter('bob'), await enter('bob'), await enter('bob')];
    const principals = await Promise.all(logins.map(({ accessToken }) => accounts.identify(accessToken, peer)));
    const alive = async () =>
      (await Promise.all(logins.map(({ accessToken }) => codeOf(accounts.identify(accessToken, peer))))).map((code) => code === 'no error');
    await accounts.revoke(principals[0]!, {}, peer);
    expect(await alive()).toEqual([false, true, true]);
    await accounts.revoke(principals[1]!, { id: principals[2]!.tokenId! }, peer);
    expect(await alive()).toEqual([false, true, false]);
    await enter('bob');
    await accounts.revoke(principals[1]!, { all: true }, peer);
    expect(await alive()).toEqual([false, false, false]);
    expect(await accounts.tokens(principals[1]!)).toEqual([]);
  });

  it('is not what belongs to others, unless the system may be changed', async () => {
    const { accounts, enter, audited } = accountWorld();
    const identify = async (name: string, role: 'admin' | 'operator' | 'viewer') => accounts.identify((await enter(name, role)).accessToken, peer);
    const [admin, bob, eve] = [await identify('admin', 'admin'), await identify('bob', 'operator'), await identify('eve', 'viewer')];
    expect(await codeOf(accounts.revoke(bob, { id: eve.tokenId! }, peer))).toBe('TOKEN_NOT_FOUND');
    expect(await codeOf(accounts.revoke(bob, { all: true, user: 'eve' }, peer))).toBe('NOT_ALLOWED');
    expect(await codeOf(accounts.revoke(bob, { id: '0'.repeat(16) }, peer))).toBe('TOKEN_NOT_FOUND');
    expect(await audited('not-allowed')).toEqual([`revokeLogin: login ${eve.tokenId} of eve is somebody else's`]);
    await accounts.revoke(admin, { id: eve.tokenId! }, peer);
    await accounts.revoke(admin, { all: true, user: 'BOB' }, peer);
    expect((await accounts.tokens(admin)).map(({ user }) => user)).toEqual(['admin']);
    expect(await codeOf(accounts.revoke(admin, { all: true, user: 'nobody' }, peer))).toBe('USER_NOT_FOUND');
  });

  it.each([
    ['disabled', async ({ accounts }: ReturnType<typeof accountWorld>) => accounts.updateUser('bob', { enabled: false }, somebody, peer)],
    ['deleted', async ({ accounts }: ReturnType<typeof accountWorld>) => accounts.deleteUser('BOB', somebody, peer)],
    [
      'given another password',
      async ({ accounts }: ReturnType<typeof accountWorld>) => accounts.updateUser('bob', { password: 'another-one' }, somebody, peer),
    ],
    [
      'deleted and made again',
      async ({ accounts, add }: ReturnType<typeof accountWorld>) => {
        await accounts.deleteUser('bob', somebody, peer);
        await add('bob');
      },
    ],
  ])('is every token of an account that is %s', async (_, change) => {
    const world = accountWorld();
    const { accessToken, refreshToken } = await world.enter('bob');
    const media = await world.accounts.mediaToken(await world.accounts.identify(accessToken, peer), { cameraId: 'porch', operations: ['getSnapshot'] });
    await change(world);
    for (const token of [accessToken, media.token]) expect(await codeOf(world.accounts.identify(token, peer))).toBe('NOT_LOGGED_IN');
    expect(await codeOf(world.accounts.refresh(refreshToken, peer))).toBe('NOT_LOGGED_IN');
  });

  it('is a login that began with the password before it was changed', async () => {
    const { accounts, add } = accountWorld();
    await add('bob');
    const late = accounts.login({ name: 'bob', password: passwordOf('bob') }, peer);
    await accounts.updateUser('bob', { password: 'another-one' }, somebody, peer);
    const token = await late.then(({ accessToken }) => accessToken).catch(() => '');
    expect(await codeOf(accounts.identify(token, peer))).toBe('NOT_LOGGED_IN');
  });

  it('is a permission that was taken away', async () => {
    const { accounts, enter } = accountWorld();
    const { accessToken } = await enter('bob', 'operator');
    await accounts.updateUser('bob', { role: 'viewer', permissions: { stream: 'none' }, cameras: ['porch'] }, somebody, peer);
    expect(await accounts.identify(accessToken, peer)).toMatchObject({ permissions: { ...ROLES.viewer, stream: 'none' }, cameras: ['porch'] });
    await accounts.updateUser('bob', { permissions: null, cameras: null }, somebody, peer);
    expect(await accounts.identify(accessToken, peer)).toMatchObject({ permissions: ROLES.viewer, cameras: null });
  });
});

describe('who asked to hear of changes', () => {
  it('hears of each that may end what somebody watches, after it was made', async () => {
    const { accounts, enter, add } = accountWorld();
    const bob = await accounts.identify((await enter('bob')).accessToken, peer);
    const { info } = await accounts.createToken({ name: 'home' }, somebody, peer);
    await add('eve');
    const seen: unknown[] = [];
    const stop = accounts.onChanged(() => seen.push(accounts.refreshed(bob).then((now) => now?.cameras ?? now?.permissions.control)));
    await accounts.updateUser('bob', { role: 'operator' }, somebody, peer);
    await accounts.updateUser('bob', { cameras: ['porch'] }, somebody, peer);
    await accounts.revoke(somebody, { id: info.id }, peer);
    await accounts.changePassword(bob, { currentPassword: passwordOf('bob'), newPassword: 'something-new' }, peer);
    await accounts.deleteUser('eve', somebody, peer);
    expect(await Promise.all(seen)).toEqual(['edit', ['porch'], ['porch'], undefined, undefined]);
    stop();
    await accounts.deleteUser('bob', somebody, peer);
    expect(seen).toHaveLength(5);
  });
});
