// Answers that need no more than Node: what the front door says itself, in the same words and headers as everything behind it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerError } from './error-answer.ts';

/** Headers of every answer. Nothing here is a page, so nothing may be run, framed or guessed. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers with JSON. */
export function answerPlainly(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { ...SAFE_HEADERS, ...headers, 'content-type': JSON_TYPE, 'content-length': text.length });
  response.end(request.method === 'HEAD' ? undefined : text);
}

/** Answers with an error. */
export function refusePlainly(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const { status, headers, body } = answerError(error);
  answerPlainly(request, response, status, body, headers);
}

/** Writes an error to a connection that has no response (bytes that are no request, an upgrade that is refused) and ends it. */
export function refuseOnSocket(socket: Duplex, error: unknown, status?: number): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const answer = answerError(error);
  const text = JSON.stringify(answer.body);
  const code = status ?? answer.status;
  const lines = Object.entries({
    ...SAFE_HEADERS,
    ...answer.headers,
    'content-type': JSON_TYPE,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${code} ${REASONS[code] ?? 'Refused'}\r\n${lines.join('')}\r\n${text}`, () => socket.destroy());
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  421: 'Misdirected Request',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
