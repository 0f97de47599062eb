// A tree against the schema: defaults filled in, every mistake explained.
import type { ErrorObject } from 'ajv';
import { nearestWord } from '../util/nearest-word.ts';
import type { ProblemList } from './config-problem.ts';
import { configValidator } from './config-validator.ts';
import { expectation } from './expectation.ts';
import { describeValue } from './explain-problem.ts';
import { type KeyPath, pathOf, pointerOf, showKey, valueAt } from './key-path.ts';
import { asNode, nodeAt, type SchemaNode } from './schema/field.ts';
import { configSchema, type FilledConfig } from './schema/root.ts';

const root = asNode(configSchema);
/** Mistakes that are explained: each is compared with every word that may have been meant. */
const MOST_PROBLEMS = 100;

/**
 * Checks a tree and fills its defaults in, in place.
 *
 * @param lookedUp - Pointers of values that were looked up; they may stand for numbers, and are never shown.
 * @returns The tree, or `undefined` where the schema found problems (they are in `problems`).
 */
export function validateConfig(tree: unknown, lookedUp: ReadonlySet<string>, problems: ProblemList): FilledConfig | undefined {
  dropEmpty(tree, root);
  const validate = configValidator();
  let passed = validate(tree);
  const converted = (validate.errors ?? []).filter((error) => convertLookedUp(tree, error, lookedUp));
  if (converted.length > 0) passed = validate(tree);
  if (passed) return tree as FilledConfig;
  for (const error of (validate.errors ?? []).slice(0, MOST_PROBLEMS)) report(tree, error, lookedUp, problems);
  return undefined;
}

/** A section or list with nothing written below it, or only comments, is the same as none. */
function dropEmpty(value: unknown, node: SchemaNode): void {
  if (Array.isArray(value)) {
    for (const item of value) dropEmpty(item, node.items ?? {});
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const below = valueAt(value, [key]);
    if (below === null && mayBeEmpty(child)) Reflect.deleteProperty(value, key);
    else dropEmpty(below, child);
  }
}

const mayBeEmpty = (node: SchemaNode): boolean => (node.type === 'object' || node.type === 'array') && node.default !== undefined;

/** `port: ${PORT}`: the environment only holds texts, the schema wants a number. */
function convertLookedUp(tree: unknown, error: ErrorObject, lookedUp: ReadonlySet<string>): boolean {
  if (error.keyword !== 'type' || !lookedUp.has(error.instancePath)) return false;
  const path = pathOf(tree, error.instancePath);
  const text = valueAt(tree, path);
  const types = [error.params['type']].flat();
  const last = path.at(-1);
  if (typeof text !== 'string' || last === undefined) return false;
  const isNumber = (types.includes('integer') || types.includes('number')) && /^-?[0-9]+(\.[0-9]+)?$/.test(text);
  const isFlag = types.includes('boolean') && /^(true|false)$/.test(text);
  if (!isNumber && !isFlag) return false;
  (valueAt(tree, path.slice(0, -1)) as Record<string | number, unknown>)[last] = isNumber ? Number(text) : text === 'true';
  return true;
}

function report(tree: unknown, error: ErrorObject, lookedUp: ReadonlySet<string>, problems: ProblemList): void {
  const path = pathOf(tree, error.instancePath);
  const node = nodeAt(root, path);
  if (error.keyword === 'additionalProperties') return reportUnknown(path, String(error.params['additionalProperty']), node, problems);
  if (error.keyword === 'required') {
    const key = String(error.params['missingProperty']);
    const expected = expectation(nodeAt(root, [...path, key]));
    return problems.add([...path, key], { message: `the key is missing, expected ${expected}`, got: 'nothing', expected }, 'key');
  }
  const value = valueAt(tree, path);
  const hidden = node['x-secret'] === true || lookedUp.has(error.instancePath);
  const later = typeof value === 'string' && Object.hasOwn(node['x-later'] ?? {}, value) ? node['x-later']?.[value] : undefined;
  const got = error.keyword === 'minItems' || error.keyword === 'maxItems' ? countItems(value) : describeValue(value, hidden);
  const expected = expectation(node);
  if (later !== undefined) return problems.add(path, { message: `got ${got}, but ${later}; expected ${expected}`, got, expected });
  const nearest = typeof value === 'string' && node.enum !== undefined && !hidden ? nearestWord(value, node.enum) : undefined;
  problems.add(path, { got, expected, ...(nearest === undefined ? {} : { nearest }) });
}

function reportUnknown(path: KeyPath, key: string, node: SchemaNode, problems: ProblemList): void {
  const known = Object.keys(node.properties ?? {});
  const nearest = nearestWord(key, known);
  const expected = `one of ${known.join(', ')}`;
  problems.add(
    [...path, key],
    { message: `got the unknown key ${showKey(key)}, expected ${expected}`, got: showKey(key), expected, ...(nearest === undefined ? {} : { nearest }) },
    'key',
  );
}

const countItems = (value: unknown): string => {
  const count = Array.isArray(value) ? value.length : 0;
  return count === 1 ? '1 entry' : `${count} entries`;
};

/** Whether what is at `path` must never be shown. */
export const isHidden = (path: KeyPath, lookedUp: ReadonlySet<string>): boolean => nodeAt(root, path)['x-secret'] === true || lookedUp.has(pointerOf(path));
