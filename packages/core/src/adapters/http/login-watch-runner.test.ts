// Streams end with the login that opened them: at once where this process hears of the change.
import { FakeAccountDesk, settle } from '@nightjar/testkit';
import type { Principal } from '../../model/permission.ts';
import { LoginWatchRunner } from './login-watch-runner.ts';

const NEVER_MS = 86_400_000;

async function watching(...names: readonly string[]) {
  const accounts = new FakeAccountDesk();
  const runner = new LoginWatchRunner(accounts, NEVER_MS);
  const ended: string[] = [];
  for (const name of names) runner.watch(await accounts.identify(name), () => ended.push(name));
  return { accounts, runner, ended };
}

describe('the watch over logins of streams', () => {
  it.each<[string, (accounts: FakeAccountDesk, viewer: Principal) => Promise<unknown>]>([
    ['is deleted', (accounts) => accounts.deleteUser('viewer')],
    ['may do something else', (accounts) => accounts.updateUser('viewer', { role: 'operator' })],
    ['is limited to other cameras', (accounts) => accounts.updateUser('viewer', { cameras: ['yard'] })],
    ['logs out', (accounts, viewer) => accounts.revoke(viewer, {})],
  ])('ends what an account watches once it %s, and nothing else', async (_, change) => {
    const { accounts, runner, ended } = await watching('viewer', 'operator');
    await change(accounts, await accounts.identify('viewer'));
    await settle();
    expect(ended).toEqual(['viewer']);
    runner.stop();
  });

  it('looks once more where accounts change while it looks', async () => {
    const { accounts, runner, ended } = await watching('viewer', 'operator', 'admin');
    let asked = 0;
    const { refreshed } = accounts;
    accounts.refreshed = async (principal) => {
      asked += 1;
      const now = await refreshed.call(accounts, principal);
      // Those that were asked about already.
      if (asked === 3) for (const name of ['viewer', 'operator']) await accounts.deleteUser(name);
      return now;
    };
    await runner.look();
    expect([ended, asked]).toEqual([['viewer', 'operator'], 6]);
    runner.stop();
  });

  it('hears of nothing once it is stopped', async () => {
    const { accounts, runner, ended } = await watching('viewer');
    runner.stop();
    await accounts.deleteUser('viewer');
    await settle();
    expect(ended).toEqual([]);
  });
});
