// FakeClock keeps the contract of clocks, and does what only a fake can.
import { describeClock } from '../contracts/clock-contract.ts';
import { FakeClock } from './fake-clock.ts';

describeClock('FakeClock', () => {
  const clock = new FakeClock();
  return { clock, pass: (ms) => clock.advance(ms) };
});

describe('FakeClock', () => {
  it('runs timers in the order of their times and settles promises between them', async () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    clock.after(20, () => seen.push('b'));
    clock.after(10, () => {
      void Promise.resolve().then(() => seen.push('a settled'));
    });
    await clock.advance(30);
    expect(seen).toEqual(['a settled', 'b']);
  });

  it('runs what was started on the way', async () => {
    const clock = new FakeClock();
    const times: number[] = [];
    const loop = async (): Promise<void> => {
      for (let turn = 0; turn < 3; turn++) {
        await clock.sleep(100);
        times.push(clock.monotonic());
      }
    };
    void loop();
    await clock.advance(1_000);
    expect(times).toEqual([100, 200, 300]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets the calendar jump without moving timers', async () => {
    const clock = new FakeClock(1_000_000);
    let calls = 0;
    clock.after(50, () => calls++);
    clock.jumpWall(-3_600_000);
    expect(calls).toBe(0);
    expect(clock.wall()).toBe(1_000_000 - 3_600_000);
    await clock.advance(50);
    expect(calls).toBe(1);
    clock.setWall(5);
    expect([clock.wall(), clock.monotonic()]).toEqual([5, 50]);
  });

  it('passes four hours of frames in seconds', async () => {
    const clock = new FakeClock();
    let frames = 0;
    clock.every(1000 / 5, () => frames++);
    await clock.advance(4 * 3_600_000);
    expect(frames).toBe(72_000);
  });

  it('runs what was due while the process was frozen late and once', async () => {
    const clock = new FakeClock();
    const ran: number[] = [];
    clock.every(100, () => ran.push(clock.monotonic()));
    clock.after(250, () => ran.push(-1));
    await clock.freeze(1000);
    expect(ran).toEqual([1000, -1]);
    await clock.advance(150);
    expect(ran).toEqual([1000, -1, 1100]);
  });
});
