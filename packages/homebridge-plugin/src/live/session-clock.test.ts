import { SessionClock } from './session-clock.ts';

const FRAME_US = 40_000;
/** A packet that took 5 ms from the camera. */
const at = (ptsUs: number, delayMs = 5, clockMs = 1000) => ({ ptsUs, arrivedMs: clockMs + ptsUs / 1000 + delayMs });

describe('the line of time of a session', () => {
  it("keeps the camera's steps, whatever the network does to arrival", () => {
    const clock = new SessionClock();
    const times = [5, 90, 0, 30, 400, 2].map((delay, index) => clock.picture('main', at(index * FRAME_US, delay)));
    expect(times).toEqual([0, 1, 2, 3, 4, 5].map((index) => index * FRAME_US));
  });

  it('knows its relation to our clock once packets come as they are made, and says that it was corrected', () => {
    const clock = new SessionClock();
    // Two seconds that were kept come at once.
    for (let index = 0; index <= 50; index++) clock.picture('main', { ptsUs: index * FRAME_US, arrivedMs: 7000 });
    expect(clock.at(7000)).toBe(2_000_000);
    expect(clock.movedUs).toBe(2_000_000);
    clock.settle(500);
    expect(clock.movedUs).toBe(0);
  });

  it('goes on by the wall clock after a pause, for picture and sound', () => {
    const clock = new SessionClock();
    clock.picture('main', at(0));
    expect(clock.sound('sound', at(0, 60))).toBe(0);
    // The recorder puts what comes after 20 s right behind what was before.
    const later = { ptsUs: FRAME_US, arrivedMs: 1005 + 20_000 };
    expect(clock.picture('main', later)).toBe(20_000_000);
    expect(clock.sound('sound', { ptsUs: FRAME_US, arrivedMs: later.arrivedMs + 60 })).toBe(20_000_000);
  });

  it('lays another source behind what was sent, at the time it came', () => {
    const clock = new SessionClock();
    for (let index = 0; index < 10; index++) clock.picture('main', at(index * FRAME_US));
    const first = clock.picture('sub', { ptsUs: 77_000_000, arrivedMs: 1005 + 500 }, 9 * FRAME_US);
    expect(first).toBe(500_000);
    expect(clock.picture('sub', { ptsUs: 77_000_000 + FRAME_US, arrivedMs: 1005 + 540 })).toBe(540_000);
    const back = clock.picture('main 2', { ptsUs: 560_000, arrivedMs: 1005 + 565 }, 700_000);
    expect(back).toBe(701_000);
  });

  it('gives sound with a clock of its own the time it came at', () => {
    const clock = new SessionClock();
    clock.picture('main', at(0));
    expect(clock.sound('sound', { ptsUs: 900_000_000, arrivedMs: 1105 })).toBe(100_000);
    expect(clock.sound('sound', { ptsUs: 900_020_000, arrivedMs: 1130 })).toBe(120_000);
    expect(clock.sound('sound', { ptsUs: 5000, arrivedMs: 1200 })).toBe(5000);
  });

  it('follows a camera whose clock is slow, and one whose clock is fast', () => {
    for (const pace of [1.0002, 0.9998]) {
      const clock = new SessionClock();
      let last = 0;
      for (let second = 0; second < 20_000; second++) {
        last = clock.picture('main', { ptsUs: second * 1e6, arrivedMs: 1000 + second * 1000 * pace });
        clock.settle(1000);
      }
      expect(last).toBe(19_999 * 1e6);
      expect(Math.abs((clock.at(1000 + 19_999_000 * pace) ?? 0) - last)).toBeLessThan(2000);
    }
  });
});
