import { SessionClock } from './session-clock.ts';

const FRAME_US = 40_000;
const MAIN = { source: 'main 0', clock: 'main' };
const SUB = { source: 'sub 1', clock: 'sub' };
const SOUND = { source: 'sound', clock: 'main' };
/** A packet that took so long from the camera. */
const at = (ptsUs: number, delayMs = 5, clockMs = 1000) => ({ ptsUs, arrivedMs: clockMs + ptsUs / 1000 + delayMs });

describe('the line of a track', () => {
  it("keeps the camera's steps, whatever the network does to arrival", () => {
    const clock = new SessionClock();
    const times = [5, 90, 0, 30, 400, 2].map((delay, index) => clock.place('video', MAIN, at(index * FRAME_US, delay)));
    expect(times).toEqual([0, 1, 2, 3, 4, 5].map((index) => index * FRAME_US));
  });

  it('knows its relation to our clock once packets come as they are made, and says that it was corrected', () => {
    const clock = new SessionClock();
    // Two seconds that were kept come at once.
    for (let index = 0; index <= 50; index++) clock.place('video', MAIN, { ptsUs: index * FRAME_US, arrivedMs: 7000 });
    expect(clock.at('video', 7000)).toBe(2_000_000);
    expect(clock.movedUs).toBe(2_000_000);
    clock.settle(500);
    expect(clock.movedUs).toBe(0);
    expect(clock.at('audio', 7000)).toBeUndefined();
  });

  it('goes on by the wall clock after a pause, for picture and sound', () => {
    const clock = new SessionClock();
    clock.place('video', MAIN, at(0));
    expect(clock.place('audio', SOUND, at(0, 60))).toBe(0);
    // The recorder puts what comes after 20 s right behind what was before.
    const later = { ptsUs: FRAME_US, arrivedMs: 1005 + 20_000 };
    expect(clock.place('video', MAIN, later)).toBe(20_000_000);
    expect(clock.place('audio', SOUND, { ptsUs: FRAME_US, arrivedMs: later.arrivedMs + 60 })).toBe(20_000_000);
    expect(clock.at('video', 21_005)).toBe(20_000_000);
  });

  it('goes on behind what was sent, at the time it came, with a source of another clock, and back', () => {
    const clock = new SessionClock();
    for (let index = 0; index < 10; index++) clock.place('video', MAIN, at(index * FRAME_US));
    expect(clock.place('video', SUB, { ptsUs: 77_000_000, arrivedMs: 1505 }, 9 * FRAME_US)).toBe(500_000);
    expect(clock.place('video', SUB, { ptsUs: 77_000_000 + FRAME_US, arrivedMs: 1545 })).toBe(540_000);
    const again = { ...MAIN, source: 'main 2' };
    expect(clock.place('video', again, { ptsUs: 560_000, arrivedMs: 1565 }, 700_000)).toBe(701_000);
    expect(clock.place('video', again, { ptsUs: 600_000, arrivedMs: 1605 })).toBe(741_000);
  });

  it('goes on with its own times with another source of the same clock', () => {
    const clock = new SessionClock();
    clock.place('video', MAIN, at(0));
    expect(clock.place('video', { ...MAIN, source: 'main encoded' }, at(FRAME_US, 700))).toBe(FRAME_US);
  });

  it('follows a camera whose clock is slow, and one whose clock is fast', () => {
    for (const pace of [1.0002, 0.9998]) {
      const clock = new SessionClock();
      let last = 0;
      for (let second = 0; second < 20_000; second++) {
        last = clock.place('video', MAIN, { ptsUs: second * 1e6, arrivedMs: 1000 + second * 1000 * pace });
        clock.settle(1000);
      }
      expect(last).toBe(19_999 * 1e6);
      expect(Math.abs((clock.at('video', 1000 + 19_999_000 * pace) ?? 0) - last)).toBeLessThan(2000);
    }
  });
});

/** When on our clock a moment of a track is shown, in ms. */
const shownMs = (clock: SessionClock, name: 'video' | 'audio', lineUs: number): number => -((clock.at(name, 0) ?? 0) - lineUs) / 1000;

describe('picture and sound', () => {
  it.each([
    ['sound comes first', true],
    ['the picture comes first', false],
  ])('of one clock are together, also where %s and the picture begins with what was kept', (_name, isSoundFirst) => {
    const clock = new SessionClock();
    const now = { ptsUs: 9_000_000, arrivedMs: 5000 };
    let sound = 0;
    if (isSoundFirst) sound = clock.place('audio', SOUND, now);
    const first = clock.place('video', MAIN, { ptsUs: 1_000_000, arrivedMs: 5000 });
    if (!isSoundFirst) sound = clock.place('audio', SOUND, now);
    for (let ptsUs = 1_040_000; ptsUs <= 9_000_000; ptsUs += 40_000) clock.place('video', MAIN, { ptsUs, arrivedMs: 5001 });
    expect(shownMs(clock, 'audio', sound) - shownMs(clock, 'video', first)).toBe(8000);
  });

  it('of two clocks are together by the time they came', () => {
    const clock = new SessionClock();
    const sound = clock.place('audio', SOUND, { ptsUs: 900_000_000, arrivedMs: 5000 });
    // Kept for 2 s, and handed over at once.
    const first = clock.place('video', SUB, { ptsUs: 1_000_000, arrivedMs: 5000 });
    for (let ptsUs = 1_040_000; ptsUs <= 3_000_000; ptsUs += 40_000) clock.place('video', SUB, { ptsUs, arrivedMs: 5000 });
    expect(shownMs(clock, 'audio', sound) - shownMs(clock, 'video', first)).toBe(2000);
  });

  it.each([900, 300])('of two clocks are together again soon after an outage of %i ms of one of them, but not after a moment of the network', (outageMs) => {
    const clock = new SessionClock();
    /** Of both, at the same moments of ours; sound may be late. */
    const second = (from: number, lateMs: number, goneMs = 0): number => {
      for (let ms = from; ms < from + 1000; ms += 40) {
        clock.place('video', SUB, { ptsUs: ms * 1000, arrivedMs: 5000 + ms });
        clock.place('audio', SOUND, { ptsUs: (700_000 + ms - goneMs) * 1000, arrivedMs: 5000 + ms + lateMs });
        if (ms % 520 === 0) clock.settle(520);
      }
      return shownMs(clock, 'audio', (700_000 + from - goneMs) * 1000) - shownMs(clock, 'video', from * 1000);
    };
    second(0, 0);
    expect(Math.abs(second(1000, outageMs))).toBeLessThan(2);
    expect(Math.abs(second(2000, 0))).toBeLessThan(2);
    // The recorder puts what comes after the outage right behind what was before.
    for (const from of [3000, 4000, 5000]) second(from, 0, outageMs);
    expect(Math.abs(second(6000, 0, outageMs))).toBeLessThan(2);
  });

  it('have clocks of their own where the times of sound are none of the picture', () => {
    const clock = new SessionClock();
    clock.place('video', MAIN, at(0));
    const sound = clock.place('audio', SOUND, { ptsUs: 900_000_000, arrivedMs: 1105 });
    expect(shownMs(clock, 'audio', sound)).toBe(1105);
    expect(shownMs(clock, 'video', 0)).toBe(1005);
  });
});
