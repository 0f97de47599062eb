// What the tests about the repository need to know of it: its root, its files and their text.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository, ending in `/`. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Paths from the root of every file that is, or is about to be, under version control; `pattern` narrows them. */
export function files(pattern = /./): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' });
  return listed
    .split('\0')
    .filter((path) => path !== '' && pattern.test(path) && existsSync(join(root, path)))
    .sort();
}

/** Text of a file, by its path from the root. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Whether a file or folder exists, by its path from the root. */
export const exists = (path: string): boolean => existsSync(join(root, path));

/** Product code: TypeScript sources of packages, without tests. */
export const sourceFiles = (): readonly string[] => files(/^packages\/[^/]+\/src\/.*\.ts$/).filter((path) => !path.endsWith('.test.ts'));

/** Every test file. */
export const testFiles = (): readonly string[] => files(/\.test\.ts$/);

/** What is used of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>> | string>>;
}

/** The root's package.json. */
export const rootManifest = (): Manifest => JSON.parse(read('package.json')) as Manifest;

/** Every workspace: its folder and package.json. */
export const workspaces = (): readonly { readonly folder: string; readonly manifest: Manifest }[] =>
  files(/^packages\/[^/]+\/package\.json$/).map((path) => ({ folder: path.slice(0, -'/package.json'.length), manifest: JSON.parse(read(path)) as Manifest }));
