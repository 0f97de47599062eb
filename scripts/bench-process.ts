// Runs programs for a time and says what they cost: CPU with all their descendants, and memory as the kernel shares it out.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A program to measure. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
}

/** What a run cost. */
export interface Cost {
  readonly cpuSeconds: number;
  /** Highest sum over the process tree, in MiB. */
  readonly peakPssMiB: number;
  /** The end of what the programs said, for when something is wrong. */
  readonly said: string;
}

const SAMPLE_EVERY_MS = 500;
const KILL_AFTER_MS = 20_000;
/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/**
 * Runs programs side by side, stops them with SIGTERM after `seconds`, and waits until they have gone.
 *
 * CPU is what this process is charged for its reaped children, so descendants that ended long ago count too. Nothing else may be reaped meanwhile.
 */
export async function measure(programs: readonly Program[], seconds: number): Promise<Cost> {
  const before = reapedTicks();
  let said = '';
  let peakPssKiB = 0;
  const children = programs.map(({ command, args, cwd }) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }) });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said = `${said}${chunk.toString()}`.slice(-8000);
      });
    }
    return child;
  });
  const sampler = setInterval(() => {
    peakPssKiB = Math.max(peakPssKiB, pssKiB(children.flatMap((child) => (child.pid === undefined ? [] : [child.pid]))));
  }, SAMPLE_EVERY_MS);
  await Promise.all(children.map((child) => runFor(child, seconds)));
  clearInterval(sampler);
  return { cpuSeconds: (reapedTicks() - before) / TICKS_PER_SECOND, peakPssMiB: peakPssKiB / 1024, said };
}

/** Resolves once the child has ended; asks it to after `seconds`, and insists later. */
function runFor(child: ChildProcess, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    const ask = setTimeout(() => child.kill('SIGTERM'), seconds * 1000);
    const insist = setTimeout(() => child.kill('SIGKILL'), seconds * 1000 + KILL_AFTER_MS);
    const over = (): void => {
      clearTimeout(ask);
      clearTimeout(insist);
      resolve();
    };
    child.once('close', over);
    child.once('error', over);
  });
}

/** CPU of all children that were waited for, theirs included: fields 16 and 17 of /proc/self/stat. */
function reapedTicks(): number {
  const fields = statFields('self');
  return Number(fields[13]) + Number(fields[14]);
}

/** Fields from the third on; the second may hold spaces and parentheses. */
function statFields(pid: string): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Proportional set size of processes and all their descendants. */
function pssKiB(roots: readonly number[]): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) attempt(() => parents.set(Number(name), Number(statFields(name)[1])));
  }
  const tree = new Set(roots);
  for (let size = 0; size !== tree.size; ) {
    size = tree.size;
    for (const [pid, parent] of parents) if (tree.has(parent)) tree.add(pid);
  }
  let sum = 0;
  for (const pid of tree) {
    attempt(() => {
      sum += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0);
    });
  }
  return sum;
}

/** Processes may end between being listed and being read. */
function attempt(read: () => void): void {
  try {
    read();
  } catch {
    return;
  }
}
