// The Node-RED palette as npm packs it, unpacked beside the dependencies it names and no others.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../repo/repository.ts';
import { linkAt, unpackAt } from './unpacked-package.ts';

const SOURCE = join(root, 'packages/node-red-nodes');

/**
 * Packs it (after `npm run build`) and unpacks it as npm would install it.
 *
 * @returns The folder of the package, for `removePackedPalette` after the tests.
 */
export async function packedPalette(): Promise<string> {
  if (!existsSync(join(SOURCE, 'dist/nodes/palette.js'))) throw new Error('the palette is not built: run `npm run build` first');
  const folder = mkdtempSync(join(tmpdir(), 'nightjar-palette-'));
  const { name, dependencies = {} } = manifestOf(SOURCE);
  const installed = (each: string): string => join(folder, 'node_modules', each);
  await unpackAt(installed(name), SOURCE, folder);
  for (const each of Object.keys(dependencies)) linkAt(installed(each), SOURCE, each);
  return installed(name);
}

/** Removes what `packedPalette` made. */
export function removePackedPalette(palette: string): void {
  rmSync(join(palette, '../../..'), { recursive: true, force: true });
}

const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly name: string; readonly dependencies?: Readonly<Record<string, string>> };
