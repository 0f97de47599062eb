// Which topics a filter means.
import { matchesTopic } from './topic-filter.ts';

it.each([
  ['a/b', 'a/b', true],
  ['a/+', 'a/b', true],
  ['a/+/c', 'a/b/c', true],
  ['a/#', 'a/b/c', true],
  ['a/#', 'a', true],
  ['#', 'a/b', true],
  ['+', 'a', true],
  ['a/+', 'a', false],
  ['a/+', 'a/b/c', false],
  ['a/b', 'a', false],
  ['a', 'a/b', false],
  ['A/b', 'a/b', false],
])('%s means %s: %s', (filter, topic, isMeant) => {
  expect(matchesTopic(filter, topic)).toBe(isMeant);
});
