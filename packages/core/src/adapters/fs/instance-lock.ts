// One recorder per database: a lock file that names its process, and is worth nothing once that process is gone.
import { constants } from 'node:fs';
import { copyFile, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RecorderError } from '../../errors/recorder-error.ts';
import { diskError, errnoOf, unless } from './disk-errors.ts';

/** Who holds a lock: the process, and when it started, because ids of processes are used again. */
interface Holder {
  readonly pid: number;
  readonly startedTicks: string;
}

const ATTEMPTS = 3;
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** Fields 3 and 22 of /proc/PID/stat (proc(5)); empty where that cannot be read. */
const processStat = async (pid: number): Promise<{ readonly state: string; readonly startedTicks: string }> => {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startedTicks: fields[19] ?? '' };
};

const isAlive = async ({ pid, startedTicks: started }: Holder): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = await processStat(pid);
  // A zombie answers signals until its parent reads how it ended, which the first process of a container may never do.
  return now.state !== 'Z' && (now.startedTicks === '' || now.startedTicks === started);
};

const readHolder = async (path: string): Promise<Holder | undefined> => {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>;
    return Number.isInteger(holder.pid) && typeof holder.startedTicks === 'string' ? (holder as Holder) : undefined;
  } catch (error) {
    // Another user's lock, perhaps of a living recorder, is not there to be taken away.
    if (errnoOf(error) === 'EACCES') throw error;
    return undefined;
  }
};

const alreadyRunning = (path: string, { pid }: Holder): RecorderError =>
  new RecorderError('ALREADY_RUNNING', `another recorder (process ${pid}) uses this database; its lock is ${path}`);

/** Gives `from` the name `to` too. @returns Whether that name was free. */
const becomes = async (from: string, to: string): Promise<boolean> => {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    // File systems of sticks and shares have no links; there the lock is written in place.
    if (!NO_LINKS.includes(errnoOf(error) ?? '')) throw error;
    await unless(['EEXIST'], copyFile(from, to, constants.COPYFILE_EXCL));
    return (await readHolder(to))?.pid === process.pid;
  }
};

/** Takes a dead recorder's lock away; where somebody living has taken it meanwhile, it is put back. */
const removeStale = async (path: string, aside: string): Promise<void> => {
  await unless(['ENOENT'], rename(path, aside));
  const moved = await readHolder(aside);
  if (moved !== undefined && (await isAlive(moved))) {
    await becomes(aside, path);
    await rm(aside, { force: true });
    throw alreadyRunning(path, moved);
  }
  await rm(aside, { force: true });
};

/** A lock that is held. */
export class InstanceLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws RecorderError `ALREADY_RUNNING`, `DISK_FULL`, `DISK_FAILED`. */
  static async take(path: string): Promise<InstanceLock> {
    const mine = `${path}.${process.pid}`;
    try {
      await mkdir(dirname(path), { recursive: true });
      const { startedTicks } = await processStat(process.pid);
      await writeFile(mine, JSON.stringify({ pid: process.pid, startedTicks } satisfies Holder), { mode: 0o600 });
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        // A link appears whole or not at all, so that nobody ever reads half a lock.
        if (await becomes(mine, path)) return new InstanceLock(path);
        const holder = await readHolder(path);
        if (holder !== undefined && (await isAlive(holder))) throw alreadyRunning(path, holder);
        await removeStale(path, `${mine}.stale`);
      }
    } catch (error) {
      throw diskError(error, `cannot lock ${path}`);
    } finally {
      await rm(mine, { force: true }).catch(() => undefined);
    }
    throw new RecorderError('ALREADY_RUNNING', `another recorder is starting; its lock is ${path}`);
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}
