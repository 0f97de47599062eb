// Which topics a filter means.
import { filterMatches, filterProblem, filtersOverlap } from './topic-filter.ts';

it.each([
  ['a/b', 'a/b', true],
  ['a/b', 'a/c', false],
  ['a/+', 'a/b', true],
  ['a/+', 'a/b/c', false],
  ['a/+', 'a/', true],
  ['+', 'a', true],
  ['+', '/a', false],
  ['/+', '/a', true],
  ['a/#', 'a/b/c', true],
  ['a/#', 'a', true],
  ['#', 'a/b', true],
  ['#', '$SYS/x', false],
  ['+/x', '$SYS/x', false],
  ['$SYS/#', '$SYS/x', false],
  ['a/b/c', 'a/b', false],
])('%s means %s: %s', (filter, topic, isMeant) => {
  expect(filterMatches(filter, topic)).toBe(isMeant);
});

it.each([
  ['a/+/c', 'a/b/+', true],
  ['a/#', '+/x', true],
  ['a/b', '#', true],
  ['a/+', 'b/+', false],
  ['a/+', 'a/+/c', false],
])('%s and %s have a topic in common: %s', (one, other, isSo) => {
  expect([filtersOverlap(one, other), filtersOverlap(other, one)]).toEqual([isSo, isSo]);
});

it('is explained where it is none', () => {
  expect(['', '$SYS/#', 'a/#/b', 'a#', 'a/b+'].filter((filter) => filterProblem(filter) === undefined)).toEqual([]);
  expect(['#', '+', 'a/+/b/#', 'a b'].map(filterProblem)).toEqual([undefined, undefined, undefined, undefined]);
});
