import { systemClock } from './system-clock.ts';

describe('the system clock', () => {
  it('tells calendar time and a time that only grows', () => {
    expect(Math.abs(systemClock.wall() - Date.now())).toBeLessThan(1000);
    const before = systemClock.monotonic();
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before);
  });

  it('sleeps for as long as asked', async () => {
    const before = systemClock.monotonic();
    await systemClock.sleep(20);
    expect(systemClock.monotonic() - before).toBeGreaterThanOrEqual(18);
  });

  it('wakes at once when the signal aborts, before and during the sleep', async () => {
    const controller = new AbortController();
    const sleeping = systemClock.sleep(2 ** 40, controller.signal);
    controller.abort();
    await sleeping;
    await systemClock.sleep(60_000, controller.signal);
  });

  it('calls back repeatedly until cancelled', async () => {
    const calls: string[] = [];
    const cancelled = systemClock.after(5, () => calls.push('cancelled'));
    cancelled();
    const stop = systemClock.every(5, () => calls.push('tick'));
    while (calls.length < 2) await systemClock.sleep(2);
    stop();
    const ticks = calls.length;
    expect(calls).not.toContain('cancelled');
    await systemClock.sleep(20);
    expect(calls.length).toBe(ticks);
  });

  it('does not fire a far timer at once', async () => {
    let fired = false;
    const cancel = systemClock.after(2 ** 40, () => {
      fired = true;
    });
    await systemClock.sleep(10);
    cancel();
    expect(fired).toBe(false);
  });
});
