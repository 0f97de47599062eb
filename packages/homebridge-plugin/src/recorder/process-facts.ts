// What the system knows of a process that we did not start just now: whether it lives, since when, and what it runs.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** A process; ids are used again, so the time it began belongs to it. */
export interface ProcessMark {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat (proc(5)); of other systems what `ps` prints. Empty: it is gone, or nothing is known. */
  readonly started: string;
}

const PS_MS = 3000;

/** What identifies a process now. Never rejects. */
export async function markOf(pid: number): Promise<ProcessMark> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (text === undefined) return { pid, started: await ps(pid, 'lstart=') };
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // A zombie is gone; only its parent has not looked yet.
  return { pid, started: fields[0] === 'Z' ? '' : (fields[19] ?? '') };
}

/** Whether it is the same process still. */
export async function isSame({ pid, started }: ProcessMark): Promise<boolean> {
  return started !== '' && (await markOf(pid)).started === started;
}

/** The words it was started with, separated by spaces; empty where that cannot be read. */
export async function commandLineOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return text === undefined ? await ps(pid, 'command=') : text.replaceAll('\0', ' ');
}

const ps = (pid: number, what: string): Promise<string> =>
  new Promise((resolve) => {
    execFile('ps', ['-ww', '-o', what, '-p', String(pid)], { timeout: PS_MS }, (error, stdout) => resolve(error === null ? stdout.trim() : ''));
  });
