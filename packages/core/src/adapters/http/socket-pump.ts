// Messages over a WebSocket: asked for one by one as they leave, with a heartbeat, and a last word where something fails.
import type { WebSocket } from 'ws';
import { answerError } from './error-answer.ts';

/** Clients may say nothing that is long. */
export const MAX_INCOMING_BYTES = 4096;
/** Browsers cannot send pings; this keeps routers from forgetting a quiet connection, and finds dead ones. */
const HEARTBEAT_MS = 15_000;
/** Without a sign of life for so long, a peer is gone. */
const DEAD_AFTER_MS = 45_000;
/** A slow reader hears a ping only after everything that was sent before it. */
const SLOW_DEAD_AFTER_MS = 180_000;
const MUCH_UNDER_WAY_BYTES = 64 * 1024;
/** A message that had to wait for room and got it was read, at least in part. */
const WAITED_MS = 50;

/** WebSocket's close codes, by what happened. */
const CLOSE_CODES = { ended: 1000, goingAway: 1001, refused: 1008, failed: 1011, tryAgain: 1013 } as const;

/** Sends messages until they end, fail, nobody listens, or `signal` aborts: with an error as its reason, that is told. */
export async function pumpMessages(socket: WebSocket, messages: AsyncIterator<string | Uint8Array>, signal: AbortSignal): Promise<void> {
  const heart = new Heartbeat(socket);
  try {
    while (!signal.aborted && socket.readyState === socket.OPEN) {
      const { done, value } = await messages.next();
      if (done === true || signal.aborted) break;
      const sentAtMs = performance.now();
      await send(socket, value);
      heart.sent(value.length, performance.now() - sentAtMs);
    }
    if (signal.reason instanceof Error) await sayWhy(socket, signal.reason);
    else socket.close(signal.aborted ? CLOSE_CODES.goingAway : CLOSE_CODES.ended);
  } catch (error) {
    await sayWhy(socket, error);
    throw error;
  } finally {
    heart.stop();
    await messages.return?.();
  }
}

/** The last message and the close code say what went wrong. */
async function sayWhy(socket: WebSocket, error: unknown): Promise<void> {
  if (socket.readyState !== socket.OPEN) return;
  const { status, body } = answerError(error);
  await send(socket, JSON.stringify({ type: 'error', ...body }));
  socket.close(closeCodeOf(status), body.error.code);
}

const PASSING_STATUSES: readonly number[] = [425, 429, 503];

const closeCodeOf = (status: number): number => {
  if (PASSING_STATUSES.includes(status)) return CLOSE_CODES.tryAgain;
  return status >= 500 ? CLOSE_CODES.failed : CLOSE_CODES.refused;
};

/** Resolves when the message is with the operating system, or nobody is there any more. */
const send = (socket: WebSocket, message: string | Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    socket.send(message, () => resolve());
  });

/** Pings, and gives up a peer that shows no life. */
class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #aliveAtMs = performance.now();
  #bytesSince = 0;

  constructor(socket: WebSocket) {
    const alive = (): void => this.#alive();
    socket.on('pong', alive).on('ping', alive).on('message', alive);
    this.#timer = setInterval(() => {
      const patienceMs = this.#bytesSince > MUCH_UNDER_WAY_BYTES ? SLOW_DEAD_AFTER_MS : DEAD_AFTER_MS;
      if (performance.now() - this.#aliveAtMs > patienceMs) socket.terminate();
      else if (socket.readyState === socket.OPEN && socket.bufferedAmount === 0) socket.ping();
    }, HEARTBEAT_MS);
  }

  sent(bytes: number, tookMs: number): void {
    this.#bytesSince += bytes;
    if (tookMs > WAITED_MS) this.#alive();
  }

  #alive(): void {
    this.#aliveAtMs = performance.now();
    this.#bytesSince = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
