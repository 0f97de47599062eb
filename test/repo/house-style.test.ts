// House rules a linter does not know.
import { basename } from 'node:path';
import { files, read, sourceFiles, testFiles } from './repository.ts';

// Written in two parts so that the rule does not find itself.
const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`);
const MODULE_MOCK = `jest${'.'}mock`;
const typescript = (): readonly string[] => files(/\.(ts|cjs|mjs|js|sh)$/);
const products = (): readonly string[] => sourceFiles().filter((path) => !path.startsWith('packages/testkit/'));

/** Code without comments, texts and regular expressions that could only mention a word. */
const code = (path: string): string => read(path).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, '');

describe('house style', () => {
  it('leaves nothing unfinished behind', () => {
    expect(typescript().filter((path) => UNFINISHED.test(read(path)))).toEqual([]);
  });

  it('calls no file a drawer for everything', () => {
    const drawers = /^(utils?|helpers?|misc|common|types|const(ants)?)\.ts$|manager/;
    expect(typescript().filter((path) => drawers.test(basename(path)))).toEqual([]);
  });

  it('names files in kebab-case', () => {
    expect(files(/^(packages|scripts|test)\/.*\.ts$/).filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.ts$/.test(basename(path)))).toEqual([]);
  });

  it('says at the top of each file what it is', () => {
    const silent = sourceFiles().filter((path) => !path.endsWith('/index.ts') && !/^(#!.*\n)?(\/\/|\/\*)/.test(read(path)));
    expect(silent).toEqual([]);
  });

  it('says above each export what it is', () => {
    const bare = products().flatMap((path) => {
      const lines = read(path).split('\n');
      return lines.flatMap((line, index) => {
        if (!/^export (async )?(function\*?|class|const|interface|type|abstract) (?!\{)/.test(line)) return [];
        return /\*\/\s*$/.test(lines[index - 1] ?? '') || /^export (async )?function/.test(lines[index - 1] ?? '') ? [] : [`${path}:${index + 1}`];
      });
    });
    expect(bare).toEqual([]);
  });

  it('asks the clock port for the time, and the caller for chance, in every room but the outer ones', () => {
    const inner = /^packages\/core\/src\/(?!adapters|app|cli|testing)|^packages\/media\/src\//;
    const surprising = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bprocess\.hrtime\b|\bsetTimeout\(|\bsetInterval\(|\bMath\.random\(/;
    expect(sourceFiles().filter((path) => inner.test(path) && surprising.test(code(path)))).toEqual([]);
  });

  it('reads the environment and ends the process only at the edge', () => {
    const edge = /^packages\/(core\/src\/(adapters|app|cli)|testkit|mqtt-bridge\/src\/cli)\b|-(process|worker)\.ts$|bench/;
    expect(products().filter((path) => !edge.test(path) && /\bprocess\.(env|exit)\b/.test(code(path)))).toEqual([]);
  });

  it('uses no declared-private underscore and no enum', () => {
    expect(products().filter((path) => /\bthis\._[a-z]|^\s*(export )?(const )?enum /m.test(code(path)))).toEqual([]);
  });
});

describe('tests', () => {
  it('each assert something', () => {
    expect(testFiles().filter((path) => !/\bexpect\w*\(|assert|\bdescribe[A-Z]\w*\(/.test(read(path)))).toEqual([]);
  });

  it('replace no modules', () => {
    expect(testFiles().filter((path) => read(path).includes(MODULE_MOCK))).toEqual([]);
  });

  it('wait for conditions, never for time to pass', () => {
    const sleeping = new RegExp(`new Promise(<\\w+>)?\\(\\(?\\w+\\)? => set${'Timeout'}\\(\\w+, (?!0\\b)[\\d_]{3,}`);
    expect(testFiles().filter((path) => sleeping.test(read(path)))).toEqual([]);
  });

  it('are skipped only with a reason in their name', () => {
    const skipped = new RegExp(`\\b(it|test|describe)\\.${'skip'}\\(\\s*['"\`](?!skipped: )`);
    expect(testFiles().filter((path) => skipped.test(read(path)))).toEqual([]);
  });
});
