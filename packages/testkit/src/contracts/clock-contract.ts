// What every `Clock` does, real or fake.
import type { Clock } from '@nightjar/core';

/** A clock under test and how to let time pass on it. */
export interface ClockUnderTest {
  readonly clock: Clock;
  /** Lets `ms` milliseconds pass (really, or by hand). */
  pass(ms: number): Promise<void>;
}

/** Declares the suite; call it inside a test file. Real clocks spend about 200 ms in it. */
export function describeClock(name: string, create: () => ClockUnderTest): void {
  describe(`${name} keeps the clock contract`, () => {
    it('wakes a sleeper after its time and not before', async () => {
      const { clock, pass } = create();
      const startMs = clock.monotonic();
      let wokenMs: number | undefined;
      const sleeping = clock.sleep(30).then(() => {
        wokenMs = clock.monotonic() - startMs;
      });
      await pass(5);
      expect(wokenMs).toBeUndefined();
      await pass(60);
      await sleeping;
      expect(wokenMs).toBeGreaterThanOrEqual(29);
    });

    it('wakes a sleeper at once when its signal aborts, without an error', async () => {
      const { clock } = create();
      const abort = new AbortController();
      const sleeping = clock.sleep(3_600_000, abort.signal);
      abort.abort();
      await expect(sleeping).resolves.toBeUndefined();
      await expect(clock.sleep(3_600_000, abort.signal)).resolves.toBeUndefined();
    });

    it('calls back once', async () => {
      const { clock, pass } = create();
      let calls = 0;
      clock.after(5, () => calls++);
      await pass(40);
      expect(calls).toBe(1);
    });

    it('does not call back what was cancelled', async () => {
      const { clock, pass } = create();
      let calls = 0;
      clock.after(5, () => calls++)();
      const cancel = clock.every(5, () => calls++);
      cancel();
      cancel();
      await pass(30);
      expect(calls).toBe(0);
    });

    it('calls back again and again until cancelled', async () => {
      const { clock, pass } = create();
      let calls = 0;
      const cancel = clock.every(5, () => {
        calls++;
        if (calls === 3) cancel();
      });
      await pass(80);
      expect(calls).toBe(3);
    });

    it('moves its monotonic time forward as time passes', async () => {
      const { clock, pass } = create();
      const before = clock.monotonic();
      await pass(20);
      expect(clock.monotonic() - before).toBeGreaterThanOrEqual(19);
    });

    it('has a calendar that counts milliseconds since 1970', () => {
      expect(create().clock.wall()).toBeGreaterThan(Date.UTC(2024, 0, 1));
    });
  });
}
