// A request and what is needed to answer it in pieces.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Begun } from './begun.ts';
import type { Call } from './call.ts';

/** A request under way, with its answer. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly call: Call;
}

/** How long a stream may take to its first piece before the answer begins without it: errors until then have a status of their own. */
export const FIRST_PIECE_WITHIN_MS = 250;

/** A camera's stream that ended before it began: the camera is being changed or removed, or the recorder stops. Whoever asks again finds out. */
export const cameraGone = (): RecorderError =>
  new RecorderError('CAMERA_OFFLINE', 'the camera is being changed or removed, or the recorder is being stopped', { context: { retryAfterSeconds: 2 } });

/** Nothing new begins any more. */
export const stopping = (): RecorderError => new RecorderError('STOPPING', 'the recorder is being stopped');

/**
 * Takes the answer out of the library's hands and sends its head; what follows is written with `call.write`.
 *
 * @throws RecorderError why it was ended from our side meanwhile.
 */
export function beginAnswer({ call, reply }: Exchange, status: number, headers: Readonly<Record<string, string | number>>): void {
  if (call.refusal !== undefined) throw call.refusal;
  reply.hijack();
  const prepared = Object.entries(reply.getHeaders()).filter((entry): entry is [string, string | number | string[]] => entry[1] !== undefined);
  reply.raw.writeHead(status, { ...Object.fromEntries(prepared), ...headers });
}

/** As `beginAnswer`, before pieces of a stream that was begun; where the answer can't begin, that is ended. */
export async function beginStream(
  exchange: Exchange,
  pieces: Begun<unknown>,
  ...head: [status: number, headers: Readonly<Record<string, string | number>>]
): Promise<void> {
  try {
    beginAnswer(exchange, ...head);
  } catch (error) {
    await pieces.return?.();
    throw error;
  }
}

/** Whether only the head of an answer is wanted. */
export const isHead = ({ request }: Exchange): boolean => request.method === 'HEAD';

/** Caches may keep it and must ask each time whether it is still the same; proxies may not keep it at all. */
export const REVALIDATED = 'private, no-cache';

/** An entity tag as it stands in a header. */
export const quoted = (etag: string): string => (/^(?:W\/)?"[^"]*"$/.test(etag) ? etag : `"${etag.replaceAll('"', '')}"`);

/** Whether one of the tags of If-None-Match is this one. */
export const isKnown = ({ request }: Exchange, etag: string): boolean => {
  const header = request.headers['if-none-match'];
  const plain = (tag: string): string => tag.trim().replace(/^W\//, '');
  return header !== undefined && names(header, plain(etag), plain);
};

/** Whether If-Match asks for another file than this one (RFC 9110 §13.1.1). */
export const isOther = ({ request }: Exchange, etag: string): boolean => {
  const header = request.headers['if-match'];
  return header !== undefined && !names(header, etag, (tag) => tag.trim());
};

const names = (header: string, etag: string, plain: (tag: string) => string): boolean =>
  header.trim() === '*' || header.split(',').some((tag) => plain(tag) === etag);
