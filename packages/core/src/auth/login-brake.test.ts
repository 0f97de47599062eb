// Guessing gets slower and slower, for addresses and for accounts, in bounded memory.
import { MemoryTokenStore, MemoryUserStore } from '@nightjar/testkit';
import fc from 'fast-check';
import { accountWorld, passwordOf } from '../../test/account-world.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { MOST_NETWORKS } from './familiar-networks.ts';
import { LoginBrake, MOST_REMEMBERED } from './login-brake.ts';
import { ACCOUNT_LIMITS, ADDRESS_LIMITS, type BrakeLimits, heldMs, oneLess, oneMore } from './login-brake-policy.ts';

const LIMITS: readonly (readonly [string, BrakeLimits])[] = [
  ['address', ADDRESS_LIMITS],
  ['account', ACCOUNT_LIMITS],
];

/** Fails whenever it may. @returns How often that was, until `untilMs`. */
function guesses(limits: BrakeLimits, untilMs: number): number {
  let [failures, nowMs, count] = [oneMore(undefined, limits, 0), 0, 1];
  for (;;) {
    nowMs += heldMs(failures, limits, nowMs);
    if (nowMs > untilMs) return count;
    failures = oneMore(failures, limits, nowMs);
    count += 1;
  }
}

describe.each(LIMITS)('the brake of an %s', (_, limits) => {
  it('waits not at all, then twice as long each time, up to a bound', () => {
    let failures = oneMore(undefined, limits, 0);
    const waits: number[] = [];
    for (let count = 1; count < limits.free + 14; count += 1) {
      waits.push(heldMs(failures, limits, 0));
      failures = oneMore(failures, limits, 0);
    }
    expect(waits.slice(0, limits.free - 1)).toEqual(Array(limits.free - 1).fill(0));
    expect(waits.slice(limits.free - 1, limits.free + 3)).toEqual([1000, 2000, 4000, 8000]);
    expect(waits.at(-1)).toBe(limits.longestWaitMs);
  });

  it('lets nobody guess often within a day', () => {
    expect(guesses(limits, 86_400_000)).toBeLessThan(limits.free + 10 + 86_400_000 / limits.longestWaitMs);
  });

  it('never holds longer than its bound, never forgets a wait, and forgets everything in time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 * limits.forgetAfterMs), { maxLength: 60 }), fc.nat(2 * limits.longestWaitMs), (pauses, later) => {
        let [failures, nowMs] = [oneMore(undefined, limits, 0), 0];
        for (const pause of pauses) failures = oneMore(failures, limits, (nowMs += pause));
        const held = heldMs(failures, limits, nowMs);
        expect(held).toBeLessThanOrEqual(limits.longestWaitMs);
        expect(heldMs(failures, limits, nowMs + later)).toBe(Math.max(0, held - later));
        expect(oneMore(failures, limits, nowMs + limits.forgetAfterMs + 1).count).toBe(1);
        expect(oneLess(failures)?.count ?? 0).toBe(failures.count - 1);
      }),
    );
    expect(limits.forgetAfterMs).toBeGreaterThan(limits.longestWaitMs);
  });
});

