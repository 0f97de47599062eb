// The route of an operation that answers over a WebSocket: everything that can be refused is refused before the protocol changes.
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { Operation } from '../../api/operation.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Principal } from '../../model/permission.ts';
import { begun } from './begun.ts';
import { isOurFault } from './error-answer.ts';
import { FIRST_PIECE_WITHIN_MS } from './exchange.ts';
import { admit, type RouteWorld, routeOf, run } from './route-world.ts';
import { pumpMessages } from './socket-pump.ts';

type Messages = AsyncIterator<string | Uint8Array>;

interface Peer {
  readonly socket: WebSocket;
  /** What carries it. */
  readonly connection: Socket;
}

interface Waiting {
  readonly messages: Messages;
  readonly principal: Principal | undefined;
  readonly controller: AbortController;
  giveBack(): void;
}

/** Adds the route. */
export function addSocketRoute(app: FastifyInstance, operation: Operation, world: RouteWorld): void {
  const waiting = new WeakMap<FastifyRequest, Waiting>();
  app.route({
    method: 'GET',
    url: routeOf(operation),
    config: { rateLimit: false },
    preParsing: (request) => admit(operation, request, world),
    preHandler: async (request) => {
      if (!request.ws) throw new RecorderError('WEBSOCKET_ONLY', 'this address speaks WebSocket');
      waiting.set(request, await begin(operation, request, world));
    },
    handler: async () => {
      throw new RecorderError('WEBSOCKET_ONLY', 'this address speaks WebSocket');
    },
    wsHandler: (socket, request) => {
      const begun = waiting.get(request);
      if (begun === undefined) socket.terminate();
      else serve(operation, { socket, connection: request.raw.socket }, begun, world);
    },
  });
}

/** Does the operation and waits a little for its first message. */
async function begin(operation: Operation, request: FastifyRequest, world: RouteWorld): Promise<Waiting> {
  const giveBack = world.limits.take(request.ip);
  const controller = new AbortController();
  const { socket } = request.raw;
  let messages: Messages | undefined;
  // Whoever goes away before the protocol has changed, or never changes it, takes everything along: the library tells nobody then.
  const leave = (): void => {
    controller.abort('closed');
    giveBack();
    messages?.return?.().catch(() => undefined);
  };
  socket.once('close', leave);
  try {
    const answer = (await run(operation, request, controller.signal, world)) as AsyncIterable<string | Uint8Array>;
    messages = await begun(answer, FIRST_PIECE_WITHIN_MS);
    if (socket.destroyed) throw new RecorderError('REQUEST_MALFORMED', 'the connection was closed while it was being changed');
    return { messages, principal: world.principals.get(request), controller, giveBack };
  } catch (error) {
    leave();
    throw error;
  }
}

function serve(operation: Operation, { socket, connection }: Peer, { messages, principal, controller, giveBack }: Waiting, world: RouteWorld): void {
  const { calls, log, logins, readers } = world;
  const call = { abort: (): void => controller.abort('shutdown') };
  calls.add(call);
  socket.once(
    'close',
    readers.watch(connection, () => socket.terminate()),
  );
  const unwatch = logins.watch(principal, (why) => controller.abort(why));
  pumpMessages(socket, messages, controller.signal)
    .catch((error: unknown) => {
      if (isOurFault(error)) log.error('a socket failed', { operation: operation.id, error });
    })
    .finally(() => {
      calls.delete(call);
      unwatch();
      giveBack();
    });
}
