import { RateLimiter } from './rate-limiter.ts';

describe('RateLimiter', () => {
  it('lets a burst pass, then so many a second', () => {
    const limiter = new RateLimiter(() => ({ perSecond: 2, burst: 3 }));
    expect([0, 0, 0, 0, 0].map((nowMs) => limiter.take(nowMs))).toEqual([0, 0, 0, 500, 500]);
    expect([250, 500, 750, 1000].map((nowMs) => limiter.take(nowMs))).toEqual([250, 0, 250, 0]);
    expect([100_000, 100_000, 100_000, 100_000].map((nowMs) => limiter.take(nowMs))).toEqual([0, 0, 0, 500]);
  });

  it('keeps account of every key, and forgets the one used longest ago', () => {
    const limiter = new RateLimiter(() => ({ perSecond: 1, burst: 1 }), 2);
    expect(['a', 'b', 'a', 'b', 'c', 'b', 'a'].map((key) => limiter.take(0, key))).toEqual([0, 0, 1000, 1000, 0, 1000, 0]);
  });
});
