// What the checks beyond the schema share.
import type { ConfigWorld } from '../ports/config-world.ts';
import type { ProblemList } from './config-problem.ts';
import { describeValue } from './explain-problem.ts';
import { type KeyPath, valueAt } from './key-path.ts';

/** What the checks beyond the schema are made with. */
export interface CheckContext {
  /** The tree with defaults filled in; parts of it may still have the wrong shape. */
  readonly tree: unknown;
  readonly problems: ProblemList;
  readonly world: ConfigWorld;
  /** Makes a path of the file absolute. */
  readonly absolute: (path: string) => string;
  /** Whether the value there must not be shown. */
  readonly hidden: (path: KeyPath) => boolean;
}

/** Paths of the entries of a list; none where it is no list. */
export function entriesOf(tree: unknown, path: KeyPath): readonly KeyPath[] {
  const list = valueAt(tree, path);
  return Array.isArray(list) ? list.map((_, index) => [...path, index]) : [];
}

/** Refuses an id that an earlier entry of the list has. */
export function checkUnique({ tree, problems, hidden }: CheckContext, list: KeyPath, what: string): void {
  const seen = new Map<string, number>();
  for (const [index, entry] of entriesOf(tree, list).entries()) {
    const path = [...entry, 'id'];
    const id = valueAt(tree, path);
    if (typeof id !== 'string') continue;
    const first = seen.get(id);
    if (first === undefined) seen.set(id, index);
    else problems.add(path, { message: `${describeValue(id, hidden(path))} is the id of an earlier ${what} (number ${first + 1}) already` });
  }
}

/** Refuses a PEM file that is not there or not to be read. */
export function checkFile({ tree, problems, world, absolute }: CheckContext, path: KeyPath): void {
  const file = valueAt(tree, path);
  if (typeof file !== 'string' || file === '' || problems.has(path)) return;
  const reason = world.fileProblem(absolute(file));
  if (reason !== undefined) problems.add(path, { got: `a file that ${reason}`, expected: 'a PEM file that can be read' });
}
