import { pause, Reconnection } from './reconnection.ts';

describe('waiting between tries', () => {
  it('doubles up to the longest wait, and begins anew after a success', () => {
    const reconnection = new Reconnection({ firstMs: 100, longestMs: 1000 }, () => 1);
    expect([1, 2, 3, 4, 5, 6].map(() => reconnection.nextMs())).toEqual([100, 200, 400, 800, 1000, 1000]);
    reconnection.succeeded();
    expect(reconnection.nextMs()).toBe(100);
  });

  it('is never the same for everybody, and never less than half', () => {
    const waits = [0, 0.5, 1].map((random) => new Reconnection({ firstMs: 100, longestMs: 1000 }, () => random).nextMs());
    expect(waits).toEqual([50, 75, 100]);
  });

  it('is as long as the recorder asks for', () => {
    expect(new Reconnection({ firstMs: 100, longestMs: 1000 }).nextMs(5000)).toBe(5000);
  });

  it('ends at once when nobody waits any more', async () => {
    const abort = new AbortController();
    const waiting = pause(60_000, abort.signal);
    abort.abort();
    await waiting;
    await pause(60_000, abort.signal);
  });
});
