// Tokens that must not be taken: each is refused, each is in the audit log with its reason, and no token is in any log.
import { createSecretKey, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { base64url, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { accountWorld, codeOf, passwordOf, peer, somebody, TEST_KEY, testKey } from '../../test/account-world.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { type Principal, ROLES } from '../model/permission.ts';
import { Secret } from '../util/secret.ts';
import { Accounts } from './accounts.ts';
import { authorize } from './authorize.ts';

const HOUR_MS = 3_600_000;

async function loggedIn() {
  const world = accountWorld();
  const tokens = await world.enter('bob', 'operator');
  const principal = await world.accounts.identify(tokens.accessToken, peer);
  const now = Math.floor(world.clock.wall() / 1000);
  const payload: JWTPayload = { iss: 'nightjar', sub: 'bob', sid: principal.tokenId, type: 'access', jti: 'x', iat: now, exp: now + 600 };
  const sign = (changes: JWTPayload = {}, { key = testKey, alg = 'HS256' }: { readonly key?: KeyObject; readonly alg?: string } = {}) =>
    new SignJWT({ ...payload, ...changes }).setProtectedHeader({ alg }).sign(key);
  return { ...world, tokens, principal, payload, sign };
}

type World = Awaited<ReturnType<typeof loggedIn>>;

const media = (world: World, operations: readonly string[] = ['getSnapshot']) => world.accounts.mediaToken(world.principal, { cameraId: 'porch', operations });

describe('a token of our own making', () => {
  it('is taken when it is as ours are, so that each test below refuses for its own reason', async () => {
    const world = await loggedIn();
    expect(await world.accounts.identify(await world.sign(), peer)).toMatchObject({ name: 'bob' });
  });

  it.each<[string, string, (world: World) => Promise<string>]>([
    ['that has expired', 'expired', async ({ tokens, clock }) => (clock.jumpWall(2 * HOUR_MS), tokens.accessToken)],
    [
      'whose login was revoked',
      'access token: revoked',
      async ({ accounts, tokens, principal }) => (await accounts.revoke(principal, {}, peer), tokens.accessToken),
    ],
    ['to refresh with, used for access', 'refresh token used as access token', async ({ tokens }) => tokens.refreshToken],
    [
      'of a disabled account',
      'access token: account is disabled',
      async ({ users, tokens }) => (users.rows.set('bob', { ...users.rows.get('bob')!, enabled: false }), tokens.accessToken),
    ],
    ['of an account that is gone', 'access token: account is gone', async ({ users, tokens }) => (users.rows.clear(), tokens.accessToken)],
    [
      'of a password that was changed',
      'access token: password was changed',
      async ({ users, tokens }) => (users.rows.set('bob', { ...users.rows.get('bob')!, stamp: 'new' }), tokens.accessToken),
    ],
    ['with algorithm none', 'algorithm is not HS256', async ({ payload }) => new UnsecuredJWT(payload).encode()],
    [
      'with algorithm none and our signature',
      'algorithm is not HS256',
      async ({ sign }) => {
        const [, payload, signature] = (await sign()).split('.');
        return `${base64url.encode(JSON.stringify({ alg: 'none' }))}.${payload}.${signature}`;
      },
    ],
    [
      'with another algorithm and our key',
      'algorithm is not HS256',
      async ({ sign }) => sign({}, { alg: 'HS512', key: createSecretKey(TEST_KEY.repeat(2), 'utf8') }),
    ],
    ['with another key', 'signature is not ours', async ({ sign }) => sign({}, { key: createSecretKey('another key that is long enough too', 'utf8') })],
    ['of another issuer', 'foreign issuer', async ({ sign }) => sign({ iss: 'somebody' })],
    ['without a type', 'claims are missing', async ({ sign }) => sign({ type: undefined })],
    ['of a type that is none', 'claims are missing', async ({ sign }) => sign({ type: 'admin' })],
    ['without a login', 'claims are missing', async ({ sign }) => sign({ sid: undefined })],
    ['of a login that is not there', 'access token: revoked', async ({ sign }) => sign({ sid: '0'.repeat(16) })],
    ['without an end', 'claim exp is wrong', async ({ sign }) => sign({ exp: undefined as never })],
    ['for media, without a camera', 'claims are missing', async ({ sign }) => sign({ type: 'media', ops: ['getSnapshot'] })],
    ['for media, with operations that are no list', 'claims are missing', async ({ sign }) => sign({ type: 'media', cam: 'porch', ops: 'getSnapshot' })],
    ['that is cut off', 'signature is not ours', async ({ tokens }) => tokens.accessToken.slice(0, -4)],
    ['that is far too long', 'too long', async ({ tokens }) => tokens.accessToken + 'A'.repeat(5000)],
    ['that is none', 'no token of ours', async () => 'hunter2'],
    ['that is empty', 'no token of ours', async () => ''],
    ['for a machine, in a wrong form', "machine's token of a wrong form", async () => 'njt_hunter2'],
    ['for a machine that is not there', "machine's token: unknown or revoked", async () => `njt_${'0'.repeat(16)}_${'A'.repeat(43)}`],
  ])('%s is refused', async (_, reason, make) => {
    const world = await loggedIn();
    const token = await make(world);
    const before = (await world.audited('token-refused')).length;
    expect(await codeOf(world.accounts.identify(token, peer))).toBe('NOT_LOGGED_IN');
    const details = await world.audited('token-refused');
    expect([details.length - before, details[0]]).toEqual([1, reason]);
    expect(world.audit.entries.find(({ kind }) => kind === 'token-refused')).toMatchObject({ address: '192.0.2.7', count: 1 });
    if (token.length > 8) expect(`${JSON.stringify(world.audit.entries)}${world.log.print()}`).not.toContain(token);
  });

  it('hides no failed login, however many different ones there are', async () => {
    const { accounts, audit, add } = accountWorld();
    await add('kim');
    for (let count = 0; count < 200; count += 1) {
      const id = count.toString(16).padStart(16, '0');
      await codeOf(accounts.identify(`njt_${id}_${'A'.repeat(43)}`, { address: '198.51.100.4' }));
    }
    await codeOf(accounts.login({ name: 'kim', password: 'a guess' }, { address: '203.0.113.9' }));
    await accounts.audit({ limit: 1 });
    expect(audit.entries).toContainEqual(expect.objectContaining({ kind: 'login-failed', name: 'kim', address: '203.0.113.9', detail: 'wrong password' }));
    expect(audit.entries.filter(({ kind }) => kind === 'token-refused').map(({ count }) => count)).toEqual([199, 1]);
  });

  it('is in the audit log too where it was shown in an address, with whose it is where that is known', async () => {
    const { accounts, principal, audit, audited } = await loggedIn();
    const { token } = await accounts.createToken({ name: 'home' }, somebody, peer);
    accounts.refusedInAddress(peer);
    accounts.refusedInAddress(peer, principal);
    accounts.refusedInAddress(peer, await accounts.identify(token, peer));
    expect(await audited('token-refused')).toEqual(["machine's token in an address", 'access token in an address', 'a token in an address that takes none']);
    expect(audit.entries.filter(({ kind }) => kind === 'token-refused').map(({ name }) => name)).toEqual(['token home', 'bob', null]);
  });

  it('is refused for a refresh where it is for access or media, expired or revoked', async () => {
    const world = await loggedIn();
    const { accounts, tokens, principal, clock } = world;
    const refused = async (token: string) => [await codeOf(accounts.refresh(token, peer)), (await world.audited('token-refused'))[0]];
    expect(await refused(tokens.accessToken)).toEqual(['NOT_LOGGED_IN', 'access token used as refresh token']);
    expect(await refused((await media(world)).token)).toEqual(['NOT_LOGGED_IN', 'media token used as refresh token']);
    expect(await refused(await world.sign({ type: 'refresh', jti: 'guessed' }))).toEqual(['NOT_LOGGED_IN', expect.stringMatching(/^refresh token used twice/)]);
    expect(await refused(tokens.refreshToken)).toEqual(['NOT_LOGGED_IN', 'refresh token: revoked']);
    clock.jumpWall(25 * HOUR_MS);
    expect(await refused(tokens.refreshToken)).toEqual(['NOT_LOGGED_IN', 'expired']);
    expect(principal.name).toBe('bob');
  });

  it('is refused after the secret key was changed', async () => {
    const world = await loggedIn();
    const { users, tokens, audit, clock, log } = world;
    const parts = { users, tokens: tokensOf(world), audit, clock, log, mediaActions: async () => [], cost: { ln: 4, r: 1, p: 1 } };
    const restarted = new Accounts({ ...parts, secretKey: async () => new Secret('the key that was made after the old one was deleted') });
    for (const token of [tokens.accessToken, (await media(world)).token]) expect(await codeOf(restarted.identify(token, peer))).toBe('NOT_LOGGED_IN');
    expect(await codeOf(restarted.refresh(tokens.refreshToken, peer))).toBe('NOT_LOGGED_IN');
    const { entries } = await restarted.audit({ limit: 10 });
    expect(entries[0]).toMatchObject({ kind: 'token-refused', detail: 'signature is not ours' });
  });

  it('is never taken when a single character of it is another', async () => {
    const world = await loggedIn();
    const signed = [world.tokens.accessToken, (await media(world)).token];
    const { token } = await world.accounts.createToken({ name: 'home' }, somebody, peer);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...signed, token), fc.nat(), fc.constantFrom(...alphabet), async (whole, at, letter) => {
        // The last character of base64url carries bits that mean nothing.
        const index = at % (whole.length - 1);
        fc.pre(whole[index] !== letter);
        const changed = whole.slice(0, index) + letter + whole.slice(index + 1);
        expect(await codeOf(world.accounts.identify(changed, peer))).toBe('NOT_LOGGED_IN');
      }),
      { numRuns: 300 },
    );
  });
});

