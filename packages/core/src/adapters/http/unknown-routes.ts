// Addresses nobody answers at: not there, or not for this method.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../../api/operation.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import { API_PREFIX } from './request-address.ts';

/** Refuses what no route took. */
export function refuseUnknown(operations: readonly Operation[]): (request: FastifyRequest, reply: FastifyReply) => never {
  const known = operations.map(({ method, path }) => ({ method, pattern: patternOf(path) }));
  return (request) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    if (methods.length === 0) throw new RecorderError('ROUTE_NOT_FOUND', 'there is nothing at this address');
    const allow = [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].join(', ');
    throw new RecorderError('METHOD_NOT_ALLOWED', `this address takes ${allow}`, { context: { allow } });
  };
}

/** Matches what a path with `{name}` in it stands for. */
function patternOf(path: string): RegExp {
  const parts = `${API_PREFIX}${path}`.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}
