// The operations of accounts, as somebody comes to them: through the runner, with answers held against what is promised.
import { FakeRecorder } from '@nightjar/testkit';
import { accountWorld, codeOf, passwordOf, peer } from '../../../test/account-world.ts';
import type { Principal } from '../../model/permission.ts';
import { OPERATIONS } from '../registry.ts';
import { OperationRunner } from '../run-operation.ts';

async function api() {
  const world = accountWorld();
  const runner = new OperationRunner({ checksOutput: true });
  const recorder = new FakeRecorder();
  const run = (id: string, input: Readonly<Record<string, unknown>>, principal?: Principal): Promise<unknown> => {
    const operation = OPERATIONS.find((each) => each.id === id);
    if (operation === undefined) throw new Error(`no operation ${id}`);
    const signal = new AbortController().signal;
    return runner.run(operation, {
      input,
      ...(principal === undefined ? {} : { principal }),
      recorder,
      accounts: world.accounts,
      peer,
      isContinued: false,
      signal,
    } as never);
  };
  const identify = async (name: string, role: 'admin' | 'operator' | 'viewer') => world.accounts.identify((await world.enter(name, role)).accessToken, peer);
  return {
    ...world,
    run,
    recorder,
    admin: await identify('admin', 'admin'),
    operator: await identify('op', 'operator'),
    viewer: await identify('bob', 'viewer'),
  };
}

