import { PublishPace } from './publish-pace.ts';

describe('the pace of a client', () => {
  it('takes a second’s worth at once and the rest at its rate', () => {
    const pace = new PublishPace(10);
    const delays = Array.from({ length: 12 }, () => Math.round(pace.delayMs(10, 5000)));
    expect(delays).toEqual([...Array<number>(10).fill(0), 100, 200]);
    expect(pace.delayMs(10, 60_000)).toBe(0);
  });

  it('counts a large message several times', () => {
    const pace = new PublishPace(10);
    expect(Math.round(pace.delayMs(1024 * 1024, 0))).toBe(700);
  });
});
