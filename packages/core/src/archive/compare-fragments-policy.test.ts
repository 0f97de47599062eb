import fc from 'fast-check';
import { compareFragments } from './compare-fragments-policy.ts';

const row = (text: string): string[] => [...text];

describe('compareFragments', () => {
  it.each([
    { was: 'abcdef', is: 'abcdef', finds: [] },
    { was: 'abcdef', is: 'abXdef', finds: ['changed 2-3 (1)'] },
    { was: 'abcdef', is: 'XYcdeZ', finds: ['changed 0-2 (2)', 'changed 5-6 (1)'] },
    { was: 'abcdef', is: 'abef', finds: ['missing 2-4 (0)'] },
    { was: 'abcdef', is: 'abcd', finds: ['missing 4-6 (0)'] },
    { was: 'abcdef', is: 'cdef', finds: ['missing 0-2 (0)'] },
    { was: 'abcdef', is: 'abcXYdef', finds: ['added 3-3 (2)'] },
    { was: 'abcdef', is: 'abcdefX', finds: ['added 6-6 (1)'] },
    { was: 'abcdef', is: 'Xdef', finds: ['changed 0-1 (1)', 'missing 1-3 (0)'] },
    { was: 'abcdef', is: '', finds: ['missing 0-6 (0)'] },
    { was: 'aaaa', is: 'aaa', finds: ['missing 3-4 (0)'] },
  ])('finds in $is what became of $was', ({ was, is, finds }) => {
    expect(compareFragments(row(was), row(is)).map(({ kind, from, to, found }) => `${kind} ${from}-${to} (${found})`)).toEqual(finds);
  });

  it('ends, and accounts for every fragment, whatever was done', () => {
    const any = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    fc.assert(
      fc.property(any, any, (was, is) => {
        const differences = compareFragments(was, is);
        const lost = differences.reduce((sum, { from, to }) => sum + to - from, 0);
        const found = differences.reduce((sum, difference) => sum + difference.found, 0);
        expect(was.length - lost).toBe(is.length - found);
        expect(differences.length === 0).toBe(was.join('') === is.join(''));
      }),
    );
  });
});
