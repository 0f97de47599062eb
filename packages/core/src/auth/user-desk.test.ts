// Accounts as they are managed: what is allowed, what is refused, and what is written down.
import { accountWorld, codeOf, passwordOf, peer, somebody } from '../../test/account-world.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { ROLES } from '../model/permission.ts';

describe('an account', () => {
  it('is a viewer of every camera unless something else is said', async () => {
    const { accounts } = accountWorld();
    expect(await accounts.createUser({ name: 'bob', password: 'something-long' }, somebody, peer)).toEqual({
      name: 'bob',
      role: 'viewer',
      permissions: ROLES.viewer,
      cameras: null,
      enabled: true,
      createdAt: '2026-01-01T00:00:00.000Z',
    });
  });

  it('has the permissions of its role, except for what is its own', async () => {
    const { accounts } = accountWorld();
    const { permissions } = await accounts.createUser(
      { name: 'bob', password: 'something-long', role: 'operator', permissions: { control: 'none' } },
      somebody,
      peer,
    );
    expect(permissions).toEqual({ ...ROLES.operator, control: 'none' });
    expect((await accounts.updateUser('bob', { role: 'admin' }, somebody, peer)).permissions).toEqual({ ...ROLES.admin, control: 'none' });
    expect((await accounts.updateUser('bob', { permissions: {} }, somebody, peer)).permissions).toEqual(ROLES.admin);
  });

  it.each([
    ['', 'something-long'],
    ['a b', 'something-long'],
    ['../etc', 'something-long'],
    ['-x', 'something-long'],
    ['ünal', 'something-long'],
    ['x'.repeat(49), 'something-long'],
    ['bob', 'seven77'],
    ['bob', 'x'.repeat(257)],
    ['longname', 'LongName'],
  ])('is refused as %j with the password %j', async (name, password) => {
    const { accounts, users } = accountWorld();
    const error = await accounts.createUser({ name, password }, somebody, peer).catch((caught: unknown) => RecorderError.of(caught));
    expect(error).toMatchObject({ code: 'INPUT_INVALID' });
    if (password.length > 8) expect(String(error)).not.toContain(password);
    expect(users.rows.size).toBe(0);
  });

  it('may have a password whose letters count once, however they are stored', async () => {
    const { accounts } = accountWorld();
    expect(await codeOf(accounts.createUser({ name: 'bob', password: '😀'.repeat(7) }, somebody, peer))).toBe('INPUT_INVALID');
    expect(await codeOf(accounts.createUser({ name: 'bob', password: '😀'.repeat(8) }, somebody, peer))).toBe('no error');
  });

  it('is there once, whatever the case of its name, also when two make it at the same moment', async () => {
    const { accounts, add, users } = accountWorld();
    expect((await Promise.all(['Bob', 'bob', 'BOB'].map((name) => codeOf(add(name))))).sort()).toEqual(['USER_EXISTS', 'USER_EXISTS', 'no error']);
    expect(users.rows.size).toBe(1);
    expect(await codeOf(accounts.updateUser('nobody', { enabled: false }, somebody, peer))).toBe('USER_NOT_FOUND');
    expect(await codeOf(accounts.deleteUser('nobody', somebody, peer))).toBe('USER_NOT_FOUND');
    expect(await codeOf(accounts.user('nobody'))).toBe('USER_NOT_FOUND');
  });

  it('keeps both of two changes that are made at the same moment', async () => {
    const { accounts, add } = accountWorld();
    await add('bob');
    await Promise.all([
      accounts.updateUser('bob', { role: 'operator' }, somebody, peer),
      accounts.updateUser('bob', { cameras: ['porch'] }, somebody, peer),
      accounts.updateUser('bob', { password: 'another-password' }, somebody, peer),
    ]);
    expect(await accounts.user('bob')).toMatchObject({ role: 'operator', cameras: ['porch'] });
    await accounts.login({ name: 'bob', password: 'another-password' }, peer);
  });

  it('that administers is not the last one to go, whichever way', async () => {
    const { accounts, add } = accountWorld();
    await add('admin', 'admin');
    await add('bob', 'operator');
    for (const change of [{ role: 'viewer' }, { enabled: false }, { permissions: { system: 'view' } }] as const)
      expect(await codeOf(accounts.updateUser('admin', change, somebody, peer))).toBe('LAST_ADMIN');
    expect(await codeOf(accounts.deleteUser('admin', somebody, peer))).toBe('LAST_ADMIN');
    await accounts.updateUser('bob', { permissions: { system: 'edit' } }, somebody, peer);
    // Of two who remove each other, one stays.
    const codes = await Promise.all([codeOf(accounts.deleteUser('admin', somebody, peer)), codeOf(accounts.deleteUser('bob', somebody, peer))]);
    expect(codes.sort()).toEqual(['LAST_ADMIN', 'no error']);
  });

  it('changes its own password when it knows the one before, and is logged out by it', async () => {
    const { accounts, enter } = accountWorld();
    const { accessToken } = await enter('bob');
    const principal = await accounts.identify(accessToken, peer);
    expect(await codeOf(accounts.changePassword(principal, { currentPassword: 'wrong', newPassword: 'something-new' }, peer))).toBe('LOGIN_FAILED');
    expect(await codeOf(accounts.changePassword(principal, { currentPassword: passwordOf('bob'), newPassword: 'short' }, peer))).toBe('INPUT_INVALID');
    await accounts.identify(accessToken, peer);
    await accounts.changePassword(principal, { currentPassword: passwordOf('bob'), newPassword: 'something-new' }, peer);
    expect(await codeOf(accounts.identify(accessToken, peer))).toBe('NOT_LOGGED_IN');
    await accounts.login({ name: 'bob', password: 'something-new' }, peer);
    const machine = await accounts.identify((await accounts.createToken({ name: 'bob' }, somebody, peer)).token, peer);
    expect(await codeOf(accounts.changePassword(machine, { currentPassword: 'something-new', newPassword: 'something-else' }, peer))).toBe('NOT_ALLOWED');
  });

  it('leaves a trace of everything that was done with it', async () => {
    const { accounts, add, enter, audit } = accountWorld();
    await add('admin', 'admin');
    const admin = await accounts.identify((await enter('admin')).accessToken, peer);
    await accounts.createUser({ name: 'bob', password: 'something-long', role: 'operator', cameras: ['porch'] }, admin, peer);
    await accounts.updateUser(
      'BOB',
      { role: 'viewer', cameras: null, enabled: false, permissions: { events: 'none' }, password: 'something-new' },
      admin,
      peer,
    );
    const { token, info } = await accounts.createToken({ name: 'admin', role: 'admin' }, admin, peer);
    await accounts.deleteUser('bob', await accounts.identify(token, peer), peer);
    await accounts.revoke(admin, { id: info.id }, peer);
    await accounts.revoke(admin, { all: true }, peer);
    await accounts.close();
    expect(audit.entries.map(({ kind, name, detail }) => `${kind} | ${name} | ${detail.replace(/[0-9a-f]{16}/, 'ID')}`)).toEqual([
      'revoked | admin | every login of admin (1)',
      "revoked | admin | machine's token ID (admin)",
      'user-deleted | token admin | account bob',
      "token-created | admin | machine's token ID (admin), role admin",
      'user-changed | admin | account bob: another password, role viewer, permissions {"events":"none"}, cameras all, disabled',
      'user-created | admin | account bob, role operator, cameras porch',
      'login | admin | login ID',
      'user-created | command line | account admin, role admin',
    ]);
    expect(new Set(audit.entries.map(({ address }) => address))).toEqual(new Set(['192.0.2.7']));
  });

  it('gets a hash of today’s cost at its next login, which ends no other one', async () => {
    const world = accountWorld();
    const { accessToken } = await world.enter('bob');
    const old = world.users.rows.get('bob')!.passwordHash;
    const { users, tokens, audit, clock, log } = world;
    const { Accounts } = await import('./accounts.ts');
    const { Secret } = await import('../util/secret.ts');
    const secretKey = async () => new Secret('a key that is long enough for tests');
    const stronger = new Accounts({ users, tokens, audit, clock, log, secretKey, mediaActions: async () => [], cost: { ln: 5, r: 2, p: 1 } });
    await stronger.login({ name: 'bob', password: passwordOf('bob') }, peer);
    expect(users.rows.get('bob')!.passwordHash).not.toBe(old);
    expect(users.rows.get('bob')!.passwordHash).toMatch(/^\$scrypt\$ln=5,r=2,p=1\$/);
    await stronger.login({ name: 'bob', password: passwordOf('bob') }, peer);
    expect(await stronger.identify(accessToken, peer)).toMatchObject({ name: 'bob' });
  });
});

