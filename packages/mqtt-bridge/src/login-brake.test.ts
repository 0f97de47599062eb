import { LoginBrake, networkOf } from './login-brake.ts';

const limits = { burst: 3, refillMs: 1000, maxAddresses: 2 };

/** Sends wrong passwords as fast as they are let pass. */
const guess = (brake: LoginBrake, address: string, untilMs: number): number => {
  let guesses = 0;
  for (let nowMs = 0; nowMs < untilMs; nowMs += 10) {
    if (brake.holds(address, nowMs)) continue;
    brake.failed(address, nowMs);
    guesses += 1;
  }
  return guesses;
};

describe('the brake on passwords', () => {
  it('lets a few wrong ones pass, then one each so often', () => {
    expect(guess(new LoginBrake(limits), '192.0.2.1', 500)).toBe(3);
    expect(guess(new LoginBrake(limits), '192.0.2.1', 60_000)).toBeLessThanOrEqual(63);
    expect(guess(new LoginBrake(), '192.0.2.1', 24 * 3_600_000)).toBeLessThan(29_000);
  });

  it('does not hold others, and lets go again', () => {
    const brake = new LoginBrake(limits);
    for (let count = 0; count < 3; count += 1) brake.failed('192.0.2.1', 0);
    expect([brake.holds('192.0.2.1', 900), brake.holds('192.0.2.2', 900), brake.holds('192.0.2.1', 1100)]).toEqual([true, false, false]);
  });

  it('never holds an address from which a wrong password comes every few seconds', () => {
    const brake = new LoginBrake();
    for (let nowMs = 0; nowMs < 3_600_000; nowMs += 5000) {
      expect(brake.holds('127.0.0.1', nowMs)).toBe(false);
      brake.failed('127.0.0.1', nowMs);
    }
  });

  it('remembers a bounded number of addresses, the latest', () => {
    const brake = new LoginBrake(limits);
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.1', '192.0.2.3']) for (let count = 0; count < 3; count += 1) brake.failed(address, 0);
    expect(['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => brake.holds(address, 0))).toEqual([true, false, true]);
  });

  it.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2::3', '2001:db8:1:2::/64'],
    ['2001:0db8:1:2:9:8:7:6', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('takes %j for %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
