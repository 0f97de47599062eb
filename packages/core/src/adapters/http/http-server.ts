// The recorder's HTTP front: health for people and monitors. Loopback only until there are accounts.
import type { IncomingMessage, Server } from 'node:http';
import { networkInterfaces } from 'node:os';
import type { Health } from '@nightjar/client';
import { RecorderError } from '../../errors/recorder-error.ts';
import { isOwnName, type OwnNames } from './own-names.ts';

/** Where to listen and what to answer from. */
export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  health(): Health;
}

/** A listening server. */
export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

// An import would run the getters of all its exports, one of which loads a whole WebSocket client: 30 ms and some MB.
const { createServer } = process.getBuiltinModule('node:http');

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;
const MAX_HEADER_BYTES = 16 * 1024;
const REQUEST_WITHIN_MS = 10_000;
/** How often connections are looked at that take longer than that. */
const LOOK_EVERY_MS = 2000;
/** Far more than people and monitors need, far fewer than the file descriptors that recording needs. */
const MOST_CONNECTIONS = 128;

/** Starts listening. @throws RecorderError `LISTEN_FAILED`. */
export async function startHttpServer({ host, port, health }: HttpServerOptions): Promise<HttpServer> {
  const own: OwnNames = { host, interfaceAddresses };
  const server: Server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_WITHIN_MS, headersTimeout: REQUEST_WITHIN_MS, connectionsCheckingInterval: LOOK_EVERY_MS },
    (request, response) => {
      const { status, body } = answerTo(request, own, health);
      response.writeHead(status, HEADERS);
      response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(body)}\n`);
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'something else listens there already' : error.message;
      reject(new RecorderError('LISTEN_FAILED', `cannot listen on ${host}:${port}: ${why}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly body: Health | { readonly error: { readonly code: string; readonly message: string } };
}

function answerTo(request: IncomingMessage, own: OwnNames, health: () => Health): Answer {
  const refusal = (status: number, code: string, message: string): Answer => ({ status, body: { error: { code, message } } });
  if (!isOwnName(request.headers.host, own)) return refusal(421, 'HOST_NOT_ALLOWED', 'the Host header does not name this recorder');
  if (request.url?.split('?')[0] !== '/api/v1/health') return refusal(404, 'NOT_FOUND', 'there is nothing at this address');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, 'METHOD_NOT_ALLOWED', 'only GET');
  return { status: 200, body: health() };
}

const interfaceAddresses = (): readonly string[] => Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
