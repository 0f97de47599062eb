// One recorder per database: a lock file that names its process, and is worth nothing once that process is gone.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RecorderError } from '../../errors/recorder-error.ts';

/** Who holds a lock: the process, and when it started, because ids of processes are used again. */
interface Holder {
  readonly pid: number;
  readonly startedTicks: string;
}

/** Field 22 of /proc/PID/stat; empty where that cannot be read. */
const startedTicks = async (pid: number): Promise<string> => {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};

const isAlive = async ({ pid, startedTicks: started }: Holder): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = await startedTicks(pid);
  return now === '' || now === started;
};

const readHolder = async (path: string): Promise<Holder | undefined> => {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>;
    return Number.isInteger(holder.pid) && typeof holder.startedTicks === 'string' ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
};

/** A lock that is held. */
export class InstanceLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws RecorderError `ALREADY_RUNNING`, `DISK_FAILED`. */
  static async take(path: string): Promise<InstanceLock> {
    const me: Holder = { pid: process.pid, startedTicks: await startedTicks(process.pid) };
    try {
      await mkdir(dirname(path), { recursive: true });
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const written = await writeFile(path, JSON.stringify(me), { flag: 'wx', mode: 0o640 }).then(
          () => true,
          (error: NodeJS.ErrnoException) => {
            if (error.code === 'EEXIST') return false;
            throw error;
          },
        );
        if (written) return new InstanceLock(path);
        const holder = await readHolder(path);
        if (holder !== undefined && (await isAlive(holder))) {
          throw new RecorderError('ALREADY_RUNNING', `another recorder (process ${holder.pid}) uses this database; its lock is ${path}`);
        }
        await rm(path, { force: true });
      }
    } catch (error) {
      throw RecorderError.wrap(error, 'DISK_FAILED', `cannot lock ${path}`);
    }
    throw new RecorderError('ALREADY_RUNNING', `another recorder is starting; its lock is ${path}`);
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}
