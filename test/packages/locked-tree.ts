// What npm installs with a package, as the lockfile says it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../repo/repository.ts';

/** An entry of the lockfile. */
export interface LockedPackage {
  readonly version?: string;
  readonly hasInstallScript?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The entries of some packages and of everything below them, by their place in the lockfile. */
export function lockedTree(names: readonly string[]): ReadonlyMap<string, LockedPackage> {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { readonly packages: Readonly<Record<string, LockedPackage>> };
  const found = new Map<string, LockedPackage>();
  const visit = (name: string, from: string): void => {
    const path = placeOf(name, from, lock.packages);
    const entry = path === undefined ? undefined : lock.packages[path];
    if (path === undefined || entry === undefined || found.has(path)) return;
    found.set(path, entry);
    for (const below of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) visit(below, path);
  };
  for (const name of names) visit(name, '');
  return found;
}

/** Where Node finds a package from the place of another one: in the nearest folder upwards. Optional ones may be nowhere. */
function placeOf(name: string, from: string, packages: Readonly<Record<string, LockedPackage>>): string | undefined {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const path = `${place === '' ? '' : `${place}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (place === '') return undefined;
  }
}
