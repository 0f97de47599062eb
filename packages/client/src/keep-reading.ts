// Streams that go on after a connection broke.
import { pause, Reconnection, type ReconnectionLimits } from './reconnection.ts';
import { RecorderApiError } from './recorder-api-error.ts';

/** How a stream is read. */
export interface KeptStream<T> {
  readonly limits: ReconnectionLimits;
  readonly signal: AbortSignal | undefined;
  /** One connection; calls `connected` once the recorder has let it in. */
  read(connected: () => void): AsyncIterable<T>;
  /** A plain request that needs the same: asked where a connection failed without a word, since browsers keep the reason to themselves. */
  ask?(): Promise<unknown>;
  /** Told that a connection failed or ended, and that another one will be tried. */
  broken?(): void;
  /** With this code, said to whoever was let in before, what is read has come to its end. */
  readonly endsWith?: string;
  /** With this code, said to whoever was not let in yet, it is not waited for: another stream can be asked for. */
  readonly refusedWith?: string;
}

/** Reads a stream again and again until `signal` aborts or what is read ends. @throws RecorderApiError Where the recorder says no for good. */
export async function* keepReading<T>({ limits, signal, read, ask, broken, endsWith, refusedWith }: KeptStream<T>): AsyncGenerator<T, void, void> {
  const reconnection = new Reconnection(limits);
  let wasLetIn = false;
  const waitAfter = (error: unknown): number | 'end' => {
    const code = error instanceof RecorderApiError ? error.code : undefined;
    if (code !== undefined && code === (wasLetIn ? endsWith : refusedWith)) {
      if (wasLetIn) return 'end';
      throw error;
    }
    return waitMsAfter(error);
  };
  while (signal?.aborted !== true) {
    let isConnected = false;
    let wait: number | 'end' = 0;
    try {
      yield* read(() => {
        isConnected = true;
        wasLetIn = true;
        reconnection.succeeded();
      });
    } catch (error) {
      if (signal?.aborted) return;
      const isSaid = isConnected || error instanceof RecorderApiError;
      wait = isSaid || ask === undefined ? waitAfter(error) : await ask().then(() => 0, waitAfter);
    }
    if (wait === 'end') return;
    if (!signal?.aborted) broken?.();
    await pause(reconnection.nextMs(wait), signal);
  }
}

/** How long the recorder wants to be left alone, in ms. @throws the error itself where trying again will not help. */
function waitMsAfter(error: unknown): number {
  if (!(error instanceof RecorderApiError)) return 0;
  const isSaidOverSocket = error.status === undefined && error.code !== 'UNREACHABLE';
  // The login a connection was opened with has run out: the next one is opened with another, or refused.
  if (isSaidOverSocket && error.code === 'NOT_LOGGED_IN') return 0;
  if (!error.isTransient || (isSaidOverSocket && !PASSING.includes(error.code))) throw error;
  return (error.retryAfterSeconds ?? 0) * 1000;
}

/** What a recorder says over a socket and that will pass. */
const PASSING: readonly string[] = ['CAMERA_OFFLINE', 'TOO_MANY_REQUESTS', 'NOT_READY', 'DATABASE_BUSY', 'INTERNAL'];
