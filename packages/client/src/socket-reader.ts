// A WebSocket as something that is read. What its messages become, and what goes when nobody reads, is decided as they come.
import { RecorderApiError } from './recorder-api-error.ts';

/** A message of a socket. */
export type SocketMessage = string | Uint8Array;

/** How a socket is read. */
export interface SocketReading<T> {
  readonly signal?: AbortSignal | undefined;
  /** Without a message for so long, the other end counts as gone; also for the time until it is open. */
  readonly quietMs: number;
  /** It is open: the other end let us in. */
  onOpen?(): void;
  /** Takes a message; puts what comes of it into the queue, and takes out of the queue what need not wait any longer. @throws what the reader is to hear, which ends the reading. */
  take(message: SocketMessage, queue: T[]): void;
}

/**
 * Reads a socket until it closes, or until `signal` aborts, which closes it.
 *
 * @throws what `take` threw; RecorderApiError `UNREACHABLE` where nothing comes any more; another error where the connection failed: why,
 *   browsers do not say.
 */
export async function* readSocket<T>(socket: WebSocket, { signal, quietMs, onOpen, take }: SocketReading<T>): AsyncGenerator<T, void, void> {
  const queue: T[] = [];
  let isOver = false;
  let failure: unknown;
  let wake: () => void = () => undefined;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const end = (error?: unknown): void => {
    failure ??= error;
    // Once: closing one that never opened tells of its failure from within, again and again, in some releases of Node.
    if (isOver) return;
    isOver = true;
    clearTimeout(quiet);
    socket.close();
    wake();
  };
  // A peer that lost its power closes nothing: only its silence tells.
  const heard = (): void => {
    clearTimeout(quiet);
    if (!isOver) quiet = setTimeout(() => end(new RecorderApiError('UNREACHABLE', `the recorder said nothing for ${quietMs / 1000} s`)), quietMs);
  };
  const abort = (): void => end();
  if (signal?.aborted) end();
  heard();
  signal?.addEventListener('abort', abort, { once: true });
  socket.addEventListener('open', () => {
    heard();
    onOpen?.();
  });
  socket.addEventListener('error', () => end(new Error('the connection failed')));
  socket.addEventListener('close', () => end());
  socket.addEventListener('message', ({ data }) => {
    if (isOver) return;
    heard();
    try {
      take(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer), queue);
    } catch (error) {
      end(error);
    }
    wake();
  });
  try {
    while (signal?.aborted !== true) {
      const next = queue.shift();
      if (next !== undefined) yield next;
      else if (isOver) {
        if (failure !== undefined) throw failure;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    end();
  }
}
