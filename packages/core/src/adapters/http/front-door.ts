// Who comes first, without a library: health for anybody, obvious nonsense refused. The rest is loaded for the first who wants it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Health } from '@nightjar/client';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Logger } from '../../ports/logger.ts';
import { stopping } from './exchange.ts';
import { answerPlainly, refuseOnSocket, refusePlainly } from './plain-answer.ts';
import { API_PREFIX, hasToken, pathOf } from './request-address.ts';

/** What does everything but health. */
export interface Translation {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends every stream and socket. */
  close(): Promise<void>;
}

/** What the door needs to know. */
export interface FrontDoorOptions {
  readonly log: Logger;
  /** What anybody may know of how the recorder is. */
  health(): Partial<Health>;
  /** Whether the Host header names this recorder. */
  isOwnName(host: string | undefined): boolean;
  load(): Promise<Translation>;
}

const HEALTH = `${API_PREFIX}/health`;

/** The way in. */
export class FrontDoor {
  readonly #options: FrontDoorOptions;
  #translation: Promise<Translation> | undefined;
  #isClosed = false;

  constructor(options: FrontDoorOptions) {
    this.#options = options;
  }

  /** Answers, or hands over. */
  request(request: IncomingMessage, response: ServerResponse): void {
    try {
      const path = this.#look(request);
      if (request.method === 'TRACE') throw new RecorderError('METHOD_NOT_ALLOWED', 'TRACE is not taken', { context: { allow: 'GET, HEAD' } });
      if (path === HEALTH && isAnonymousLook(request)) {
        answerPlainly(request, response, 200, this.#options.health());
        return;
      }
    } catch (error) {
      refusePlainly(request, response, error);
      return;
    }
    this.#behind().then(
      (translation) => {
        if (this.#isClosed) refusePlainly(request, response, stopping());
        else translation.request(request, response);
      },
      (error: unknown) => refusePlainly(request, response, error),
    );
  }

  /** Hands a request for another protocol over, or ends it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Node listens to nobody any more who breaks off here.
    const guard = (): void => void socket.destroy();
    socket.on('error', guard);
    try {
      this.#look(request);
      // Some versions of Node hand over every other protocol that is offered.
      if (!isWebSocket(request)) throw new RecorderError('REQUEST_MALFORMED', 'the only other protocol spoken is WebSocket');
    } catch (error) {
      refuseOnSocket(socket, error);
      return;
    }
    this.#behind().then(
      (translation) => {
        socket.off('error', guard);
        if (this.#isClosed) refuseOnSocket(socket, stopping());
        else if (!socket.destroyed) translation.upgrade(request, socket, head);
      },
      (error: unknown) => refuseOnSocket(socket, error),
    );
  }

  /** Ends whatever is behind, and lets nobody in any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const translation = await this.#translation?.catch(() => undefined);
    await translation?.close();
  }

  #look(request: IncomingMessage): string {
    if (this.#isClosed) throw stopping();
    if (request.headers.host === undefined && request.httpVersion === '1.1') throw new RecorderError('REQUEST_MALFORMED', 'the Host header is missing');
    if (!this.#options.isOwnName(request.headers.host)) throw new RecorderError('HOST_NOT_ALLOWED', 'the Host header does not name this recorder');
    return pathOf(request.url);
  }

  #behind(): Promise<Translation> {
    return (this.#translation ??= this.#options.load().catch((error: unknown) => {
      // The next one tries again: what kept it from loading (memory, a file) may be over by then.
      this.#translation = undefined;
      this.#options.log.error('the HTTP API could not be loaded', { error });
      throw error;
    }));
  }
}

/** Whether a request wants to go on as a WebSocket; other protocols may be offered, and are passed over (RFC 9110 §7.8). */
export const isWebSocket = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean => headers.upgrade?.toLowerCase() === 'websocket';

/** Whether somebody wants to know no more than how the recorder is, and shows nothing that would tell more. */
const isAnonymousLook = ({ method, headers, url = '' }: IncomingMessage): boolean =>
  (method === 'GET' || method === 'HEAD') && headers.authorization === undefined && headers.origin === undefined && !hasToken(url);
