// An operation's flat input, gathered from a request's path, query and body.

import type { Operation } from '../../api/operation.ts';
import { InputError } from '../../api/run-operation.ts';
import { valuesOf } from '../../api/texts-of-addresses.ts';

/** The parts of a request that hold input. */
export interface RequestParts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Makes the input; what it must look like is the operation's business. @throws InputError where parts contradict each other or the body is no mapping. */
export function requestInput(operation: Operation, { params, query, body }: RequestParts): Record<string, unknown> {
  const path = valuesOf(operation.input, mapping(params));
  const { token: _, ...asked } = mapping(query);
  if (operation.method === 'GET' || operation.method === 'DELETE') return { ...asked, ...path };
  const stray = Object.keys(asked)[0];
  if (stray !== undefined) throw new InputError([{ path: stray, message: 'stands in the query; this operation takes it in its body' }]);
  if (body !== undefined && !isMapping(body)) throw new InputError([{ path: '', message: 'the body must be a JSON object' }]);
  const given = mapping(body);
  for (const [name, value] of Object.entries(path))
    if (Object.hasOwn(given, name) && given[name] !== value) throw new InputError([{ path: name, message: 'the body says another than the address' }]);
  return { ...given, ...path };
}

const isMapping = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const mapping = (value: unknown): Record<string, unknown> => (isMapping(value) ? value : {});
