// What is wrong with an input, in words: what was found, where, and what is expected.
import type { ErrorObject } from 'ajv';
import { expectation } from '../config/expectation.ts';
import type { SchemaNode } from '../config/schema/field.ts';
import type { ErrorDetail } from '../errors/detailed-error.ts';

/** Longer texts are not repeated. */
const LONGEST_ECHO = 40;
/** Texts are repeated only where a word was expected: elsewhere they may be a password. */
const ECHOING: readonly string[] = ['enum', 'format', 'type'];

/** Mistakes that are told of one input: more than anybody reads, and an answer that is not much longer than the question. */
const MOST_PROBLEMS = 20;

/** One problem a place, the first ones. @param errors - Of a validator that is verbose. */
export function problemsOf(errors: readonly ErrorObject[]): readonly ErrorDetail[] {
  const problems = new Map<string, ErrorDetail>();
  for (const error of errors) {
    if (problems.size >= MOST_PROBLEMS) break;
    const problem = problemOf(error);
    if (!problems.has(problem.path)) problems.set(problem.path, problem);
  }
  const more = problems.size < MOST_PROBLEMS ? [] : [{ path: '', message: 'further mistakes are not listed' }];
  return [...problems.values(), ...more];
}

function problemOf({ instancePath, keyword, params, parentSchema, data }: ErrorObject): ErrorDetail {
  const path = keysOf(instancePath);
  const node = (parentSchema ?? {}) as SchemaNode;
  if (keyword === 'required') {
    const missing = String(params['missingProperty']);
    return { path: [...path, missing].join('.'), message: `is missing; expected ${expectation(node.properties?.[missing] ?? {})}` };
  }
  if (keyword === 'additionalProperties') {
    const unknown = String(params['additionalProperty']).slice(0, LONGEST_ECHO);
    return { path: [...path, unknown].join('.'), message: `is an unknown key; expected ${expectation(node)}` };
  }
  return { path: path.join('.'), message: `got ${found(data, ECHOING.includes(keyword))}, expected ${expectation(node)}` };
}

/** A JSON pointer (RFC 6901), taken apart. */
const keysOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

function found(data: unknown, isWord: boolean): string {
  if (typeof data === 'string') return isWord && data.length <= LONGEST_ECHO ? JSON.stringify(data) : `a text of ${data.length} characters`;
  if (Array.isArray(data)) return `a list of ${data.length}`;
  return typeof data === 'object' && data !== null ? 'a mapping' : String(data);
}
