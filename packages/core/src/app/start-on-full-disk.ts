// A recorder must be able to start on a full disk: only it can free room there.
import { DiskReserve } from '../adapters/fs/disk-reserve.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Logger } from '../ports/logger.ts';
import type { Environment } from './environment.ts';

/** SQLite's words for a disk without room, which depend on what it was about to write. */
const FULL_DATABASE = /^SQLITE_(FULL|IOERR|CANTOPEN)/;

const isFull = (error: unknown): boolean => {
  const known = RecorderError.of(error);
  return known?.code === 'DISK_FULL' || (known?.code === 'DATABASE_FAILED' && FULL_DATABASE.test(String(known.context['sqlite'])));
};

/**
 * Opens an environment; where the disk of its database is full, once more with the room that earlier starts kept for that.
 *
 * @throws RecorderError As `open`.
 */
export async function startOnFullDisk(databaseFile: string, log: Logger, open: () => Promise<Environment>): Promise<Environment> {
  const reserve = new DiskReserve(`${databaseFile}.reserve`);
  let env: Environment;
  try {
    env = await open();
  } catch (error) {
    if (!isFull(error) || !(await reserve.giveUp())) throw error;
    log.warn('the disk of the database is full: starting with the room that was kept for this');
    env = await open();
  }
  await reserve.keep();
  const opened = env;
  return {
    ...opened,
    close: async () => {
      await opened.close();
      await reserve.keep();
    },
  };
}
