// Small files: a stranger finds the place, and reads it in one go.
import { files, read, sourceFiles, testFiles } from './repository.ts';

const MEDIAN_LINES = 120;
const P95_LINES = 300;
const MAX_LINES = 500;

const lines = (path: string): number => read(path).split('\n').length - 1;

describe('file sizes', () => {
  const sizes = sourceFiles()
    .map(lines)
    .sort((a, b) => a - b);
  const quantile = (share: number): number => sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * share))] ?? Number.NaN;

  it(`have a median of at most ${MEDIAN_LINES} lines`, () => {
    expect(quantile(0.5)).toBeLessThanOrEqual(MEDIAN_LINES);
  });

  it(`are at most ${P95_LINES} lines for 95 of 100 files`, () => {
    expect(quantile(0.95)).toBeLessThanOrEqual(P95_LINES);
  });

  it(`never exceed ${MAX_LINES} lines, tests and scripts included`, () => {
    const all = new Set([...sourceFiles(), ...testFiles(), ...files(/^(scripts|test|examples)\/.*\.(ts|sh)$/)]);
    expect([...all].filter((path) => lines(path) > MAX_LINES)).toEqual([]);
  });
});
