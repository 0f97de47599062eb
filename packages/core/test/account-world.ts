// Accounts in memory and in virtual time, with passwords that cost nothing to hash.
import { createSecretKey } from 'node:crypto';
import { FakeClock, MemoryAuditLog, MemoryTokenStore, MemoryUserStore, RecordingLogger } from '@nightjar/testkit';
import { Accounts, type AccountsOptions } from '../src/auth/accounts.ts';
import type { Action } from '../src/auth/authorize.ts';
import { type Principal, ROLES, type RoleName } from '../src/model/permission.ts';
import { Secret } from '../src/util/secret.ts';

/** What signs tokens here. */
export const TEST_KEY = 'a key that is long enough for tests';
/** The same as `jose` wants it. */
export const testKey = createSecretKey(TEST_KEY, 'utf8');

/** Somebody at the machine itself. */
export const somebody: Principal = { name: 'command line', permissions: ROLES.admin, cameras: null, machine: true };
export const peer = { address: '192.0.2.7' };

const mediaActions = async (): Promise<readonly Action[]> => [
  ...['getSnapshot', 'getLiveMjpeg', 'getLiveMp4', 'watchLive'].map((operation) => ({ operation, area: 'stream', access: 'view' }) as const),
  { operation: 'getEventVideo', area: 'events', access: 'view' },
];

/** A world of accounts. */
export function accountWorld(options: Partial<AccountsOptions> = {}) {
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const users = new MemoryUserStore();
  const tokens = new MemoryTokenStore(users);
  const audit = new MemoryAuditLog();
  const parts = { users, tokens, audit, clock, log, secretKey: async () => new Secret(TEST_KEY), mediaActions, cost: { ln: 4, r: 1, p: 1 } };
  const accounts = new Accounts({ ...parts, ...options });
  const add = (name: string, role: RoleName = 'viewer', cameras: readonly string[] | null = null) =>
    accounts.createUser({ name, password: passwordOf(name), role, cameras }, somebody, peer);
  return {
    accounts,
    clock,
    log,
    users,
    tokens,
    audit,
    add,
    /** Adds an account where there is none of the name, and logs it in. */
    enter: async (name: string, role: RoleName = 'viewer', cameras: readonly string[] | null = null) => {
      if (!users.rows.has(name)) await add(name, role, cameras);
      return accounts.login({ name, password: passwordOf(name) }, peer);
    },
    /** Details of refusals and other entries of a kind, newest first. */
    audited: async (...kinds: readonly string[]) => {
      const { entries } = await accounts.audit({ limit: 1000 });
      return entries.filter(({ kind }) => kinds.includes(kind)).map(({ detail }) => detail);
    },
  };
}

/** The password `accountWorld` gives an account. */
export const passwordOf = (name: string): string => `password-of-${name}`;

/** The code a call is refused with. */
export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
