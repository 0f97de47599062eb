// How long a recorder that ended stays down, and how often that is told.
import { onEnd, type RestartHistory } from './restart-policy.ts';

describe('a recorder that ends', () => {
  it('is started again after pauses that grow to a minute', () => {
    let history: RestartHistory = { failures: 0 };
    const waits = Array.from({ length: 8 }, () => {
      const decision = onEnd(history, 0, 0);
      history = decision.history;
      return decision.waitMs;
    });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('is told at once, then every ten minutes', () => {
    const first = onEnd({ failures: 0 }, 0, 5);
    expect(first.isTold).toBe(true);
    expect(onEnd(first.history, 0, 599_000).isTold).toBe(false);
    expect(onEnd(first.history, 0, 600_005).isTold).toBe(true);
  });

  it('begins anew after a steady run, however many times it failed before', () => {
    const { waitMs, isTold, history } = onEnd({ failures: 9, toldMs: 0 }, 60_000, 61_000);
    expect([waitMs, isTold, history.failures]).toEqual([1000, true, 1]);
  });
});