const tokensOf = (world: Pick<World, 'users'>) => world.users.tokens!;

describe('a media token', () => {
  const action = (operation: string) => ({ operation, area: 'stream', access: 'view' }) as const;
  const refusedBy = (principal: Principal, operation: string, cameraId: string): unknown => {
    try {
      authorize(principal, action(operation), cameraId);
      return undefined;
    } catch (error) {
      return RecorderError.of(error)?.code;
    }
  };

  it('is good for its operations on its camera, and nothing else', async () => {
    const world = await loggedIn();
    const principal = await world.accounts.identify((await media(world)).token, peer);
    expect(principal.scope).toEqual({ cameraId: 'porch', operations: ['getSnapshot'] });
    expect(refusedBy(principal, 'getSnapshot', 'porch')).toBeUndefined();
    expect(refusedBy(principal, 'getSnapshot', 'yard')).toBe('NOT_ALLOWED');
    expect(refusedBy(principal, 'getEventVideo', 'porch')).toBe('NOT_ALLOWED');
    expect(await codeOf(world.accounts.mediaToken(principal, { cameraId: 'porch', operations: ['getSnapshot'] }))).toBe('NOT_ALLOWED');
    expect(await codeOf(world.accounts.revoke(principal, {}, peer))).toBe('NOT_ALLOWED');
  });

  it('is good for at most five minutes, and ends with the login it was made with', async () => {
    const world = await loggedIn();
    const { token, expiresAt } = await media(world);
    expect(expiresAt).toBe('2026-01-01T00:05:00.000Z');
    world.clock.jumpWall(299_000);
    await world.accounts.identify(token, peer);
    const younger = await media(world);
    world.clock.jumpWall(1000);
    expect(await codeOf(world.accounts.identify(token, peer))).toBe('NOT_LOGGED_IN');
    await world.accounts.revoke(world.principal, {}, peer);
    expect(await codeOf(world.accounts.identify(younger.token, peer))).toBe('NOT_LOGGED_IN');
    expect(await world.audited('token-refused')).toEqual(['media token: revoked', 'expired']);
  });

  it.each<[string, Partial<Principal>, Parameters<Accounts['mediaToken']>[1], string]>([
    ['a camera somebody may not use', { cameras: ['yard'] }, { cameraId: 'porch', operations: ['getSnapshot'] }, 'NOT_ALLOWED'],
    ['a permission somebody lacks', { permissions: { ...ROLES.viewer, events: 'none' } }, { cameraId: 'porch', operations: ['getEventVideo'] }, 'NOT_ALLOWED'],
    ['what takes no such token', {}, { cameraId: 'porch', operations: ['createUser'] }, 'INPUT_INVALID'],
    ['nothing', {}, { cameraId: 'porch', operations: [] }, 'INPUT_INVALID'],
    ['longer than five minutes', {}, { cameraId: 'porch', operations: ['getSnapshot'], expiresInSeconds: 301 }, 'INPUT_INVALID'],
    ['no time at all', {}, { cameraId: 'porch', operations: ['getSnapshot'], expiresInSeconds: 0 }, 'INPUT_INVALID'],
  ])('is not made for %s', async (_, changes, request, code) => {
    const world = await loggedIn();
    expect(await codeOf(world.accounts.mediaToken({ ...world.principal, ...changes }, request))).toBe(code);
  });

  it('of a machine ends with the machine’s token', async () => {
    const { accounts } = accountWorld();
    const { token, info } = await accounts.createToken({ name: 'wall panel' }, somebody, peer);
    const made = await accounts.mediaToken(await accounts.identify(token, peer), { cameraId: 'porch', operations: ['getSnapshot'], expiresInSeconds: 60 });
    expect(await accounts.identify(made.token, peer)).toMatchObject({ name: 'wall panel', machine: true, scope: { cameraId: 'porch' } });
    await accounts.revoke(somebody, { id: info.id }, peer);
    expect(await codeOf(accounts.identify(made.token, peer))).toBe('NOT_LOGGED_IN');
  });
});

