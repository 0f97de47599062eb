// One route for each operation: who asks, with what input, and how its kind of output goes out.
import type { MediaFile, Picture } from '@nightjar/client';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { isStream, type Operation } from '../../api/operation.ts';
import { Call } from './call.ts';
import { type Exchange, stopping } from './exchange.ts';
import { LoginWatchRunner } from './login-watch-runner.ts';
import { ReaderWatchRunner } from './reader-watch-runner.ts';
import { admit, type RouteOptions, type RouteWorld, routeOf, run } from './route-world.ts';
import { sendFile } from './send-file.ts';
import { sendPicture, sendPictures } from './send-picture.ts';
import { sendVideo } from './send-video.ts';
import { addSocketRoute } from './socket-route.ts';
import { StreamLimits } from './stream-limits.ts';

const CLOSE_WITHIN_MS = 1000;

/** Adds the routes. @returns What ends the streams. */
export function addRoutes(app: FastifyInstance, options: RouteOptions): { close(): Promise<void> } {
  const { settings, operations } = options;
  const limits = new StreamLimits({ most: settings.maxStreams, mostOfOne: settings.maxStreamsPerAddress });
  const world: RouteWorld = {
    ...options,
    limits,
    principals: new WeakMap(),
    logins: new LoginWatchRunner(options.accounts),
    readers: new ReaderWatchRunner({ stalledMs: settings.stalledSeconds * 1000 }),
    calls: new Set(),
  };
  for (const operation of operations) {
    if (operation.output.kind === 'socket') addSocketRoute(app, operation, world);
    else
      app.route({
        method: operation.method === 'GET' ? ['GET', 'HEAD'] : operation.method,
        url: routeOf(operation),
        ...(isStream(operation) ? { config: { rateLimit: false } } : {}),
        // Not before: requests that are refused are counted, too.
        preParsing: (request) => admit(operation, request, world),
        handler: (request, reply) => answer(operation, { request, reply }, world),
      });
  }
  return { close: () => endAll(app, world) };
}

async function answer(operation: Operation, { request, reply }: Omit<Exchange, 'call'>, world: RouteWorld): Promise<unknown> {
  const call = new Call(reply.raw);
  // Until the last byte is with the operating system: that is later than the answer is ready.
  reply.raw.once(
    'close',
    world.readers.watch(request.raw.socket, () => reply.raw.destroy()),
  );
  const giveBack = isStream(operation) ? world.limits.take(request.ip) : undefined;
  const unwatch = isStream(operation) ? world.logins.watch(world.principals.get(request), (why) => call.abort(why)) : undefined;
  world.calls.add(call);
  try {
    const result = await run(operation, request, call.signal, world);
    return await send(operation, result, { request, reply, call });
  } catch (error) {
    // Whatever an operation says that was ended, this is why.
    if (!reply.sent) throw call.refusal ?? error;
    // The head is out: all that can still be said is that this is not the whole.
    if (!call.signal.aborted) world.log.warn('an answer broke off', { operation: operation.id, error });
    reply.raw.destroy();
    return reply;
  } finally {
    world.calls.delete(call);
    unwatch?.();
    giveBack?.();
  }
}

/** How each kind of output goes out. */
async function send({ output }: Operation, result: unknown, exchange: Exchange): Promise<FastifyReply> {
  const { reply } = exchange;
  switch (output.kind) {
    case 'json':
      return reply
        .code(output.status ?? 200)
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(result ?? null));
    case 'text':
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(result);
    case 'picture':
      sendPicture(exchange, result as Picture);
      return reply;
    case 'pictures':
      await sendPictures(exchange, result as AsyncIterable<Picture>);
      return reply;
    case 'file':
      await sendFile(exchange, result as MediaFile);
      return reply;
    case 'video':
      await sendVideo(exchange, result as AsyncIterable<Uint8Array>);
      return reply;
    default:
      return reply.code(204).send();
  }
}

/** Tells every stream to end, and waits until the sockets said goodbye; who does not is cut off. */
async function endAll(app: FastifyInstance, { calls, logins, readers }: RouteWorld): Promise<void> {
  logins.stop();
  readers.stop();
  for (const call of calls) call.abort(stopping());
  const sockets = [...app.websocketServer.clients];
  const gone = sockets.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
  const late = setTimeout(() => sockets.forEach((socket) => void socket.terminate()), CLOSE_WITHIN_MS);
  await Promise.all(gone);
  clearTimeout(late);
}
