import { editDistance, nearestWord } from './nearest-word.ts';

describe('the nearest word', () => {
  it.each([
    ['functoin', 'function'],
    ['pre_roll_seconds', 'preRollSeconds'],
    ['PRE-ROLL-SECONDS', 'preRollSeconds'],
    ['prot', 'port'],
    ['hots', 'host'],
    ['zebra', undefined],
    ['p', undefined],
    ['', undefined],
    ['x'.repeat(1000), undefined],
  ])('to %j is %p', (word, nearest) => {
    expect(nearestWord(word, ['function', 'preRollSeconds', 'port', 'host'])).toBe(nearest);
  });

  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
  ])('is %j to %j: %d changes', (from, to, distance) => {
    expect([editDistance(from, to), editDistance(to, from)]).toEqual([distance, distance]);
  });
});
