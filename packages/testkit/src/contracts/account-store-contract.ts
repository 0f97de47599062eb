// What every pair of a `UserStore` and a `TokenStore` does.

import type { TokenStore, UserStore } from '@nightjar/core';
import { MOST_LOGINS, wallMs } from '@nightjar/core';
import { sampleLogin, sampleMachineToken, sampleUser } from '../fakes/sample-account.ts';

/** Empty stores under test. */
export interface AccountStoresUnderTest {
  readonly users: UserStore;
  readonly tokens: TokenStore;
  close(): Promise<void>;
}

/** Declares the suite; call it inside a test file. */
export function describeAccountStores(name: string, open: () => Promise<AccountStoresUnderTest>): void {
  describe(`${name} keep the account store contract`, () => {
    let users: UserStore;
    let tokens: TokenStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ users, tokens, close } = await open());
    });
    afterEach(() => close());

    const admin = sampleUser('admin', { role: 'admin' });
    const ids = async (user?: string): Promise<readonly string[]> => (await tokens.list(user)).map(({ id }) => id);

    it('give back exactly what was added, whatever the case of the name', async () => {
      const user = sampleUser('Bob.B@home', { permissions: { control: 'edit' }, cameras: ['porch', 'yard'], enabled: false });
      expect(await users.add(user)).toBe(true);
      expect(await users.add(sampleUser('bob.b@HOME'))).toBe(false);
      expect(await users.get('BOB.B@home')).toEqual(user);
      expect(await users.get('bob')).toBeUndefined();
      await users.add(admin);
      expect((await users.list()).map(({ name }) => name)).toEqual(['admin', 'Bob.B@home']);
    });

    it('change an account only for who saw its newest revision, and keep its name, creation and last login', async () => {
      await users.add(sampleUser('bob'));
      await users.sawLogin('BOB', wallMs(5));
      const changed = sampleUser('BOB', { role: 'operator', cameras: ['porch'], stamp: 'new', createdMs: wallMs(1), lastLoginMs: wallMs(1) });
      expect(await users.replace(changed)).toBe('done');
      expect(await users.replace(changed)).toBe('stale');
      expect(await users.get('bob')).toEqual({ ...changed, name: 'bob', createdMs: sampleUser('bob').createdMs, lastLoginMs: wallMs(5), revision: 2 });
      expect(await users.replace(sampleUser('nobody'))).toBe('stale');
    });

    it('never lose the last enabled account that may change the system', async () => {
      await users.add(admin);
      await users.add(sampleUser('other', { role: 'admin', enabled: false }));
      await users.add(sampleUser('viewer'));
      for (const change of [{ role: 'operator' }, { enabled: false }, { permissions: { system: 'view' } }] as const)
        expect(await users.replace({ ...admin, ...change })).toBe('last-admin');
      expect(await users.delete('ADMIN')).toBe('last-admin');
      expect(await users.get('admin')).toEqual(admin);
      expect(await users.replace({ ...admin, permissions: { stream: 'none' } })).toBe('done');
      expect(await users.replace(sampleUser('viewer', { permissions: { system: 'edit' } }))).toBe('done');
      expect(await users.delete('admin')).toBe('done');
      expect(await users.delete('admin')).toBe('unknown');
      expect(await users.delete('viewer')).toBe('last-admin');
      expect(await users.delete('other')).toBe('done');
    });

    it('add a login only to an enabled account that still has its stamp', async () => {
      await users.add(sampleUser('bob'));
      expect(await tokens.add(sampleLogin('a', 'Bob', { stamp: 'stamp-of-bob' }))).toBe(true);
      expect(await tokens.add(sampleLogin('b', 'bob', { stamp: 'older' }))).toBe(false);
      expect(await tokens.add(sampleLogin('c', 'nobody'))).toBe(false);
      await users.replace(sampleUser('bob', { enabled: false }));
      expect(await tokens.add(sampleLogin('d', 'bob'))).toBe(false);
      expect(await ids()).toEqual(['a']);
    });

    it('find a login with its account, and a machine’s token', async () => {
      await users.add(sampleUser('bob'));
      const login = sampleLogin('a', 'bob', { lastUsedMs: wallMs(3) });
      const machine = sampleMachineToken('m', { cameras: ['porch'], expiresMs: wallMs(9) });
      await tokens.add(login);
      await tokens.add(machine);
      expect(await tokens.find('a')).toEqual({ token: login, user: sampleUser('bob') });
      expect(await tokens.find('m')).toEqual({ token: machine });
      expect(await tokens.find('x')).toBeUndefined();
      await tokens.touch('m', wallMs(77));
      expect((await tokens.find('m'))?.token.lastUsedMs).toBe(77);
    });

    it('rotate a refresh token once', async () => {
      await users.add(sampleUser('bob'));
      await tokens.add(sampleLogin('a', 'bob', { refreshId: 'one' }));
      expect(await tokens.rotate('a', 'one', 'two', wallMs(5))).toBe(true);
      expect(await tokens.rotate('a', 'one', 'three', wallMs(6))).toBe(false);
      expect(await tokens.rotate('x', 'one', 'two', wallMs(5))).toBe(false);
      expect((await tokens.find('a'))?.token).toMatchObject({ refreshId: 'two', expiresMs: 5 });
    });

    it('end tokens one by one, of an account, with their account, and when they have expired', async () => {
      for (const each of ['bob', 'eve', 'ann']) await users.add(sampleUser(each));
      for (const [id, user] of [
        ['b1', 'bob'],
        ['b2', 'bob'],
        ['e1', 'eve'],
        ['a1', 'ann'],
      ] as const)
        await tokens.add(sampleLogin(id, user, id === 'a1' ? { expiresMs: wallMs(100) } : {}));
      await tokens.add(sampleMachineToken('m1', { expiresMs: wallMs(100) }));
      await tokens.add(sampleMachineToken('m2'));
      expect(await tokens.delete({ id: 'b1' })).toBe(1);
      expect(await tokens.delete({ id: 'b1' })).toBe(0);
      expect(await tokens.delete({ loginsOf: 'BOB' })).toBe(1);
      await users.delete('eve');
      expect([...(await ids())].sort()).toEqual(['a1', 'm1', 'm2']);
      expect(await tokens.delete({ expiredBefore: wallMs(100) })).toBe(0);
      expect(await tokens.delete({ expiredBefore: wallMs(101) })).toBe(2);
      expect(await ids()).toEqual(['m2']);
    });

    it(`keep the newest ${MOST_LOGINS} logins of an account`, async () => {
      for (const each of ['bob', 'eve']) await users.add(sampleUser(each));
      await tokens.add(sampleLogin('of-eve', 'eve', { createdMs: wallMs(0) }));
      for (let index = 0; index <= MOST_LOGINS; index += 1) await tokens.add(sampleLogin(`l${index}`, 'bob', { createdMs: wallMs(index) }));
      expect(await ids('Bob')).toEqual(Array.from({ length: MOST_LOGINS }, (_, index) => `l${MOST_LOGINS - index}`));
      expect(await ids('eve')).toEqual(['of-eve']);
    });
  });
}