describe('tokens for machines', () => {
  it('stand for their role and cameras until they expire', async () => {
    const { accounts, clock, audited } = accountWorld();
    const { token, info } = await accounts.createToken({ name: 'Home Assistant', role: 'operator', cameras: ['porch'], expiresInDays: 2 }, somebody, peer);
    expect(info).toMatchObject({ kind: 'api', name: 'Home Assistant', expiresAt: '2026-01-03T00:00:00.000Z', current: false });
    expect(await accounts.identify(token, peer)).toEqual({
      name: 'Home Assistant',
      machine: true,
      permissions: ROLES.operator,
      cameras: ['porch'],
      tokenId: info.id,
    });
    await clock.advance(2 * 86_400_000);
    expect(await codeOf(accounts.identify(token, peer))).toBe('NOT_LOGGED_IN');
    expect(await audited('token-refused')).toEqual(['expired']);
  });

  it('say when they were used, at most every few minutes', async () => {
    const { accounts, tokens, clock } = accountWorld();
    const { token, info } = await accounts.createToken({ name: 'home' }, somebody, peer);
    const used = () => tokens.rows.get(info.id)?.lastUsedMs;
    await accounts.identify(token, peer);
    const first = used();
    expect(first).toBe(clock.wall());
    clock.jumpWall(60_000);
    await accounts.identify(token, peer);
    expect(used()).toBe(first);
    clock.jumpWall(300_000);
    await accounts.identify(token, peer);
    expect(used()).toBe(clock.wall());
  });

  it('show others only to those who may see the system, and which one asks', async () => {
    const { accounts, enter } = accountWorld();
    const identify = async (name: string, role: 'operator' | 'viewer') => accounts.identify((await enter(name, role)).accessToken, peer);
    const [bob, eve] = [await identify('bob', 'operator'), await identify('eve', 'viewer')];
    await accounts.createToken({ name: 'eve' }, somebody, peer);
    expect((await accounts.tokens(bob)).map(({ kind, user, name, current }) => [kind, user ?? name, current])).toEqual(
      expect.arrayContaining([
        ['login', 'bob', true],
        ['login', 'eve', false],
        ['api', 'eve', false],
      ]),
    );
    expect((await accounts.tokens(eve)).map(({ kind, user, current }) => [kind, user, current])).toEqual([['login', 'eve', true]]);
  });
});
