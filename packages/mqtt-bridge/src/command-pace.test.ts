// How many commands are looked at.
import { CommandPace } from './command-pace.ts';

it('takes a burst, then as many as time brings, and a burst again after a rest', () => {
  const pace = new CommandPace();
  const taken = (nowMs: number) => Array.from({ length: 2000 }, () => pace.takes(nowMs)).filter(Boolean).length;
  expect([0, 0, 100, 1100, 60_000].map(taken)).toEqual([1000, 0, 20, 200, 1000]);
});
