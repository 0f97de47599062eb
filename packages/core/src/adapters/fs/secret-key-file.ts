// The key that tokens are signed with, in a file that nobody else may read, not even for a moment.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RecorderError } from '../../errors/recorder-error.ts';
import { Secret } from '../../util/secret.ts';
import { diskError, errnoOf, unless } from './disk-errors.ts';
import { readFully, syncDirectory, writeFully } from './file-io.ts';

const PRIVATE_MODE = 0o600;
/** Rights of the group and of others. */
const OTHERS = 0o077;
const KEY_BYTES = 32;
/** Characters a key that somebody wrote must have: what HS256 asks for. */
const LEAST_LENGTH = 32;
const MOST_BYTES = 4096;
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * The key of a file; one that is not there is made.
 *
 * @throws RecorderError `SECRET_KEY_REFUSED`, or `DISK_FULL` and `DISK_FAILED` where it cannot be made.
 */
export async function openSecretKey(path: string): Promise<Secret> {
  return (await readKey(path)) ?? (await createKey(path));
}

async function readKey(path: string): Promise<Secret | undefined> {
  let handle: FileHandle | undefined;
  try {
    // Not blocked by a pipe somebody put there.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = await handle.stat();
    if (!status.isFile()) throw refused(path, 'is no file', 'move it away, and a new key is made');
    if ((status.mode & OTHERS) !== 0) {
      const mode = (status.mode & 0o777).toString(8);
      throw refused(path, `may be used by others (mode ${mode})`, 'chmod 600 it if nobody has read it, else delete it, which ends every login');
    }
    const text = Buffer.from(await readFully(handle, 0, MOST_BYTES))
      .toString('utf8')
      .trim();
    if (text.length < LEAST_LENGTH)
      throw refused(path, `is too short: ${text.length} characters, at least ${LEAST_LENGTH} are needed`, 'delete it, and a new key is made');
    return new Secret(text);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    if (error instanceof RecorderError) throw error;
    throw refused(path, `cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'it must belong to the user the recorder runs as');
  } finally {
    await handle?.close();
  }
}

/** Makes the key; where another process does so at the same moment, one of the two keys is everybody's. */
async function createKey(path: string): Promise<Secret> {
  const part = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.part`;
  const text = `${randomBytes(KEY_BYTES).toString('base64url')}\n`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeNew(part, text);
    try {
      // Unlike a rename, a link never replaces the key that somebody else has begun to use.
      await unless(['EEXIST'], link(part, path));
    } catch (error) {
      if (!NO_LINKS.includes(errnoOf(error) ?? '')) throw error;
      await unless(['EEXIST'], writeNew(path, text));
    }
    await syncDirectory(dirname(path));
  } catch (error) {
    throw diskError(error, `cannot write ${path}`);
  } finally {
    await rm(part, { force: true }).catch(() => undefined);
  }
  const key = await readKey(path);
  if (key === undefined) throw refused(path, 'is gone again', 'something on this machine deletes it');
  return key;
}

async function writeNew(path: string, text: string): Promise<void> {
  const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, PRIVATE_MODE);
  try {
    await writeFully(handle, Buffer.from(text), 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const refused = (path: string, what: string, remedy: string): RecorderError =>
  new RecorderError('SECRET_KEY_REFUSED', `the key that logins are signed with, ${path}, ${what}; ${remedy}`);
