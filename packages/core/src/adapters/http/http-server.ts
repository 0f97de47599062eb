// The recorder's HTTP front: health for people and monitors. Loopback only until there are accounts.
import type { Server } from 'node:http';
import type { Health } from '@nightjar/client';
import { RecorderError } from '../../errors/recorder-error.ts';

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
  const server: Server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_WITHIN_MS, headersTimeout: REQUEST_WITHIN_MS, connectionsCheckingInterval: LOOK_EVERY_MS },
    (request, response) => {
      const path = request.url?.split('?')[0];
      const known = path === '/api/v1/health';
      const allowed = request.method === 'GET' || request.method === 'HEAD';
      const status = !known ? 404 : allowed ? 200 : 405;
      const body =
        status === 200
          ? health()
          : { error: { code: status === 404 ? 'NOT_FOUND' : 'METHOD_NOT_ALLOWED', message: status === 404 ? 'there is nothing at this address' : 'only GET' } };
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