describe('logs', () => {
  it('hold no password and no token, whatever was done with them', async () => {
    const world = await loggedIn();
    const { accounts, tokens } = world;
    const { token } = await accounts.createToken({ name: 'home', expiresInDays: 1 }, somebody, peer);
    const made = await media(world);
    await codeOf(accounts.login({ name: 'bob', password: 'the-wrong-password' }, peer));
    await codeOf(accounts.login({ name: 'the-wrong-password', password: passwordOf('bob') }, peer));
    await codeOf(accounts.createUser({ name: 'eve', password: 'short' }, somebody, peer));
    await accounts.changePassword(world.principal, { currentPassword: passwordOf('bob'), newPassword: 'the-next-password' }, peer);
    world.clock.jumpWall(48 * HOUR_MS);
    for (const each of [tokens.accessToken, tokens.refreshToken, token, made.token]) {
      await codeOf(accounts.identify(each, peer));
      await codeOf(accounts.refresh(each, peer));
    }
    await accounts.close();
    const said = `${JSON.stringify(world.audit.entries)}${world.log.print()}`;
    expect(said.length).toBeGreaterThan(1000);
    for (const secret of [passwordOf('bob'), 'the-wrong-password', 'the-next-password', 'short', TEST_KEY, token.slice(-43)])
      expect(said).not.toContain(secret);
    for (const each of [tokens.accessToken, tokens.refreshToken, made.token]) for (const part of each.split('.').slice(1)) expect(said).not.toContain(part);
  });
});
