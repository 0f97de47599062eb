// Files that follow from the code are what the code would write, and no page about it is forgotten.
import { allGeneratedFiles, outOfDate } from '../../scripts/docs.ts';
import { files, read, sourceFiles } from './repository.ts';

/** Codes whose feature is not in the tree yet; the list only ever gets shorter. */
const AWAITED: readonly string[] = ['PROBE_FAILED', 'EVENT_NOT_FOUND', 'ALREADY_RUNNING', 'LISTEN_FAILED'];

describe('generated files', () => {
  it('are up to date; else run `npm run docs`', async () => {
    expect(await outOfDate()).toEqual([]);
  });

  it('are all there is in docs/reference', async () => {
    const generated = Object.keys(await allGeneratedFiles());
    expect(files(/^docs\/reference\//).filter((path) => !generated.includes(path))).toEqual([]);
  });
});

describe('error codes', () => {
  it('are each explained once in docs/reference/errors.md', () => {
    const catalogue = [...read('packages/core/src/errors/codes.ts').matchAll(/^ {2}([A-Z][A-Z_]+): \{/gm)].map(([, code]) => code);
    const explained = [...read('docs/reference/errors.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
    expect(catalogue.length).toBeGreaterThan(20);
    expect(explained).toEqual(catalogue);
  });

  it('are each used somewhere in the code', () => {
    const codes = [...read('packages/core/src/errors/codes.ts').matchAll(/^ {2}([A-Z][A-Z_]+): \{/gm)].map(([, code = '']) => code);
    const text = sourceFiles()
      .filter((path) => !path.endsWith('errors/codes.ts') && !path.startsWith('packages/testkit/'))
      .map(read)
      .join('\n');
    expect(codes.filter((code) => !text.includes(`'${code}'`) && !AWAITED.includes(code))).toEqual([]);
  });
});
