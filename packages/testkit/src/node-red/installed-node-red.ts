// Which Node-RED runs with which Node.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

/** 5 needs Node 22.9 or later; 4 stands for 4.1, the last of its line, which many run with Node 20. */
export type NodeRedVersion = 5 | 4;

const PACKAGES: Readonly<Record<NodeRedVersion, string>> = { 5: 'node-red', 4: 'node-red-4' };

const require = createRequire(import.meta.url);

/** The folder in which a version is installed. */
export const nodeRedFolder = (version: NodeRedVersion): string => dirname(require.resolve(`${PACKAGES[version]}/package.json`));

/** Path of a Node 20 of this machine; nothing where it has none. */
export function node20(): string | undefined {
  // `npm run` puts the Node of the repository first.
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return folders.map((folder) => join(folder, 'node')).find((path) => existsSync(path) && majorOf(path) === 20);
}

/** The Node that homes run a version with: for 4 Node 20 where there is one, else the present one. */
export const nodeFor = (version: NodeRedVersion): string => (version === 4 ? node20() : undefined) ?? process.execPath;

const majorOf = (path: string): number => Number(/^v(\d+)\./.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? 0);
