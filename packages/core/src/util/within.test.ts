import { FakeClock } from '@nightjar/testkit';
import { within } from './within.ts';

const never = new Promise<void>(() => undefined);

describe('within', () => {
  it('says whether a job was done in time, and leaves no timer behind', async () => {
    const clock = new FakeClock();
    expect(await within(clock, 1000, Promise.resolve())).toBe(true);
    const late = within(clock, 1000, never);
    await clock.advance(1000);
    expect(await late).toBe(false);
    await expect(within(clock, 1000, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends when whoever waits has enough, also before it began', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const waiting = within(clock, 1000, never, abort.signal);
    abort.abort();
    expect(await waiting).toBe(false);
    expect(await within(clock, 1000, never, abort.signal)).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });
});
