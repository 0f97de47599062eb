// Counts requests for whoever keeps figures: by operation and status, with the time of those that answer and are done.
import type { FastifyInstance } from 'fastify';
import { isStream, type Operation } from '../../api/operation.ts';
import { routeOf } from './route-world.ts';

/** A request was answered; without `seconds` it was a stream, which takes as long as somebody watches. */
export type Answered = (operation: string, status: number, seconds: number | undefined) => void;

/** Tells of every request; call it before routes are added. */
export function meterRequests(app: FastifyInstance, operations: readonly Operation[], answered: Answered): void {
  const known = new Map(operations.map((operation) => [`${operation.method} ${routeOf(operation)}`, operation]));
  app.addHook('onResponse', async (request, reply) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const operation = known.get(`${method} ${request.routeOptions.url ?? ''}`);
    const isWatched = operation !== undefined && isStream(operation);
    answered(operation?.id ?? 'none', reply.statusCode, isWatched ? undefined : reply.elapsedTime / 1000);
  });
}
