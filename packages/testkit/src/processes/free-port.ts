// Ports for servers that a test starts.
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that Linux gives to whoever wants any (from 32768 on): nobody gets one of these by chance before the server of the test has begun. */
const [FIRST, LAST] = [20_000, 32_767];
const MOST_TRIES = 200;

/** A port that nobody listens on, at any address of this machine. @throws Error where none is found. */
export async function freePort(): Promise<number> {
  for (let count = 0; count < MOST_TRIES; count++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${MOST_TRIES} ports from ${FIRST} to ${LAST} is free`);
}

/** So many of them, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port);
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
