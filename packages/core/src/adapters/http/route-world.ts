// What the routes of all operations have in common: who may ask, and doing the operation.
import type { IncomingHttpHeaders } from 'node:http';
import type { RecorderApi } from '@nightjar/client';
import type { FastifyRequest } from 'fastify';
import type { AccountDesk } from '../../api/account-desk.ts';
import type { Operation } from '../../api/operation.ts';
import type { OperationRunner } from '../../api/run-operation.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { HttpSettings } from '../../model/http-settings.ts';
import type { Principal } from '../../model/permission.ts';
import type { Logger } from '../../ports/logger.ts';
import { isContinuation } from './byte-range.ts';
import type { Call } from './call.ts';
import type { LoginWatchRunner } from './login-watch-runner.ts';
import type { ReaderWatchRunner } from './reader-watch-runner.ts';
import { API_PREFIX } from './request-address.ts';
import { requestInput } from './request-input.ts';
import type { StreamLimits } from './stream-limits.ts';
import { type Claims, whoAsks } from './who-asks.ts';

/** What routes are made of. */
export interface RouteOptions {
  readonly settings: HttpSettings;
  readonly log: Logger;
  readonly recorder: RecorderApi;
  readonly accounts: AccountDesk;
  readonly operations: readonly Operation[];
  readonly runner: OperationRunner;
}

/** What routes share. */
export interface RouteWorld extends RouteOptions {
  readonly limits: StreamLimits;
  /** Whoever asked, found before the body was read. */
  readonly principals: WeakMap<FastifyRequest, Principal>;
  readonly logins: LoginWatchRunner;
  readonly readers: ReaderWatchRunner;
  /** What is under way and would not end by itself. */
  readonly calls: Set<Pick<Call, 'abort'>>;
}

/** Where the library finds an operation. */
export const routeOf = ({ path }: Operation): string => `${API_PREFIX}${path.replace(/\{(\w+)\}/g, ':$1')}`;

/** Lets somebody ask, before a body is read; what is to be found at the address is not for everybody to know. */
export async function admit(operation: Operation, request: FastifyRequest, world: RouteWorld): Promise<void> {
  if (request.ws && operation.output.kind !== 'socket') throw new RecorderError('REQUEST_MALFORMED', 'nobody speaks WebSocket at this address');
  const peer = { address: request.ip };
  const principal = await whoAsks(operation, claimsOf(request), world.accounts);
  world.runner.admit(operation, { ...(principal === undefined ? {} : { principal }), accounts: world.accounts, peer });
  if (principal !== undefined) world.principals.set(request, principal);
}

const claimsOf = (request: FastifyRequest): Claims => ({
  headers: request.headers,
  token: (request.query as Readonly<Record<string, unknown>>)['token'],
  peer: { address: request.ip },
});

/** The file a reader goes on with. */
function namedFile({ 'if-range': ifRange, 'if-match': ifMatch }: IncomingHttpHeaders): { readonly etag?: string } {
  const [, etag] = /^\s*"([^"]{1,100})"\s*$/.exec(String(ifRange ?? ifMatch ?? '')) ?? [];
  return etag === undefined ? {} : { etag };
}

/** Does the operation. */
export function run(operation: Operation, request: FastifyRequest, signal: AbortSignal, world: RouteWorld): Promise<unknown> {
  const { recorder, accounts, principals, runner } = world;
  const principal = principals.get(request);
  return runner.run(operation, {
    ...(principal === undefined ? {} : { principal }),
    input: requestInput(operation, request),
    recorder,
    accounts,
    peer: { address: request.ip },
    isContinued: isContinuation(request.headers.range),
    ...namedFile(request.headers),
    signal,
  });
}
