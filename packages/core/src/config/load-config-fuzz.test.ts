// Whatever is in the file, it is answered with problems or a configuration, never with an exception.
import fc from 'fast-check';
import { exampleConfig } from './example-config.ts';
import { explainProblem } from './explain-problem.ts';
import { fakeConfigWorld } from './fake-config-world.ts';
import { loadConfig } from './load-config.ts';

const world = fakeConfigWorld({ env: { SECRET: 'hunter2' } });

function answer(text: string): string {
  const loaded = loadConfig(text, { file: '/etc/nightjar.yaml', world });
  if ('config' in loaded) return JSON.stringify(loaded.config);
  expect(loaded.problems.length).toBeGreaterThan(0);
  return loaded.problems.map(explainProblem).join('\n');
}

const example = exampleConfig({ id: 'porch', source: 'rtsp://u:${SECRET}@h/', detectSource: 'rtsp://u:hunter2@h/sub' });
const lines = example.split('\n');

describe('any configuration', () => {
  it('made of anything is answered', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.array(fc.constantFrom(...'{}[]:,-#&*!|>\'"%@`?\n\t a1$'.split(''))).map((parts) => parts.join('')),
        ),
        (text) => {
          answer(text);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('with good keys and any values is answered', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(null, true, 'off', 'rtsp://h/', '${SECRET}', '${NONE}', '5%', '1GB', 'all', 0, -1, 0.5, 1e308, Number.POSITIVE_INFINITY),
        fc.array(tie('any'), { maxLength: 3 }),
        tie('map'),
      ),
      map: fc.dictionary(fc.constantFrom(...new Set([...example.matchAll(/([A-Za-z]+):/g)].map(([, key = '']) => key))), tie('any'), { maxKeys: 6 }),
    })).map;
    fc.assert(
      fc.property(value, (tree) => {
        expect(answer(JSON.stringify(tree))).not.toContain('hunter2');
      }),
      { numRuns: 1000 },
    );
  });

  it('that is good is loaded', () => {
    expect(answer(example)).toMatch(/^\{/);
  });

  it('that was good and was damaged is answered, without its secrets', () => {
    const damage = fc.record({
      at: fc.nat(lines.length - 1),
      how: fc.constantFrom('drop', 'double', 'indent', 'cut', 'character'),
      column: fc.nat(40),
      character: fc.constantFrom(...'{}[]:,-#&*!|>"\'%@\t 0$'),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        const damaged = [...lines];
        for (const { at, how, column, character } of damages) {
          const line = damaged[at] ?? '';
          if (how === 'drop') damaged[at] = '';
          if (how === 'double') damaged[at] = `${line}\n${line}`;
          if (how === 'indent') damaged[at] = ` ${line}`;
          if (how === 'cut') damaged[at] = line.slice(0, column);
          if (how === 'character') damaged[at] = line.slice(0, column) + character + line.slice(column);
        }
        const told = answer(damaged.join('\n'));
        if (!told.startsWith('{')) expect(told).not.toContain('hunter2');
      }),
      { numRuns: 500 },
    );
  });
});
