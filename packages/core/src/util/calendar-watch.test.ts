import { FakeClock } from '@nightjar/testkit';
import { CalendarWatch } from './calendar-watch.ts';

describe('CalendarWatch', () => {
  it.each([3_600_000, -3_600_000, 2001])('says by how much the calendar was set: %d ms', async (byMs) => {
    const clock = new FakeClock();
    const watch = new CalendarWatch(clock);
    await clock.advance(86_400_000);
    expect(watch.setByMs).toBe(0);
    clock.jumpWall(byMs);
    expect(watch.setByMs).toBe(byMs);
    await clock.advance(1000);
    expect(watch.setByMs).toBe(byMs);
  });

  it.each([2000, -2000, 0.4])('does not take the work of a time service for it: %d ms', (byMs) => {
    const clock = new FakeClock();
    const watch = new CalendarWatch(clock);
    clock.jumpWall(byMs);
    expect(watch.setByMs).toBe(0);
  });
});