describe('operations of accounts', () => {
  it('go from a password to tokens, on to new ones, and out again', async () => {
    const { run, accounts } = await api();
    const first = (await run('login', { name: 'bob', password: passwordOf('bob') })) as { accessToken: string; refreshToken: string };
    const second = (await run('refreshLogin', { refreshToken: first.refreshToken })) as { accessToken: string };
    const principal = await accounts.identify(second.accessToken, peer);
    expect(await run('getMe', {}, principal)).toMatchObject({ name: 'bob', kind: 'account', cameras: null, tokenId: principal.tokenId });
    await run('revokeLogin', {}, principal);
    expect(await codeOf(accounts.identify(second.accessToken, peer))).toBe('NOT_LOGGED_IN');
  });

  it('manage accounts and tokens', async () => {
    const { run, admin, accounts } = await api();
    expect(
      await run('createUser', { name: 'Eve', password: 'something-long', role: 'operator', permissions: { control: 'none' }, cameras: ['porch'] }, admin),
    ).toMatchObject({
      name: 'Eve',
      permissions: { control: 'none', events: 'edit' },
    });
    expect(await run('updateUser', { name: 'eve', permissions: null, enabled: false }, admin)).toMatchObject({
      enabled: false,
      permissions: { control: 'edit' },
    });
    expect(await run('getUser', { name: 'EVE' }, admin)).toMatchObject({ name: 'Eve' });
    expect(await run('listUsers', {}, admin)).toHaveLength(4);
    await run('deleteUser', { name: 'eve' }, admin);
    const { token, info } = (await run('createToken', { name: 'home', cameras: ['porch'], expiresInDays: 7 }, admin)) as {
      token: string;
      info: { id: string };
    };
    const machine = await accounts.identify(token, peer);
    expect(await run('getMe', {}, machine)).toMatchObject({ kind: 'machine', name: 'home', cameras: ['porch'] });
    expect(await run('listTokens', {}, machine)).toMatchObject([{ id: info.id, current: true }]);
    await run('deleteToken', { id: info.id }, admin);
    expect(await codeOf(run('deleteToken', { id: info.id }, admin))).toBe('TOKEN_NOT_FOUND');
  });

  it('page through the audit log', async () => {
    const { run, operator, accounts } = await api();
    const page = async (input: object) => (await run('listAudit', { ...input }, operator)) as { entries: { id: number }[]; nextBefore?: number };
    const all = (await page({})).entries.map(({ id }) => id);
    expect(all.length).toBeGreaterThan(5);
    const seen: number[] = [];
    for (let before: number | undefined; ; ) {
      const { entries, nextBefore } = await page({ limit: '2', ...(before === undefined ? {} : { before: String(before) }) });
      seen.push(...entries.map(({ id }) => id));
      if (nextBefore === undefined) break;
      before = nextBefore;
    }
    expect(seen).toEqual(all);
    await accounts.close();
  });

  it('make media tokens for what somebody may do, and say of no other camera whether it is there', async () => {
    const { run, viewer, admin, recorder } = await api();
    const request = { cameraId: 'none-such', operations: ['getSnapshot'] };
    expect(await codeOf(run('createMediaToken', request, admin))).toBe('CAMERA_NOT_FOUND');
    expect(await codeOf(run('createMediaToken', request, { ...viewer, cameras: ['porch'] }))).toBe('NOT_ALLOWED');
    // What a camera has recorded can be played after it was removed.
    await recorder.createCamera({ id: 'none-such', source: 'synthetic:quiet' });
    recorder.openEvent('none-such');
    await recorder.deleteCamera('none-such');
    const video = { ...request, operations: ['getEventVideo'] };
    expect(await run('createMediaToken', video, admin)).toMatchObject({ token: expect.any(String) });
    expect(await run('createMediaToken', { ...video, operations: ['getSnapshot', 'getEventVideo'] }, admin)).toMatchObject({ token: expect.any(String) });
    const live = OPERATIONS.filter(({ takesMediaToken, requires }) => takesMediaToken === true && typeof requires === 'object' && requires.area === 'stream');
    for (const { id } of live) expect([id, await codeOf(run('createMediaToken', { ...request, operations: [id] }, admin))]).toEqual([id, 'CAMERA_NOT_FOUND']);
    expect(live).toHaveLength(4);
  });

  it('are for nobody who is not logged in, but for login and refresh', async () => {
    const { run } = await api();
    const open = OPERATIONS.filter(({ tag, requires }) => tag === 'accounts' && requires === 'anybody').map(({ id }) => id);
    expect(open).toEqual(['login', 'refreshLogin']);
    for (const { id, tag } of OPERATIONS) if (tag === 'accounts' && !open.includes(id)) expect([id, await codeOf(run(id, {}))]).toEqual([id, 'NOT_LOGGED_IN']);
  });

  it('take down who was told no, and for what', async () => {
    const { run, viewer, operator, audited, audit } = await api();
    const change = { name: 'bob', role: 'admin' };
    for (const [principal, id, input] of [
      [viewer, 'updateUser', change],
      [operator, 'updateUser', change],
      [viewer, 'listUsers', {}],
      [viewer, 'listAudit', {}],
      [{ ...viewer, scope: { cameraId: 'porch', operations: ['getSnapshot'] } }, 'getMe', {}],
    ] as const)
      expect(await codeOf(run(id, input, principal))).toBe('NOT_ALLOWED');
    expect(await audited('not-allowed')).toEqual([
      'getMe: a media token is no login',
      'listAudit: bob lacks the permission system: view',
      'listUsers: bob lacks the permission system: view',
      'updateUser: op lacks the permission system: edit',
      'updateUser: bob lacks the permission system: edit',
    ]);
    expect(audit.entries[0]).toMatchObject({ name: 'bob', address: '192.0.2.7' });
  });

  it('take down what was refused for what was asked, not only for who asked', async () => {
    const { run, viewer, audited } = await api();
    const onlyPorch = { ...viewer, cameras: ['porch'] };
    expect(await codeOf(run('revokeLogin', { all: true, user: 'admin' }, viewer))).toBe('NOT_ALLOWED');
    expect(await codeOf(run('createMediaToken', { cameraId: 'yard', operations: ['getSnapshot'] }, onlyPorch))).toBe('NOT_ALLOWED');
    expect(await audited('not-allowed')).toEqual([expect.stringMatching(/^createMediaToken: /), expect.stringMatching(/^revokeLogin: /)]);
  });

  it('take down a scoped token that was tried on another camera or for something else', async () => {
    const { run, viewer, audited } = await api();
    const scoped = { ...viewer, scope: { cameraId: 'porch', operations: ['getSnapshot'] } };
    for (const [id, input] of [
      ['getSnapshot', { id: 'yard' }],
      ['getLiveMjpeg', { id: 'porch' }],
      ['listCameras', {}],
    ] as const)
      expect(await codeOf(run(id, input, scoped))).toBe('NOT_ALLOWED');
    expect(await audited('not-allowed')).toEqual([
      'listCameras: a media token is no login',
      'getLiveMjpeg: the token is for something else',
      'getSnapshot: the token is for something else',
    ]);
  });

  it.each([
    ['createUser', { name: 'x y', password: 'something-long' }],
    ['createUser', { name: 'eve', password: 'short' }],
    ['createUser', { name: 'eve', password: 'something-long', role: 'boss' }],
    ['createUser', { name: 'eve', password: 'something-long', permissions: { system: 'all' } }],
    ['createUser', { name: 'eve', password: 'something-long', permissions: { sytem: 'edit' } }],
    ['createUser', { name: 'eve', password: 'something-long', cameras: ['../etc'] }],
    ['createUser', { name: 'eve', password: 'something-long', isAdmin: true }],
    ['createUser', { name: 'eve', password: ['something-long'] }],
    ['updateUser', { name: "' or 1=1 --", enabled: true }],
    ['deleteToken', { id: '../1' }],
    ['createToken', { name: 'home', expiresInDays: 0 }],
    ['createMediaToken', { cameraId: 'porch', operations: [] }],
    ['createMediaToken', { cameraId: 'porch', operations: ['getSnapshot'], expiresInSeconds: 301 }],
    ['listAudit', { limit: '0' }],
    ['listAudit', { limit: '1001' }],
    ['login', { name: 'bob' }],
    ['login', { name: { $ne: '' }, password: { $ne: '' } }],
    ['login', { name: 'bob', password: 'x'.repeat(257) }],
    ['refreshLogin', { refreshToken: 'x'.repeat(5000) }],
  ])('refuse %s of %j', async (id, input) => {
    const { run, admin } = await api();
    expect(await codeOf(run(id, input, admin))).toBe('INPUT_INVALID');
  });
});
