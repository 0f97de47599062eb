// Runs programs and says what they cost: CPU with all their descendants, and memory as the kernel shares it out.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** A program to measure. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
}

/** What to run, and for how long. */
export interface Measurement {
  readonly programs: readonly Program[];
  /** A process that works for the programs but is not one of them, as a database server does. Its cost is told apart. */
  readonly helperPid?: number;
  /** The process that sends what the programs receive. */
  readonly cameraPid: number;
  /** The programs are stopped when this settles. */
  readonly until: Promise<unknown>;
}

/** CPU and memory of processes. */
export interface Cost {
  readonly cpuSeconds: number;
  /** Highest sum over the process tree, in MB (10⁶ bytes). */
  readonly peakPssMB: number;
}

/** What a run cost. */
export interface Measured extends Cost {
  readonly helper?: Cost;
  readonly wallSeconds: number;
  /** Share of all cores, 0…1, that the programs, their helper, the camera and this process used. */
  readonly ownLoad: number;
  /** Share of all cores, 0…1, that was busy for whomever, as /proc/stat says. */
  readonly machineLoad: number;
  /** Processes of others that ran the same binaries at the peak: they share pages, which makes the memory of these look smaller. */
  readonly sharers: number;
  /** Programs that ended before they were asked to. */
  readonly endedEarly: number;
  /** The end of what the programs said, for when something is wrong. */
  readonly said: string;
}

const SAMPLE_EVERY_MS = 500;
const KILL_AFTER_MS = 20_000;
const MOST_SAID_CHARACTERS = 64 * 1024;
/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/**
 * Runs programs side by side, stops them with SIGTERM, and waits until they have gone.
 *
 * CPU is what this process is charged for its reaped children, so descendants that ended long ago count too. Nothing else may be reaped meanwhile.
 */
export async function measure({ programs, helperPid, cameraPid, until }: Measurement): Promise<Measured> {
  const before = { reaped: reapedTicks(), helper: ownTicks(helperPid), others: ownTicks(cameraPid) + ownTicks(process.pid), machine: machineTicks() };
  const startedMs = performance.now();
  let said = '';
  const children = programs.map((program) => start(program, (text) => (said = `${said}${text}`.slice(-MOST_SAID_CHARACTERS))));
  const peak = { own: 0, helper: 0, sharers: 0 };
  const sampler = setInterval(() => {
    const tree = treeOf(children);
    const bytes = pssBytes(tree);
    if (bytes > peak.own) Object.assign(peak, { own: bytes, sharers: countSharers(tree) });
    if (helperPid !== undefined) peak.helper = Math.max(peak.helper, pssBytes(new Set([helperPid])));
  }, SAMPLE_EVERY_MS);
  const ends = children.map((child) => whenClosed(child));
  await Promise.race([until, Promise.all(ends)]);
  const endedEarly = children.filter(({ exitCode, signalCode, pid }) => pid === undefined || exitCode !== null || signalCode !== null).length;
  for (const child of children) child.kill('SIGTERM');
  const insist = setTimeout(() => killAll(treeOf(children)), KILL_AFTER_MS);
  await Promise.all(ends);
  clearTimeout(insist);
  clearInterval(sampler);
  const wallSeconds = (performance.now() - startedMs) / 1000;
  const machine = machineTicks();
  const cpuSeconds = (reapedTicks() - before.reaped) / TICKS_PER_SECOND;
  const helperSeconds = (ownTicks(helperPid) - before.helper) / TICKS_PER_SECOND;
  const otherSeconds = (ownTicks(cameraPid) + ownTicks(process.pid) - before.others) / TICKS_PER_SECOND;
  return {
    cpuSeconds,
    peakPssMB: peak.own / 1e6,
    ...(helperPid === undefined ? {} : { helper: { cpuSeconds: helperSeconds, peakPssMB: peak.helper / 1e6 } }),
    wallSeconds,
    ownLoad: (cpuSeconds + helperSeconds + otherSeconds) / (wallSeconds * availableParallelism()),
    machineLoad: (machine.busy - before.machine.busy) / Math.max(1, machine.all - before.machine.all),
    sharers: peak.sharers,
    endedEarly,
    said,
  };
}

/** What a process and all its descendants cost until now. */
export function costNow(pid: number): { readonly cpuSeconds: number; readonly pssMB: number; readonly processes: number } {
  const tree = treeOf([{ pid }]);
  let ticks = 0;
  for (const each of tree)
    attempt(() => {
      const fields = statFields(each);
      // Its own, and those of its children that have ended.
      ticks += [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0);
    });
  return { cpuSeconds: ticks / TICKS_PER_SECOND, pssMB: pssBytes(tree) / 1e6, processes: tree.size };
}

/** How busy all cores were since the start, in hundredths of a second. */
export const machineNow = (): ReturnType<typeof machineTicks> => machineTicks();

function start({ command, args, cwd }: Program, onText: (text: string) => void): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }) });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => onText(chunk.toString()));
  child.once('error', (error) => onText(`${command}: ${error.message}\n`));
  return child;
}

/** Resolves once a process has ended and nobody holds its output any more. */
export function whenClosed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
}

function killAll(pids: ReadonlySet<number>): void {
  for (const pid of pids) attempt(() => process.kill(pid, 'SIGKILL'));
}

/** CPU of all children that were waited for, theirs included. */
function reapedTicks(): number {
  const fields = statFields('self');
  return Number(fields[13]) + Number(fields[14]);
}

/** CPU of one process without its children; 0 where there is none. */
function ownTicks(pid: number | undefined): number {
  let ticks = 0;
  if (pid !== undefined)
    attempt(() => {
      const fields = statFields(pid);
      ticks = Number(fields[11]) + Number(fields[12]);
    });
  return ticks;
}

function machineTicks(): { readonly busy: number; readonly all: number } {
  const line = /^cpu +([\d ]+)/.exec(readFileSync('/proc/stat', 'latin1'))?.[1] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0] = line.split(' ').map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, all: busy + idle + wait };
}

/** Fields from the third on; the second may hold spaces and parentheses. */
function statFields(pid: number | 'self'): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Every process and its parent. */
function processes(): ReadonlyMap<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) attempt(() => parents.set(Number(name), Number(statFields(Number(name))[1])));
  }
  return parents;
}

/** Processes and all their descendants. */
function treeOf(children: readonly { readonly pid?: number | undefined }[]): ReadonlySet<number> {
  const parents = processes();
  const tree = new Set(children.flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
  for (let size = 0; size !== tree.size; ) {
    size = tree.size;
    for (const [pid, parent] of parents) if (tree.has(parent)) tree.add(pid);
  }
  return tree;
}

/** Proportional set size. */
function pssBytes(pids: ReadonlySet<number>): number {
  let sumKiB = 0;
  for (const pid of pids) {
    attempt(() => {
      sumKiB += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0);
    });
  }
  return sumKiB * 1024;
}

/** How many processes outside of the tree run one of its binaries. */
function countSharers(tree: ReadonlySet<number>): number {
  const ours = new Set([...tree].map(binaryOf));
  return [...processes().keys()].filter((pid) => !tree.has(pid) && ours.has(binaryOf(pid) ?? 'none')).length;
}

function binaryOf(pid: number): string | undefined {
  let path: string | undefined;
  attempt(() => (path = readlinkSync(`/proc/${pid}/exe`)));
  return path;
}

/** Processes may end between being listed and being read. */
function attempt(read: () => unknown): void {
  try {
    read();
  } catch {
    return;
  }
}
