// A configuration file → Config, or everything that is wrong with it. Touches the machine only through ConfigWorld.
import { isUtf8 } from 'node:buffer';
import { dirname, resolve } from 'node:path';
import type { ConfigWorld, FileRead } from '../ports/config-world.ts';
import { buildConfig } from './build-config.ts';
import { checkCameras } from './check-cameras.ts';
import type { CheckContext } from './check-context.ts';
import { checkSections } from './check-sections.ts';
import type { Config } from './config.ts';
import type { ConfigProblem } from './config-problem.ts';
import { expandReferences } from './expand-references.ts';
import { parseYaml } from './parse-yaml.ts';
import { shownValues, writtenNames } from './setting-list.ts';
import { isHidden, validateConfig } from './validate-config.ts';

/** Either the configuration, or at least one problem. */
export type LoadedConfig = { readonly config: Config } | { readonly problems: readonly ConfigProblem[] };

/** Where a text comes from. */
export interface LoadOptions {
  /** The file as people named it; problems name it the same way, relative paths in it start at its folder. */
  readonly file: string;
  readonly world: ConfigWorld;
  /** Nobody will log in anywhere: passwords that cannot be looked up are no problem, and what stands for them is nonsense. */
  readonly withoutLogins?: boolean;
}

/** Longest file that is read. */
export const MAX_CONFIG_BYTES = 1024 * 1024;

const UNREADABLE: Readonly<Record<Exclude<FileRead['kind'], 'text' | 'failed'>, string>> = {
  missing: 'the file does not exist; `nightjar init` writes one',
  directory: 'this is a directory, expected a file',
  forbidden: 'the file may not be read',
  'too-large': 'the file is longer than 1 MiB, which no configuration is',
};

/** Reads and checks a file. Never throws for what is in the file or missing around it. */
export function loadConfigFile({ file, world, withoutLogins = false }: LoadOptions): LoadedConfig {
  const read = world.read(resolve(file), MAX_CONFIG_BYTES);
  const fail = (message: string): LoadedConfig => ({ problems: [{ file, line: 1, column: 1, path: '', message }] });
  if (read.kind === 'failed') return fail(`the file could not be read: ${read.reason}`);
  if (read.kind !== 'text') return fail(UNREADABLE[read.kind]);
  if (read.bytes.includes(0)) return fail('the file is binary, expected text');
  if (!isUtf8(read.bytes)) return fail('the file is not UTF-8 text');
  return loadConfig(new TextDecoder().decode(read.bytes), { file, world, withoutLogins });
}

/** Checks a text and builds the configuration from it. All problems come at once, in the order of the file, without secrets. */
export function loadConfig(text: string, { file, world, withoutLogins = false }: LoadOptions): LoadedConfig {
  const folder = dirname(resolve(file));
  const parsed = parseYaml(text, file);
  const { problems } = parsed;
  if (!parsed.whole) return { problems: problems.sorted() };
  if (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) {
    const message = parsed.value === null ? 'the file is empty; `nightjar init` writes one' : 'the file is not a mapping, expected keys such as "cameras:"';
    problems.add([], { message });
    return { problems: problems.sorted() };
  }
  const { value: tree, lookedUp } = expandReferences(parsed.value, problems, { folder, world, withoutLogins });
  const names = writtenNames(tree);
  const filled = validateConfig(tree, lookedUp, problems);
  const absolute = (path: string): string => resolve(folder, path);
  const context: CheckContext = { tree, problems, world, absolute, hidden: (path) => isHidden(path, lookedUp) };
  checkSections(context);
  checkCameras(context);
  const found = problems.sorted();
  if (filled === undefined || found.length > 0) return { problems: found };
  return { config: buildConfig(filled, { file: resolve(file), hostName: world.hostName, absolute, written: shownValues(filled, names, lookedUp) }) };
}
