// Everything behind the front door: fastify with its guards, and one route for each operation. Loaded with the first request that needs
// it, because it costs more memory than all of a small recorder's HTTP otherwise.
import { Server } from 'node:http';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import type { RecorderApi } from '@nightjar/client';
import fastify, { type FastifyInstance } from 'fastify';
import type { AccountDesk } from '../../api/account-desk.ts';
import type { Operation } from '../../api/operation.ts';
import { OPERATIONS } from '../../api/registry.ts';
import { OperationRunner } from '../../api/run-operation.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { HttpSettings } from '../../model/http-settings.ts';
import type { BrokerDoor } from '../../ports/broker-door.ts';
import type { Logger } from '../../ports/logger.ts';
import { answerFailures } from './answer-failures.ts';
import { BROKER_PATH, requireBroker, serveBrokerSocket } from './broker-socket.ts';
import type { Translation } from './front-door.ts';
import { ourError } from './library-errors.ts';
import { addRoutes } from './operation-routes.ts';
import { refuseOnSocket, refusePlainly } from './plain-answer.ts';
import { type Answered, meterRequests } from './request-meter.ts';
import { MAX_INCOMING_BYTES } from './socket-pump.ts';
import { trustedProxies } from './trusted-proxies.ts';
import { refuseUnknown } from './unknown-routes.ts';
import { SOCKET_PROTOCOL } from './who-asks.ts';

/** What is served, and how. */
export interface ServeOptions {
  readonly settings: HttpSettings;
  readonly log: Logger;
  readonly recorder: RecorderApi;
  readonly accounts: AccountDesk;
  /** Keeps figures of requests. */
  readonly answered?: Answered;
  /** The recorder's own MQTT broker, while it has one. */
  broker?(): BrokerDoor | undefined;
  /** Default: all there are. */
  readonly operations?: readonly Operation[];
  /** Whether answers are compared with what is promised, in tests. */
  readonly checksOutput?: boolean;
}

const MAX_PATH_PART = 512;
/** Of addresses whose requests are counted. */
const COUNTED_ADDRESSES = 5000;

/** Builds it; nothing listens: requests are handed over. */
export async function serveOperations(options: ServeOptions): Promise<Translation> {
  const { settings, log, operations = OPERATIONS, checksOutput = false } = options;
  // The server of the front door is the one that listens; the library only needs something to hang its sockets on.
  const inner = new Server();
  const app = fastify({
    serverFactory: () => inner,
    logger: false,
    bodyLimit: settings.maxBodyBytes,
    trustProxy: trustedProxies(settings),
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PATH_PART, ignoreTrailingSlash: false, caseSensitive: true },
    frameworkErrors: (error, request, reply) => refusePlainly(request.raw, reply.raw, ourError(error)),
  });
  answerFailures(app, log);
  takeJsonOnly(app);
  if (options.answered !== undefined) meterRequests(app, operations, options.answered);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  await app.register(helmet, HELMET);
  if (settings.corsOrigins.length > 0)
    await app.register(cors, {
      origin: [...settings.corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: ['Accept-Ranges', 'Content-Range', 'ETag', 'Retry-After', 'X-Nightjar-Captured-At', 'X-Nightjar-Stale', 'X-Nightjar-Start'],
      maxAge: 600,
      // What is not quite a preflight is answered like one, not in words of the library's own.
      strictPreflight: false,
    });
  await app.register(rateLimit, {
    max: settings.requestsPerMinute,
    timeWindow: 60_000,
    cache: COUNTED_ADDRESSES,
    errorResponseBuilder: (_request, { ttl }) =>
      new RecorderError('TOO_MANY_REQUESTS', 'too many requests came from this address', { context: { retryAfterSeconds: ttl / 1000 } }),
  });
  await app.register(websocket, {
    options: {
      maxPayload: MAX_INCOMING_BYTES,
      handleProtocols: (offered: Set<string>) => (offered.has(SOCKET_PROTOCOL) ? SOCKET_PROTOCOL : false),
      perMessageDeflate: false,
    },
  });
  const runner = new OperationRunner({ checksOutput });
  const streams = addRoutes(app, { ...options, operations, runner });
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, refuseUnknown(operations));
  const brokerOf = (): BrokerDoor => requireBroker(options.broker?.());
  app.get(BROKER_PATH, async () => {
    brokerOf();
    throw new RecorderError('WEBSOCKET_ONLY', 'this address speaks MQTT over WebSocket');
  });
  await app.ready();
  // Made for the first who asks for it.
  let sockets: ReturnType<typeof serveBrokerSocket> | undefined;
  const toBroker: Translation['upgrade'] = async (request, socket, head) => {
    const guard = (): void => void socket.destroy();
    socket.on('error', guard);
    try {
      brokerOf();
      sockets ??= serveBrokerSocket({ settings, log, broker: () => options.broker?.() });
      const { upgrade } = await sockets;
      socket.off('error', guard);
      if (!socket.destroyed) upgrade(request, socket, head);
    } catch (error) {
      sockets = undefined;
      refuseOnSocket(socket, error);
    }
  };
  return {
    request: (request, response) => app.routing(request, response),
    upgrade: (request, socket, head) => {
      if (request.url?.split('?', 1)[0] === BROKER_PATH) return void toBroker(request, socket, head);
      // Once the library has closed, nobody listens.
      if (!inner.emit('upgrade', request, socket, head)) socket.destroy();
    },
    close: async () => {
      await (await sockets?.catch(() => undefined))?.close();
      await streams.close();
      await app.close();
    },
  };
}

/** What pages may do with answers. No HSTS: a recorder with a certificate of its own must stay reachable when that expires. */
const HELMET = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
  },
  frameguard: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
  strictTransportSecurity: false,
} as const;

/** JSON is all that bodies may be; an empty one is none. */
function takeJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, String(body), done);
  });
}
