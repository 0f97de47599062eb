// CPU time and memory of this process and its children, from /proc (proc(5)).
import { readdir, readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import type { ProcessMeter, ProcessReading } from '../../ports/process-meter.ts';

/** Clock ticks of /proc are 100 a second on every Linux that Node runs on. */
const MS_PER_TICK = 10;
const PAGE_BYTES = 4096;

interface Times {
  readonly cpuMs: number;
  readonly rssBytes: number;
}

const readStat = async (pid: number): Promise<Times> => {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1');
  // The command in parentheses may hold anything; fields are counted after it, from field 3.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
  return { cpuMs: (utime + stime + cutime + cstime) * MS_PER_TICK, rssBytes: (fields[21] ?? 0) * PAGE_BYTES };
};

/** The kernel lists children with the thread that started them; those of a thread that is gone pass to another one. */
const childrenOf = async (pid: number): Promise<number[]> => {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'latin1').catch(() => '')));
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
};

/** Measures through /proc; where there is none, this process alone. */
export const procMeter: ProcessMeter = {
  read: async (): Promise<ProcessReading> => {
    const load1 = loadavg()[0] ?? 0;
    try {
      const pids = [process.pid, ...(await childrenOf(process.pid))];
      const times = await Promise.all(pids.map((pid) => readStat(pid).catch((): Times => ({ cpuMs: 0, rssBytes: 0 }))));
      return {
        cpuMs: times.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
        rssBytes: times.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
        load1,
        processes: pids.length,
      };
    } catch {
      const { user, system } = process.cpuUsage();
      return { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss(), load1 };
    }
  },
};
