// The place of a Unix socket in the file system: what a dead process left there is taken away, what lives is left alone.
import { chmod, lstat, mkdir, unlink } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';

/** What the system takes for a path of a socket, in bytes. */
const LONGEST_PATH = process.platform === 'linux' ? 107 : 103;
/** For the user and the group. */
const MODE = 0o660;

/** Makes room for a socket. @throws Error that says what is in the way. */
export async function clearPlace(path: string): Promise<void> {
  if (Buffer.byteLength(path) > LONGEST_PATH)
    throw new Error(`the path ${path} has ${Buffer.byteLength(path)} bytes, a socket's may have ${LONGEST_PATH}; set triggers.socket to a shorter one`);
  await mkdir(dirname(path), { recursive: true });
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isSocket()) throw new Error(`${path} is there already and is no socket; take it away, or set triggers.socket to another path`);
  if (await isAlive(path)) throw new Error(`another process listens on ${path}; stop it, or set triggers.socket to another path`);
  await unlink(path);
}

/** Lets the group in. */
export const openPlace = (path: string): Promise<void> => chmod(path, MODE);

/** Whether somebody takes connections; who refuses them is dead. */
const isAlive = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'));
  });
