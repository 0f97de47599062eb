// Any value in a sentence.
import { shownValue } from './shown-value.ts';

const round: unknown[] = [];
round.push(round);

it.each([
  [undefined, 'nothing'],
  [null, 'null'],
  [round, 'a list'],
  [{ round }, 'an object'],
  [() => 1, 'a function'],
  [Symbol('x'), 'a symbol'],
  [10n ** 100n, `1${'0'.repeat(59)}`],
  [Number.NaN, 'NaN'],
  [true, 'true'],
  ['"', '"\\""'],
  ['x'.repeat(10_000_000), `"${'x'.repeat(59)}`],
])('%p is shown', (value, shown) => {
  expect(shownValue(value)).toBe(shown);
});
