// A recorder that an earlier Homebridge left behind, which was killed before it could stop it.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isMapping } from '../config/fields.ts';
import { commandLineOf, isSame, markOf, type ProcessMark } from './process-facts.ts';
import type { RecorderHome } from './recorder-home.ts';

/** How long it may take to notice by itself that nobody holds its standard input, then to close its events, in ms. */
export interface Patience {
  readonly aloneMs: number;
  readonly termMs: number;
}

const PATIENCE: Patience = { aloneMs: 4000, termMs: 11_000 };
const LOOK_MS = 100;

/** A bridge that is restarted begins before the process of the one before has ended. */
const OWNER_MS = 8000;

/**
 * Says that this process runs the recorder of the folder, once no other Homebridge does.
 *
 * @returns Why it may not, in one sentence.
 * @throws Error of `node:fs`.
 */
export async function claim(home: RecorderHome, signal: AbortSignal, ownerMs: number = OWNER_MS): Promise<string | undefined> {
  const owner = markFrom(await readFile(home.ownerFile, 'utf8').catch(() => ''));
  if (owner !== undefined && owner.pid !== process.pid && !(await isGoneWithin(owner, ownerMs, signal)))
    return `another Homebridge (process ${owner.pid}) runs the recorder in ${home.folder}; one platform of Nightjar is enough for all cameras`;
  await home.write(home.ownerFile, `${JSON.stringify(await markOf(process.pid))}\n`);
  return undefined;
}

/**
 * Waits for the recorder that holds the database, then ends it. Nothing is ended that is not `nightjar start` with our own configuration.
 *
 * @returns `undefined` once it is gone; else why it is still there, in one sentence.
 */
export async function endStale(home: RecorderHome, signal: AbortSignal, { aloneMs, termMs }: Patience = PATIENCE): Promise<string | undefined> {
  const holder = await holderOf(home);
  if (holder === undefined) return undefined;
  const line = await commandLineOf(holder.pid);
  if (!line.includes(home.configFile) || !/\bstart\b/.test(line))
    return `the recorder's database is in use by process ${holder.pid}, which Homebridge did not start; stop it first`;
  if (await isGoneWithin(holder, aloneMs, signal)) return undefined;
  for (const how of ['SIGTERM', 'SIGKILL'] as const) {
    // Looked at once more: meanwhile the id may be somebody else's.
    if (signal.aborted || !(await isSame(holder))) return undefined;
    end(holder.pid, how);
    if (await isGoneWithin(holder, termMs, signal)) return undefined;
  }
  return `the recorder of an earlier Homebridge (process ${holder.pid}) cannot be ended`;
}

/** The recorder's own lock names its process; `undefined`: nobody living holds it. */
async function holderOf(home: RecorderHome): Promise<ProcessMark | undefined> {
  const lock = parse(await readFile(home.lockFile, 'utf8').catch(() => ''));
  const pid = lock?.['pid'];
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 1) return undefined;
  const now = await markOf(pid);
  const { startedTicks } = lock ?? {};
  // Only Linux has ticks; elsewhere the command line alone says whose process it is.
  return now.started === '' || (startedTicks !== '' && startedTicks !== now.started) ? undefined : now;
}

async function isGoneWithin(mark: ProcessMark, withinMs: number, signal: AbortSignal): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs && !signal.aborted; waitedMs += LOOK_MS) {
    if (!(await isSame(mark))) return true;
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  return !(await isSame(mark));
}

function end(pid: number, how: NodeJS.Signals): void {
  try {
    process.kill(pid, how);
  } catch {
    // It ended just now, or it is another user's, which shows in that it stays.
  }
}

function markFrom(text: string): ProcessMark | undefined {
  const read = parse(text);
  const { pid, started } = read ?? {};
  return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined;
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
