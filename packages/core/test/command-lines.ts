// What every program on this machine can read of every other: the command lines.
import { readdir, readFile } from 'node:fs/promises';

/** The command lines of all processes, with spaces between words. Empty where there is no /proc. */
export async function commandLines(): Promise<readonly string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.map((line) => line.replaceAll('\0', ' ')).filter((line) => line !== '');
}
