// The folder of examples: all are listed, all are short, and all can be walked through.
import { exists, files, read } from '../repo/repository.ts';
import { exampleNames, stepsOf } from './walk-through.ts';

const MOST_LINES = 75;

describe('examples', () => {
  it('are all in the table, and all have a test', () => {
    const listed = [...read('examples/README.md').matchAll(/^\| \[([\w-]+)\]\(\1\/README\.md\) /gm)].map(([, name = '']) => name);
    expect(listed).toEqual(expect.arrayContaining([...exampleNames()]));
    expect(listed.filter((name) => !exists(`test/examples/${name}.test.ts`))).toEqual([]);
  });

  it.each(exampleNames())('of which %s is short and begins in its own folder', (name) => {
    const page = read(`examples/${name}/README.md`);
    expect(page.split('\n').length).toBeLessThanOrEqual(MOST_LINES);
    const steps = stepsOf(page);
    expect(steps[0]?.script).toMatch(new RegExp(`^cd examples/${name}\n`));
    expect(steps.some(({ goesOn }) => goesOn)).toBe(true);
  });

  it('make passwords in the same way, and hold none', () => {
    const scripts = files(/^examples\/.*\/passwords\.sh$/).map(read);
    expect(scripts.length).toBeGreaterThan(3);
    expect(new Set(scripts).size).toBe(1);
    const written = files(/^examples\//).filter((path) => /^\s*(remote_)?password:? (?!\$\{file:|-$)\S/m.test(read(path)));
    expect(written).toEqual([]);
  });
});
