// The pages people read agree with the tree.
import { readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { exists, files, read, root, sourceFiles } from './repository.ts';

const pages = (): readonly string[] => files(/\.md$/).filter((path) => !path.includes('CHANGELOG'));

/** GitHub's name for a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchors = (page: string): readonly string[] => [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading));

describe('documentation', () => {
  it('links only to what exists', () => {
    const broken = pages().flatMap((page) => {
      const links = [
        ...read(page)
          .replace(/```[\s\S]*?```/g, '')
          .matchAll(/\]\(([^)\s]+)\)/g),
      ].map(([, link = '']) => link);
      return links
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => {
          const [path = '', fragment] = link.split('#');
          const target = path === '' ? page : normalize(join(dirname(page), path));
          return !exists(target) || (fragment !== undefined && target.endsWith('.md') && !anchors(target).includes(fragment));
        })
        .map((link) => `${page}: ${link}`);
    });
    expect(pages().length).toBeGreaterThan(8);
    expect(broken).toEqual([]);
  });

  it('describes every room of core in docs/architecture.md', () => {
    const text = read('docs/architecture.md');
    const rooms = readdirSync(join(root, 'packages/core/src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rooms.length).toBeGreaterThan(5);
    expect(rooms.map(({ name }) => name).filter((name) => !text.includes(`\`${name}/\``))).toEqual([]);
  });

  it('lists every package in README.md', () => {
    const folders = readdirSync(join(root, 'packages'));
    expect(folders.filter((folder) => exists(`packages/${folder}/package.json`) && !read('README.md').includes(`packages/${folder}`))).toEqual([]);
  });

  it('explains every exported model type in docs/glossary.md', () => {
    const glossary = read('docs/glossary.md');
    const types = sourceFiles()
      .filter((path) => path.startsWith('packages/core/src/model/'))
      .flatMap((path) => [...read(path).matchAll(/^export (?:interface|type|class) (\w+)/gm)].map(([, name = '']) => name));
    expect(types.length).toBeGreaterThan(15);
    expect(types.filter((name) => !new RegExp(`\`${name}\``).test(glossary))).toEqual([]);
  });

  it('names only files that exist in the tour and in the table of where things go', () => {
    const text = read('docs/tour.md') + read('docs/architecture.md');
    const rooms = readdirSync(join(root, 'packages/core/src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const inCore = new RegExp(`\`((?:${rooms.map(({ name }) => name).join('|')})/[\\w./-]+\\.ts)\``, 'g');
    const named = [
      ...[...text.matchAll(/`(packages\/[\w./-]+\.(?:ts|md|sh))`/g)].map(([, path = '']) => path),
      ...[...text.matchAll(inCore)].map(([, path = '']) => `packages/core/src/${path}`),
    ];
    expect(named.length).toBeGreaterThanOrEqual(15);
    expect(named.filter((path) => !exists(path))).toEqual([]);
  });

  it('numbers the decisions without holes, each with its status', () => {
    const decisions = files(/^docs\/design\/\d{4}-[\w-]+\.md$/);
    expect(decisions.length).toBeGreaterThanOrEqual(7);
    expect(decisions.map((path) => Number(/\/(\d{4})-/.exec(path)?.[1]))).toEqual(decisions.map((_, index) => index + 1));
    expect(decisions.filter((path) => !/^Status: (accepted|superseded by \[)/m.test(read(path)))).toEqual([]);
  });
});
