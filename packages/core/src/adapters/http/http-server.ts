// The recorder's HTTP server: it listens from the start, and loads the API with the first request that needs it.
import type { Server, ServerResponse } from 'node:http';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import type { Health } from '@nightjar/client';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { HttpSettings } from '../../model/http-settings.ts';
import type { Logger } from '../../ports/logger.ts';
import { keepConnectionsBounded } from './connection-bounds.ts';
import { FrontDoor, isWebSocket, type Translation } from './front-door.ts';
import { isOwnName } from './own-names.ts';
import { refuseOnSocket } from './plain-answer.ts';
import { inTurn } from './request-turns.ts';
import { readCertificate } from './tls-files.ts';

/** Where to listen and what to answer from. */
export interface HttpServerOptions {
  readonly settings: HttpSettings;
  readonly log: Logger;
  /** What anybody may know of how the recorder is. */
  health(): Partial<Health>;
  /** Makes everything but health; called with the first request that needs it. */
  load(): Promise<Translation>;
}

/** A listening server. */
export interface HttpServer {
  readonly url: string;
  /** Reads the certificate and its key again; connections that are open keep theirs. @throws RecorderError `CONFIG_INVALID`; the old one stays. */
  reloadCertificate(): void;
  /** Ends streams and sockets, then connections; within two seconds. */
  close(): Promise<void>;
}

// An import would run the getters of all its exports, one of which loads a whole WebSocket client: 30 ms and some MB.
const http = process.getBuiltinModule('node:http');

const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
/** How often connections are looked at that take longer than that. */
const LOOK_EVERY_MS = 2000;
/** Longer than proxies keep theirs (60 s), so that no request runs into a connection that is just being closed. */
const KEEP_ALIVE_MS = 65_000;
const CLOSE_WITHIN_MS = 1500;

/** Starts listening. @throws RecorderError `LISTEN_FAILED`, and `CONFIG_INVALID` for a certificate that cannot be used. */
export async function startHttpServer({ settings, log, health, load }: HttpServerOptions): Promise<HttpServer> {
  const { host, port, tls, names } = settings;
  const own = { host, names, interfaceAddresses };
  const door = new FrontDoor({ log, health, load, isOwnName: (header) => isOwnName(header, own) });
  const bounds = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_WITHIN_MS,
    requestTimeout: REQUEST_WITHIN_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: LOOK_EVERY_MS,
    shouldUpgradeCallback: isWebSocket,
    // The front door says it in our own words.
    requireHostHeader: false,
  };
  const server: Server =
    tls === null
      ? http.createServer(bounds)
      : process.getBuiltinModule('node:https').createServer({ ...bounds, handshakeTimeout: HEADERS_WITHIN_MS, ...readCertificate(tls) });
  const answering = new WeakMap<Duplex, ServerResponse>();
  server.on(
    'request',
    inTurn((request, response) => {
      answering.set(request.socket, response);
      door.request(request, response);
    }),
  );
  server.on('upgrade', (request, socket, head) => door.upgrade(request, socket, head));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const response = answering.get(socket);
    // Words in the middle of an answer would be taken for a part of it.
    if (response?.headersSent === true && !response.writableFinished) {
      socket.destroy();
      return;
    }
    const refusal = CLIENT_ERRORS[error.code ?? ''] ?? { status: 400, what: 'what was sent is no HTTP request' };
    refuseOnSocket(socket, new RecorderError('REQUEST_MALFORMED', refusal.what), refusal.status);
  });
  keepConnectionsBounded(server, settings.maxConnections);
  await listen(server, host, port);
  server.on('error', (error) => log.error('the HTTP server failed', { error }));
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    reloadCertificate: () => {
      if (tls !== null && 'setSecureContext' in server) (server as import('node:https').Server).setSecureContext(readCertificate(tls));
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
      await door.close();
      server.closeIdleConnections();
      await closed;
      clearTimeout(late);
    },
  };
}

const CLIENT_ERRORS: Readonly<Record<string, { readonly status: number; readonly what: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, what: `the headers are larger than ${MAX_HEADER_BYTES} bytes` },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, what: 'the request took too long to arrive' },
};

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const why = error.code === 'EADDRINUSE' ? 'something else listens there already' : error.message;
      reject(new RecorderError('LISTEN_FAILED', `cannot listen on ${host}:${port}: ${why}`, { cause: error }));
    };
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve();
    });
  });

const interfaceAddresses = (): readonly string[] => Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
