// Packages as npm packs them, put where npm would install them.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../repo/repository.ts';

const run = promisify(execFile);

/** Packs the package in `source` (after `npm run build`) into the folder `packed`, and unpacks it at `place`. */
export async function unpackAt(place: string, source: string, packed: string): Promise<void> {
  for (const path of [place, packed]) mkdirSync(path, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', packed], { cwd: source });
  await run('tar', ['-xzf', join(packed, stdout.trim().split('\n').at(-1) ?? ''), '-C', place, '--strip-components=1']);
}

/** Puts a dependency of the package in `source` at `place`: the one that this repository has for it. */
export function linkAt(place: string, source: string, name: string): void {
  const nested = join(source, 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(existsSync(nested) ? nested : join(root, 'node_modules', name), place);
}
