// What is left of a limit.
import { timeLeft } from './time-left.ts';

it.each([
  [10_000, 0, 10_000],
  [10_000, 9900, 100],
  [100, 49, 51],
])('of %d ms after %d ms are %d ms', (limitMs, ageMs, leftMs) => {
  expect(timeLeft(limitMs, ageMs)).toBe(leftMs);
});

it.each([
  [10_000, 10_001],
  [10_000, 9901],
  [100, 51],
])('of %d ms after %d ms there is no time for an answer', (limitMs, ageMs) => {
  expect(() => timeLeft(limitMs, ageMs)).toThrow(`commands before this one took longer than ${limitMs / 1000} s, so it was not sent`);
});
