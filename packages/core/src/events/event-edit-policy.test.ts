import type { EventChanges } from '@nightjar/client';
import { readEdit } from './event-edit-policy.ts';

describe('what may be changed of an event', () => {
  it.each<[EventChanges, EventChanges]>([
    [{}, {}],
    [{ name: 'Post ☃ 🦊' }, { name: 'Post ☃ 🦊' }],
    [{ notes: '' }, { notes: '' }],
    [{ notes: 'one\n\ttwo\r\n' }, { notes: 'one\n\ttwo\r\n' }],
    [{ protected: true }, { protected: true }],
    [{ tags: ['car', 'red car', 'car'] }, { tags: ['car', 'red car'] }],
    [{ tags: [] }, { tags: [] }],
    [
      { name: 'x'.repeat(120), notes: 'x'.repeat(4000), tags: Array.from({ length: 32 }, (_, index) => `${index}`.padEnd(64, 'x')) },
      { name: 'x'.repeat(120), notes: 'x'.repeat(4000), tags: Array.from({ length: 32 }, (_, index) => `${index}`.padEnd(64, 'x')) },
    ],
    // Only what may be changed.
    [{ state: 'ready', id: 7 } as EventChanges, {}],
  ])('%j is good', (changes, edit) => {
    expect(readEdit(changes)).toEqual(edit);
  });

  it.each<[unknown, RegExp]>([
    [{ name: '' }, /^name: expected a line of 1 to 120/],
    [{ name: '   ' }, /^name/],
    [{ name: 'x'.repeat(121) }, /^name/],
    [{ name: 'a\nb' }, /^name/],
    [{ name: 'a\u001b[31m' }, /^name/],
    [{ name: 'a\ud800' }, /^name/],
    [{ name: 7 }, /^name/],
    [{ notes: 'x'.repeat(4001) }, /^notes: expected a text of at most 4000/],
    [{ notes: 'a\u0000' }, /^notes/],
    [{ notes: null }, /^notes/],
    [{ protected: 'yes' }, /^protected/],
    [{ tags: 'car' }, /^tags/],
    [{ tags: ['car', ''] }, /^tags/],
    [{ tags: ['x'.repeat(65)] }, /^tags/],
    [{ tags: Array.from({ length: 33 }, (_, index) => `${index}`) }, /^tags: expected at most 32 lines of 1 to 64/],
    [{ name: '', tags: [''] }, /^name: .*; tags: /],
  ])('%j is refused', (changes, problem) => {
    expect(() => readEdit(changes as EventChanges)).toThrow(problem);
  });
});
