// What the schema cannot say about the other sections.
import { type CheckContext, checkFile, checkUnique, entriesOf } from './check-context.ts';
import { checkMqtt } from './check-mqtt.ts';
import { checkTriggers } from './check-triggers.ts';
import { describeValue } from './explain-problem.ts';
import { type KeyPath, valueAt } from './key-path.ts';
import { parseFreeSpace, parseSize } from './parse-size.ts';
import { DEFAULT_EXPORTS_PATH } from './schema/exports.ts';

/** All checks of everything but `cameras`. */
export function checkSections(context: CheckContext): void {
  checkHttp(context);
  checkDatabase(context);
  checkStorage(context);
  checkExports(context);
  checkMqtt(context);
  checkTriggers(context);
  checkSize(context, ['retention', 'maxSize']);
}

function checkHttp(context: CheckContext): void {
  for (const key of ['cert', 'key']) checkFile(context, ['http', 'tls', key]);
}

function checkDatabase({ tree, problems, absolute, world, hidden }: CheckContext): void {
  const path = ['database', 'url'];
  const url = valueAt(tree, path);
  if (typeof url !== 'string' || url === '' || problems.has(path)) return;
  const expected = 'sqlite:PATH';
  if (/^(mysql|mariadb):/i.test(url)) {
    problems.add(path, { message: 'MySQL and MariaDB come with a later version; expected sqlite:PATH', expected });
    return;
  }
  const file = databasePath(url);
  if (file === undefined) {
    problems.add(path, { got: describeValue(url, hidden(path) || !url.includes('://')), expected });
    return;
  }
  const folder = absolute(file).replace(/\/[^/]*$/, '') || '/';
  const reason = world.directoryProblem(folder);
  if (reason !== undefined) problems.add(path, { got: `a folder that ${reason}`, expected: 'a database file in a folder that can be written to' });
  else if (world.read(absolute(file), 0).kind === 'directory') {
    problems.add(path, { got: 'a directory', expected: 'a database file' });
  }
}

/** The path in `sqlite:PATH` as it is written; `undefined` where it is none. */
export const databasePath = (url: string): string | undefined => /^sqlite:(?:\/\/(?=\/))?([^\0:][^\0]*[^/\0]|[^/\0:])$/i.exec(url)?.[1];

function checkStorage(context: CheckContext): void {
  const { tree, problems, absolute, world } = context;
  checkUnique(context, ['storage', 'areas'], 'area');
  const seen = new Map<string, number>();
  for (const [index, area] of entriesOf(tree, ['storage', 'areas']).entries()) {
    checkSize(context, [...area, 'maxSize']);
    const minFree = valueAt(tree, [...area, 'minFree']);
    if (typeof minFree === 'string' && parseFreeSpace(minFree) === undefined) {
      problems.add([...area, 'minFree'], { got: 'a size that is too large', expected: 'a percentage such as 5% or a size such as 2GiB' });
    }
    const path = [...area, 'path'];
    const written = valueAt(tree, path);
    if (typeof written !== 'string' || written === '' || problems.has(path)) continue;
    const absolutePath = absolute(written);
    const first = seen.get(absolutePath);
    if (first === undefined) seen.set(absolutePath, index);
    else problems.add(path, { message: `this is the directory of an earlier area (number ${first + 1}) already` });
    const reason = world.directoryProblem(absolutePath);
    if (reason !== undefined) problems.add(path, { got: `a path that ${reason}`, expected: 'a directory that exists or can be made' });
  }
}

/** Only events belong into an area. */
function checkExports(context: CheckContext): void {
  const { tree, problems, absolute, world } = context;
  checkSize(context, ['exports', 'maxSize']);
  const path = ['exports', 'path'];
  const written = valueAt(tree, path);
  // The default may lie within an area that was there before there were exports; that does no harm, it is only untidy.
  if (typeof written !== 'string' || written === '' || written === DEFAULT_EXPORTS_PATH || problems.has(path)) return;
  const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer.replace(/\/$/, '')}/`);
  for (const [index, area] of entriesOf(tree, ['storage', 'areas']).entries()) {
    const root = valueAt(tree, [...area, 'path']);
    if (typeof root === 'string' && root !== '' && isWithin(absolute(written), absolute(root)))
      problems.add(path, { message: `this lies within the storage area number ${index + 1}, where only events belong` });
  }
  const reason = world.directoryProblem(absolute(written));
  if (reason !== undefined) problems.add(path, { got: `a path that ${reason}`, expected: 'a directory that exists or can be made' });
}

function checkSize({ tree, problems }: CheckContext, path: KeyPath): void {
  const size = valueAt(tree, path);
  if (typeof size !== 'string' || problems.has(path)) return;
  const bytes = parseSize(size);
  if (bytes === undefined || bytes === 0)
    problems.add(path, { got: bytes === 0 ? 'a size of 0' : 'a size that is too large', expected: 'a size such as 500GB or 2GiB, or null' });
}
