import { UpdateThrottle } from './update-throttle.ts';

const setUp = () => {
  const clock = { ms: 0 };
  return { clock, throttle: new UpdateThrottle(1000, () => clock.ms) };
};
/** Whether an update passes at each of these times. */
const passes = ({ clock, throttle }: ReturnType<typeof setUp>, times: readonly number[], id = 7): boolean[] =>
  times.map((ms) => {
    clock.ms = ms;
    return throttle.mayPass(id);
  });

describe('UpdateThrottle', () => {
  it('lets one update of an event through in a second', () => {
    expect(passes(setUp(), [0, 400, 999, 1000, 1500, 2600])).toEqual([true, false, false, true, false, true]);
  });

  it('holds updates back in the second in which the event began', () => {
    const subject = setUp();
    subject.throttle.begin(7);
    expect(passes(subject, [0, 900, 1000])).toEqual([false, false, true]);
  });

  it('treats each event by itself, and forgets those that ended', () => {
    const subject = setUp();
    expect([...passes(subject, [0]), ...passes(subject, [1], 8)]).toEqual([true, true]);
    subject.throttle.forget(7);
    expect(passes(subject, [2])).toEqual([true]);
  });

  it('remembers a bounded number of events', () => {
    const subject = setUp();
    for (let id = 0; id < 1001; id += 1) subject.throttle.begin(id);
    expect([...passes(subject, [1], 0), ...passes(subject, [1], 1000)]).toEqual([true, false]);
  });
});
