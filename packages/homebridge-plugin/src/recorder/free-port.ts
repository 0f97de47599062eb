// A TCP port on loopback that nobody has, the same one whenever that is possible.
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Below the ports that systems give to outgoing connections, so that the one of last time is likely free. */
const FIRST_PORT = 8430;
const COUNT = 100;
/** Whoever listened there a moment ago may need so long to go, in tries. */
const TRIES = 10;
const PAUSE_MS = 200;

/**
 * The port of last time if it is free, or becomes so within 2 s; else one that is.
 *
 * @param seed - Where to begin to look: recorders with different ones seldom meet.
 * @throws Error where none is free.
 */
export async function freePort(before: number | undefined, seed: number, signal: AbortSignal): Promise<number> {
  for (let attempt = 0; before !== undefined && attempt < TRIES && !signal.aborted; attempt += 1) {
    if (await isFree(before)) return before;
    await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
  for (let index = 0; index < COUNT; index += 1) {
    const port = FIRST_PORT + ((seed + index) % COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error(`no TCP port from ${FIRST_PORT} to ${FIRST_PORT + COUNT - 1} is free on 127.0.0.1`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
