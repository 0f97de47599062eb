// Files that follow from the code are what the code would write.
import { staleFiles } from '../../scripts/docs-reference.ts';

describe('generated files', () => {
  it('are up to date; else run `node --conditions=source scripts/docs-reference.ts`', async () => {
    expect(await staleFiles()).toEqual([]);
  });
});