describe('the login brake', () => {
  const tries = (brake: LoginBrake, name: string, address: string, count: number, nowMs = 0): number => {
    for (let done = 0; done < count; done += 1) if ('heldMs' in brake.begin(name, address, nowMs)) return done;
    return count;
  };

  it('counts attempts that are still under way, so that a hundred at once gain nothing', () => {
    expect(tries(new LoginBrake(), 'admin', '192.0.2.1', 100)).toBe(ACCOUNT_LIMITS.free);
  });

  it('counts an account from every address, and an address for every account; half an IPv6 address is one', () => {
    const accounts = new LoginBrake();
    let done = 0;
    while (tries(accounts, 'Admin', `192.0.2.${done}`, 1) === 1) done += 1;
    expect(done).toBe(ACCOUNT_LIMITS.free);
    const addresses = new LoginBrake();
    done = 0;
    while (tries(addresses, `user${done}`, `2001:db8::${done}`, 1) === 1) done += 1;
    expect(done).toBe(ADDRESS_LIMITS.free);
    expect(tries(addresses, 'else', '2001:db8:0:1::1', 1)).toBe(1);
  });

  it('lets an account begin anew after the right password, but not the address it came from', () => {
    const brake = new LoginBrake();
    for (let round = 0; round < ADDRESS_LIMITS.free - 1; round += 1) {
      const attempt = brake.begin('mine', '192.0.2.1', 0);
      if ('heldMs' in attempt) throw new Error(`held in round ${round}`);
      attempt.succeeded();
      expect(tries(brake, `guessed${round}`, '192.0.2.1', 1)).toBe(1);
    }
    expect(tries(brake, 'mine', '192.0.2.1', 10)).toBe(1);
  });

  it('remembers a bounded number of names, and rather the one that is guessed at than those that are sprayed', () => {
    const brake = new LoginBrake();
    for (let guess = 0; guess < ACCOUNT_LIMITS.free; guess += 1) tries(brake, 'admin', '192.0.2.1', 1);
    for (let name = 0; name < 3 * MOST_REMEMBERED; name += 1) tries(brake, `name${name}`, `198.51.${name >> 8}.${name & 255}`, 1);
    expect(brake.size).toBeLessThanOrEqual(2 * MOST_REMEMBERED);
    expect(tries(brake, 'admin', '203.0.113.9', 1)).toBe(0);
  });

  it('remembers a bounded number of networks, and of each account those it was used from last', () => {
    const brake = new LoginBrake();
    for (let login = 0; login < 10 * MOST_NETWORKS; login += 1) brake.remember('often', `198.51.100.${login}`);
    expect(brake.size).toBe(MOST_NETWORKS);
    for (let name = 0; name < 3 * MOST_REMEMBERED; name += 1) brake.remember(`name${name}`, '192.0.2.1');
    expect(brake.size).toBeLessThan(MOST_REMEMBERED + MOST_NETWORKS);
    const last = `name${3 * MOST_REMEMBERED - 1}`;
    tries(brake, last, '203.0.113.9', ACCOUNT_LIMITS.free);
    expect(brake.begin(last, '192.0.2.1', 0)).toMatchObject({ underHold: { mayPass: true } });
    expect(brake.begin(last, '203.0.113.9', 0)).toMatchObject({ heldMs: expect.any(Number) });
  });
});

