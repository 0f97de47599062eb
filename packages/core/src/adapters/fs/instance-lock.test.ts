// One recorder per database, also when several start at once over the lock of one that was killed.
import { spawn } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { withDirectory } from '../../../test/event-recording.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import { InstanceLock } from './instance-lock.ts';

const DEAD = { pid: 2 ** 22 - 3, startedTicks: '1' };

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'taken',
    (error: unknown) => RecorderError.of(error)?.code ?? String(error),
  );

/** Takes the lock in another process, which keeps it until its input closes; resolves with what became of it. */
const takeElsewhere = (path: string, uid?: number): { readonly outcome: Promise<string>; end(): void } => {
  const source = pathToFileURL(join(import.meta.dirname, 'instance-lock.ts')).href;
  const script = `
    const { InstanceLock } = await import(${JSON.stringify(source)});
    ${uid === undefined ? '' : `process.setgid(${uid}); process.setuid(${uid});`}
    console.log(await InstanceLock.take(${JSON.stringify(path)}).then(() => 'taken', (error) => error.code));
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', '--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  return { outcome: new Promise((resolve) => child.stdout.once('data', (text) => resolve(String(text).trim()))), end: () => child.stdin.end() };
};

const onLinux = process.platform === 'linux';

/** What /proc/PID/stat says, once `isSo`. */
async function statOnce(pid: number, isSo: (stat: string) => boolean): Promise<string> {
  for (let waited = 0; waited < 5000; waited += 10) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    if (isSo(stat)) return stat;
    await sleep(10);
  }
  throw new Error(`process ${pid} did not become what was waited for within 5 s`);
}

/** A process that has ended, below one that never asks how. */
async function makeZombie(): Promise<{ readonly pid: number; readonly startedTicks: string | undefined; end(): void }> {
  const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 & echo $!; exec sleep 60'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
  // A shell would ask.
  await statOnce(parent.pid ?? 0, (stat) => stat.includes('(sleep)'));
  parent.stdin.end();
  const stat = await statOnce(pid, (text) => text.includes(') Z '));
  return { pid, startedTicks: stat.split(') ')[1]?.split(' ')[19], end: () => parent.kill('SIGKILL') };
}

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

describe('the lock of a recorder', () => {
  (isRoot ? it : it.skip)(`is not taken away by a user who may not read it${isRoot ? '' : ' (skipped: becoming another user takes root)'}`, async () => {
    await withDirectory(async (folder) => {
      chmodSync(folder, 0o777);
      const path = join(folder, 'lock');
      const lock = await InstanceLock.take(path);
      const stranger = takeElsewhere(path, NOBODY);
      expect(await stranger.outcome).toBe('DISK_FAILED');
      stranger.end();
      expect(readdirSync(folder)).toEqual(['lock']);
      await lock.release();
    });
  });

  it('is had by one at a time and leaves nothing behind', async () => {
    await withDirectory(async (folder) => {
      const path = join(folder, 'data', 'nightjar.db.lock');
      const lock = await InstanceLock.take(path);
      expect(await codeOf(InstanceLock.take(path))).toBe('ALREADY_RUNNING');
      expect(readdirSync(join(folder, 'data'))).toEqual(['nightjar.db.lock']);
      expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
      await lock.release();
      expect(readdirSync(join(folder, 'data'))).toEqual([]);
    });
  });

  it.each(['', 'rubbish', JSON.stringify(DEAD), JSON.stringify({ pid: process.pid, startedTicks: '1' })])(
    'is taken over from a recorder that is gone (its lock says %j)',
    async (left) => {
      await withDirectory(async (folder) => {
        const path = join(folder, 'lock');
        writeFileSync(path, left);
        const lock = await InstanceLock.take(path);
        expect(await codeOf(InstanceLock.take(path))).toBe('ALREADY_RUNNING');
        await lock.release();
      });
    },
  );

  (onLinux ? it : it.skip)('is taken over from a recorder that was killed and whose parent never asks how it ended', async () => {
    await withDirectory(async (folder) => {
      const { end, ...holder } = await makeZombie();
      const path = join(folder, 'lock');
      writeFileSync(path, JSON.stringify(holder));
      const lock = await InstanceLock.take(path);
      end();
      await lock.release();
    });
  });

  it('is had by one of several that start at once after a kill', async () => {
    await withDirectory(async (folder) => {
      const path = join(folder, 'lock');
      writeFileSync(path, JSON.stringify(DEAD));
      const starters = [1, 2, 3, 4].map(() => takeElsewhere(path));
      const outcomes = await Promise.all(starters.map(({ outcome }) => outcome));
      for (const starter of starters) starter.end();
      expect(outcomes.sort()).toEqual(['ALREADY_RUNNING', 'ALREADY_RUNNING', 'ALREADY_RUNNING', 'taken']);
    });
  });
});
