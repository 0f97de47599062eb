// What processes hold, as Linux tells it in /proc: for tests that count what is left behind.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const TICKS_PER_SECOND = 100;
const KIB = 1024;

/** One process now. */
export interface ProcessFacts {
  readonly pid: number;
  /** Program and arguments. */
  readonly command: string;
  readonly rssBytes: number;
  /** Of its own since its start, user and system. */
  readonly cpuSeconds: number;
  /** Open files of every kind. */
  readonly files: number;
  /** Those that are sockets. */
  readonly sockets: number;
  readonly threads: number;
}

/** Of a process; nothing where there is none, or it ended without being waited for. */
export function processFacts(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const numberOf = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    const files = openFiles(pid);
    return {
      pid,
      command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
      rssBytes: numberOf('VmRSS') * KIB,
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      files: files.length,
      sockets: files.filter((target) => target.startsWith('socket:')).length,
      threads: numberOf('Threads'),
    };
  } catch {
    // It ended while it was looked at.
    return undefined;
  }
}

/** A process and everything it started that still runs, itself first. */
export function processTree(pid: number): readonly ProcessFacts[] {
  const own = processFacts(pid);
  return own === undefined ? [] : [own, ...childrenOf(pid).flatMap(processTree)];
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function openFiles(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      return [];
    }
  });
}
