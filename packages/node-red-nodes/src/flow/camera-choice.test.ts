// Which cameras a node listens to.
import { cameraChoice } from './camera-choice.ts';

it.each([
  ['', true],
  [undefined, true],
  ['*', true],
  ['porch', true],
  ['yard, porch', true],
  ['yard porch', true],
  [['porch'], true],
  ['yard', false],
  [[], false],
  [['yard'], false],
])('%j means porch: %s', (value, isMeant) => {
  expect(cameraChoice(value)('porch')).toBe(isMeant);
});
