// The Node-RED palette as npm packs it, unpacked beside the dependencies it names and no others.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../repo/repository.ts';

const run = promisify(execFile);
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
  mkdirSync(installed(name), { recursive: true });
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: SOURCE });
  await run('tar', ['-xzf', join(folder, stdout.trim().split('\n').at(-1) ?? ''), '-C', installed(name), '--strip-components=1']);
  for (const each of Object.keys(dependencies)) {
    const own = join(SOURCE, 'node_modules', each);
    mkdirSync(dirname(installed(each)), { recursive: true });
    symlinkSync(existsSync(own) ? own : join(root, 'node_modules', each), installed(each));
  }
  return installed(name);
}

/** Removes what `packedPalette` made. */
export function removePackedPalette(palette: string): void {
  rmSync(join(palette, '../../..'), { recursive: true, force: true });
}

const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly name: string; readonly dependencies?: Readonly<Record<string, string>> };
