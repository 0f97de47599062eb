// What becomes of an error that no route handled: the words of the API, and a line of the log where it is our fault.
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../ports/logger.ts';
import { answerError, isOurFault } from './error-answer.ts';
import { ourError } from './library-errors.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers every failure of an application. */
export function answerFailures(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    const known = ourError(error);
    // Templates, never addresses: those may carry tokens.
    if (isOurFault(known)) log.error('a request failed', { error: known, method: request.method, route: request.routeOptions.url ?? 'none' });
    const { status, headers, body } = answerError(known);
    return reply.code(status).headers(headers).type(JSON_TYPE).send(JSON.stringify(body));
  });
}
