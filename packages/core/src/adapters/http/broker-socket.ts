// MQTT over WebSocket: bytes between a client and the recorder's own broker, which does everything else, logging in too.
import { Server } from 'node:http';
import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import { createWebSocketStream, type WebSocket } from 'ws';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { HttpSettings } from '../../model/http-settings.ts';
import type { BrokerDoor } from '../../ports/broker-door.ts';
import type { Logger } from '../../ports/logger.ts';
import { answerFailures } from './answer-failures.ts';
import type { Translation } from './front-door.ts';
import { ReaderWatchRunner } from './reader-watch-runner.ts';
import { StreamLimits } from './stream-limits.ts';
import { trustedProxies } from './trusted-proxies.ts';

/** Where it is. */
export const BROKER_PATH = '/mqtt';

/** The names of MQTT among WebSocket protocols; the second is that of old clients. */
const PROTOCOLS = ['mqtt', 'mqttv3.1'] as const;
/** A frame may hold more than one packet. */
const FRAME_BEYOND_PACKET_BYTES = 64 * 1024;
const CLOSE_WITHIN_MS = 1000;
/** How long who was dropped by the broker may take to read its last words; then its place is free. */
const READ_WITHIN_MS = 2000;

/** What it works with. */
export interface BrokerSocketOptions {
  readonly settings: HttpSettings;
  readonly log: Logger;
  /** The broker, while the recorder has one. */
  broker(): BrokerDoor | undefined;
}

/** @throws RecorderError `ROUTE_NOT_FOUND` where there is no broker. */
export function requireBroker(broker: BrokerDoor | undefined): BrokerDoor {
  if (broker === undefined)
    throw new RecorderError('ROUTE_NOT_FOUND', 'there is no MQTT here: the recorder has no broker of its own (`mqtt.broker: embedded`)');
  return broker;
}

/** An application of its own: the one of the API takes only short messages, of another protocol. */
export async function serveBrokerSocket(options: BrokerSocketOptions): Promise<Pick<Translation, 'upgrade' | 'close'>> {
  const { settings, log, broker } = options;
  const inner = new Server();
  const app = fastify({ serverFactory: () => inner, logger: false, trustProxy: trustedProxies(settings) });
  answerFailures(app, log);
  await app.register(websocket, {
    options: {
      maxPayload: requireBroker(broker()).maxPacketBytes + FRAME_BEYOND_PACKET_BYTES,
      handleProtocols: (offered: Set<string>) => PROTOCOLS.find((each) => offered.has(each)) ?? false,
      perMessageDeflate: false,
    },
  });
  const limits = new StreamLimits({ most: settings.maxStreams, mostOfOne: settings.maxStreamsPerAddress });
  const readers = new ReaderWatchRunner({ stalledMs: settings.stalledSeconds * 1000 });
  app.route({
    method: 'GET',
    url: BROKER_PATH,
    preHandler: async (request) => {
      requireBroker(broker());
      const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/ *, */);
      if (!PROTOCOLS.some((each) => offered.includes(each)))
        throw new RecorderError('REQUEST_MALFORMED', 'the WebSocket protocol "mqtt" must be asked for here');
      // Whoever goes away before the protocol has changed gives its place back as well.
      request.raw.socket.once('close', limits.take(request.ip));
    },
    handler: async () => {
      throw new RecorderError('WEBSOCKET_ONLY', 'this address speaks MQTT over WebSocket');
    },
    wsHandler: (socket, request) => {
      const door = broker();
      if (door === undefined) return socket.close(1001);
      socket.once(
        'close',
        readers.watch(request.raw.socket, () => socket.terminate()),
      );
      join(socket, door, request.ip);
    },
  });
  await app.ready();
  return {
    upgrade: (request, socket, head) => {
      if (!inner.emit('upgrade', request, socket, head)) socket.destroy();
    },
    close: async () => {
      readers.stop();
      await closeAll(app);
    },
  };
}

/** Each side is read only as fast as the other takes it; the end of one is the end of the other. */
function join(socket: WebSocket, door: BrokerDoor, address: string): void {
  // MQTT 5 §6.0: whoever sends a text is cut off.
  socket.on('message', (_data, isBinary) => {
    if (!isBinary) socket.terminate();
  });
  const [client, broker] = [createWebSocketStream(socket), door.open(address)];
  client.on('error', () => client.destroy());
  broker.on('error', () => broker.destroy());
  client.pipe(broker);
  broker.pipe(client);
  // What the broker said last, such as why it lets nobody in, still goes out.
  broker.once('close', () => {
    if (socket.readyState === socket.CLOSED) return;
    client.end();
    const late = setTimeout(() => socket.terminate(), READ_WITHIN_MS);
    socket.once('close', () => clearTimeout(late));
  });
  client.once('close', () => broker.destroy());
}

/** Who does not say goodbye is cut off. */
async function closeAll(app: FastifyInstance): Promise<void> {
  const sockets = [...app.websocketServer.clients];
  const gone = sockets.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
  for (const socket of sockets) socket.close(1001);
  const late = setTimeout(() => sockets.forEach((socket) => void socket.terminate()), CLOSE_WITHIN_MS);
  await Promise.all(gone);
  clearTimeout(late);
  await app.close();
}
