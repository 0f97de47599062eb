// Reads what the editor saved, also what an older version of it saved, or what somebody wrote by hand.
import type { SavedNode } from './node-red.ts';

/** What a property with a typed input is when nothing else is saved. */
export interface TypedDefault {
  readonly value: string;
  readonly type: string;
}

/** One step: properties of the version before, turned into those of the next one. */
export type Migration = (saved: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/**
 * Properties of the present version.
 * @param typed - Properties with a typed input, each saved as `name` and `nameType`; flows written by hand have the value alone.
 * @param migrations - `migrations[n]` turns version n + 1 into n + 2.
 * @throws Error where a newer version of the palette has saved the node.
 */
export function currentProperties(
  saved: SavedNode,
  typed: Readonly<Record<string, TypedDefault>> = {},
  migrations: readonly Migration[] = [],
): Readonly<Record<string, unknown>> {
  const newest = migrations.length + 1;
  const version = typeof saved['nodeVersion'] === 'number' ? saved['nodeVersion'] : newest;
  if (version > newest) throw new Error(`this node was saved by a newer version of the palette; update @nightjar/node-red-nightjar`);
  let properties: Readonly<Record<string, unknown>> = saved;
  for (const migration of migrations.slice(Math.max(0, version - 1))) properties = migration(properties);
  const filled: Record<string, unknown> = { ...properties };
  for (const [name, { value, type }] of Object.entries(typed)) {
    const isSaved = filled[name] !== undefined;
    filled[name] ??= value;
    filled[`${name}Type`] ??= isSaved ? typeOf(filled[name], type) : type;
  }
  return filled;
}

function typeOf(value: unknown, otherwise: string): string {
  if (typeof value === 'number') return 'num';
  if (typeof value === 'boolean') return 'bool';
  return ['msg', 'flow', 'global', 'jsonata', 'env'].includes(otherwise) ? 'str' : otherwise;
}
