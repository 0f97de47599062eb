// A TCP port on loopback that nobody has, the same one whenever that is possible.
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections, so that the one of last time is likely free. */
const FIRST_PORT = 8430;
const COUNT = 100;

/** The port of last time if it is free, else the next one that is. @throws Error where none is. */
export async function freePort(before?: number): Promise<number> {
  const candidates = Array.from({ length: COUNT }, (_, index) => FIRST_PORT + index);
  for (const port of before === undefined ? candidates : [before, ...candidates]) if (await isFree(port)) return port;
  throw new Error(`no TCP port from ${FIRST_PORT} to ${FIRST_PORT + COUNT - 1} is free on 127.0.0.1`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
