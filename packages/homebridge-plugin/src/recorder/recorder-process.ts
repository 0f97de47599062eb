// Processes of `nightjar`: the recorder itself, and its commands that end by themselves.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { eachLine } from './lines.ts';

/** How a process ended. */
export interface Ended {
  /** `null`: by a signal, or it never began. */
  readonly code: number | null;
  /** Why it never began, or which signal ended it. */
  readonly reason?: string;
}

/** What is done with a process. */
export interface ProcessOptions {
  /** Path of `bin/nightjar`. */
  readonly launcher: string;
  readonly words: readonly string[];
  /** A folder whose `ffmpeg` comes before every other. */
  readonly ffmpegFolder?: string | undefined;
  readonly onStdout: (line: string) => void;
  readonly onStderr: (line: string) => void;
}

/** A process that runs. */
export interface RunningProcess {
  readonly pid: number | undefined;
  /** Resolves once it is gone and everything it said was passed on. Never rejects. */
  readonly ended: Promise<Ended>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** Path of `bin/nightjar` of the installed recorder. @throws Error where it is not installed. */
export function recorderLauncher(): string {
  const entry = createRequire(import.meta.url).resolve('@nightjar/core');
  const folder = join(dirname(entry), '..');
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly bin: { readonly nightjar: string } };
  return join(folder, bin.nightjar);
}

/** PATH as the recorder gets it: its ffmpeg, then the Node that runs Homebridge, then what there was. */
export function searchPath(ffmpegFolder?: string): string {
  const parts = [ffmpegFolder, dirname(process.execPath), process.env['PATH']];
  return parts.filter((part) => part !== undefined && part !== '').join(delimiter);
}

/**
 * Starts a process that reads nothing, and whose standard input ends with us: should Homebridge be killed, the recorder notices and stops.
 */
export function startProcess({ launcher, words, ffmpegFolder, onStdout, onStderr }: ProcessOptions): RunningProcess {
  // Debuggers and loaders of Homebridge are not the recorder's.
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const child: ChildProcess = spawn('/bin/sh', [launcher, ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...env, PATH: searchPath(ffmpegFolder) },
  });
  child.stdin?.on('error', () => undefined);
  if (child.stdout !== null) eachLine(child.stdout, onStdout);
  if (child.stderr !== null) eachLine(child.stderr, onStderr);
  const ended = new Promise<Ended>((resolve) => {
    child.on('error', (error) => resolve({ code: null, reason: error.message }));
    child.once('close', (code, signal) => resolve(signal === null ? { code } : { code, reason: `killed by ${signal}` }));
  });
  return { pid: child.pid, ended, kill: (signal) => void child.kill(signal) };
}

/** What a command that ends by itself said. */
export interface CommandAnswer extends Ended {
  readonly stdout: string;
  /** The last line of standard error. */
  readonly complaint: string;
}

/** A command does little; on a slow machine with a busy card that takes a while. */
const COMMAND_MS = 60_000;
const KEPT_LINES = 1000;

/** Runs a command to its end. @param signal - Ends it. Never rejects. */
export async function runCommand(options: Pick<ProcessOptions, 'launcher' | 'words' | 'ffmpegFolder'>, signal: AbortSignal): Promise<CommandAnswer> {
  const lines: string[] = [];
  let complaint = '';
  const running = startProcess({
    ...options,
    onStdout: (line) => {
      if (lines.length < KEPT_LINES) lines.push(line);
    },
    onStderr: (line) => {
      if (line.trim() !== '') complaint = line.trim();
    },
  });
  const stop = (): void => running.kill('SIGKILL');
  const timer = setTimeout(stop, COMMAND_MS);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const ended = await running.ended;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  return { ...ended, stdout: lines.join('\n'), complaint };
}