describe('logging in under the brake', () => {
  const failing = (call: Promise<unknown>): Promise<RecorderError | undefined> =>
    call.then(
      () => undefined,
      (error: unknown) => RecorderError.of(error),
    );

  it('refuses the right password too while it waits, says for how long, and takes it afterwards', async () => {
    const { accounts, add, clock, audited } = accountWorld();
    await add('bob');
    const attempt = (password: string, address = '192.0.2.1') => failing(accounts.login({ name: 'bob', password }, { address }));
    for (let count = 0; count < ACCOUNT_LIMITS.free; count += 1) expect((await attempt('wrong'))?.code).toBe('LOGIN_FAILED');
    const held = await attempt(passwordOf('bob'), '203.0.113.9');
    expect(held).toMatchObject({ code: 'TOO_MANY_REQUESTS', message: 'too many failed logins; try again in 1 s', context: { retryAfterSeconds: 1 } });
    await clock.advance(1000);
    expect(await attempt(passwordOf('bob'))).toBeUndefined();
    expect((await attempt('wrong'))?.code).toBe('LOGIN_FAILED');
    expect(await audited('login-failed')).toContain('held back after too many failures');
  });

  /** Somebody guesses at an account, always as soon as it may be tried again. */
  const guessing = async ({ accounts, clock }: Pick<ReturnType<typeof accountWorld>, 'accounts' | 'clock'>, name: string, address: string, count: number) => {
    for (let guess = 0; guess < count; guess += 1) {
      const error = await failing(accounts.login({ name, password: `guess ${guess}` }, { address }));
      if (error?.code === 'TOO_MANY_REQUESTS') await clock.advance(Number(error.context['retryAfterSeconds']) * 1000);
    }
  };

  /** Counts how often a password was looked at. */
  const countingWorld = () => {
    let count = 0;
    class CountedUsers extends MemoryUserStore {
      override get(name: string) {
        count += 1;
        return super.get(name);
      }
    }
    const users = new CountedUsers();
    return { ...accountWorld({ users, tokens: new MemoryTokenStore(users) }), looked: () => count };
  };

  it('keeps nobody out where they logged in before, however long others guess, and lets those guess no faster for it', async () => {
    const world = accountWorld();
    const { accounts, enter } = world;
    await enter('bob');
    await guessing(world, 'bob', '203.0.113.9', 12);
    const enters = (address: string) => failing(accounts.login({ name: 'bob', password: passwordOf('bob') }, { address }));
    await failing(accounts.login({ name: 'bob', password: 'guess' }, { address: '203.0.113.9' }));
    expect(await enters('192.0.2.7')).toBeUndefined();
    expect((await enters('198.51.100.4'))?.code).toBe('TOO_MANY_REQUESTS');
    expect((await enters('203.0.113.9'))?.code).toBe('TOO_MANY_REQUESTS');
    expect(await enters('192.0.2.7')).toBeUndefined();
  });

  it('remembers where they logged in over a restart', async () => {
    const world = accountWorld();
    const { users, tokens, enter } = world;
    await enter('bob');
    const again = accountWorld({ users, tokens });
    await guessing(again, 'bob', '203.0.113.9', 12);
    await failing(again.accounts.login({ name: 'bob', password: 'guess' }, { address: '203.0.113.9' }));
    expect(await failing(again.accounts.login({ name: 'bob', password: passwordOf('bob') }, { address: '192.0.2.7' }))).toBeUndefined();
  });

  it('lets an address where somebody logged in guess no faster than others do', async () => {
    const world = countingWorld();
    const { accounts, enter, looked } = world;
    await enter('bob');
    const before = looked();
    for (let guess = 0; guess < 200; guess += 1) await failing(accounts.login({ name: 'bob', password: `guess ${guess}` }, { address: '192.0.2.7' }));
    expect(looked() - before).toBe(ADDRESS_LIMITS.free);
  });

  it('shows an address where somebody logged in of no name whether it is that of an account', async () => {
    const seen = async (name: string) => {
      const world = countingWorld();
      const { accounts, enter, add, looked } = world;
      await enter('bob');
      await add('kim');
      const all: unknown[] = [];
      for (const address of [...Array(7).fill('203.0.113.9'), ...Array(ADDRESS_LIMITS.free + 2).fill('192.0.2.7')]) {
        const before = looked();
        const error = await failing(accounts.login({ name, password: 'wrong-password' }, { address }));
        all.push([error?.code, error?.message, looked() - before]);
      }
      return all;
    };
    const ofNobody = await seen('nobody');
    expect(await seen('bob')).toEqual(ofNobody);
    expect(await seen('kim')).toEqual(ofNobody);
  });

  it('treats names that do not exist as it treats those that do', async () => {
    const codes = async (name: string) => {
      const { accounts, add } = accountWorld();
      await add('bob');
      const all: string[] = [];
      for (let count = 0; count < 10; count += 1) {
        const error = await failing(accounts.login({ name, password: 'wrong-password' }, { address: '192.0.2.1' }));
        all.push(`${error?.code} ${error?.message}`);
      }
      return all;
    };
    expect(await codes('nobody')).toEqual(await codes('bob'));
  });

  it('holds back a change of the own password in the same way', async () => {
    const { accounts, enter } = accountWorld();
    const principal = await accounts.identify((await enter('bob')).accessToken, { address: '192.0.2.1' });
    const change = () => failing(accounts.changePassword(principal, { currentPassword: 'guess', newPassword: 'something-new' }, { address: '192.0.2.1' }));
    const codes = [];
    for (let count = 0; count <= ACCOUNT_LIMITS.free; count += 1) codes.push((await change())?.code);
    expect(codes).toEqual([...Array(ACCOUNT_LIMITS.free).fill('LOGIN_FAILED'), 'TOO_MANY_REQUESTS']);
  });

  it('counts nothing while the database cannot be asked', async () => {
    const { accounts, add, users } = accountWorld();
    await add('bob');
    users.failure = new RecorderError('DATABASE_FAILED', 'gone');
    for (let count = 0; count < 50; count += 1)
      expect((await failing(accounts.login({ name: 'bob', password: 'wrong' }, { address: '192.0.2.1' })))?.code).toBe('DATABASE_FAILED');
    users.failure = undefined;
    expect(await failing(accounts.login({ name: 'bob', password: passwordOf('bob') }, { address: '192.0.2.1' }))).toBeUndefined();
  });
});
