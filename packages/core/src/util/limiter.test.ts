import { Limiter } from './limiter.ts';

describe('Limiter', () => {
  it('runs so much at once, the rest in order, and goes on after work that failed', async () => {
    const limiter = new Limiter(2);
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const work = (number: number) => () =>
      new Promise<number>((resolve, reject) => {
        started.push(number);
        ends.push(() => (number === 1 ? reject(new Error('failed')) : resolve(number)));
      });
    const results = Promise.allSettled([1, 2, 3, 4].map((number) => limiter.run(work(number))));
    const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
    await turn();
    expect(started).toEqual([1, 2]);
    ends[0]?.();
    await turn();
    expect(started).toEqual([1, 2, 3]);
    ends[1]?.();
    await turn();
    ends[2]?.();
    ends[3]?.();
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect(await limiter.run(async () => 5)).toBe(5);
  });
});
