// A server that answers as a test says.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a test says to one socket. */
export type Serve = (socket: WebSocket, url: string) => void;

/** Starts it on a free port. Without `socket`, who wants a WebSocket is answered as everybody. */
export async function smallServer(answer: (request: IncomingMessage, response: ServerResponse) => void, socket?: Serve) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  const sockets = socket && new WebSocketServer({ server, handleProtocols: () => 'nightjar' });
  sockets?.on('connection', (opened, { url = '' }) => socket?.(opened, url));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      for (const opened of sockets?.clients ?? []) opened.terminate();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, server, close };
}

/** Answers with JSON. */
export const json = (response: ServerResponse, status: number, value: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
};

/** What a recorder says instead of an answer. */
export const refusal = (code: string, message = code): unknown => ({ error: { code, message, details: [{ path: 'name', message: 'is too long' }] } });
