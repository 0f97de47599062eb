// Which topics may be published on.
import { isTopicName, levelsOf } from './topic-text.ts';

it.each(['a', '/a', 'a//b/', 'Ö ☃/😀', 'a/$x'])('%j is a topic', (topic) => {
  expect(isTopicName(topic)).toBe(true);
});

it.each(['', 'a/#', 'a/+/b', 'a\u0000', 'a\nb', 'a\u0085', 'a\uffff'])('%j is none', (topic) => {
  expect(isTopicName(topic)).toBe(false);
});

it('counts empty levels', () => {
  expect(['a', 'a/b', '/a/'].map(levelsOf)).toEqual([1, 2, 3]);
});
