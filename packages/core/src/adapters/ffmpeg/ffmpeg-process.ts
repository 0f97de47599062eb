// One ffmpeg process: started with an argument array, its complaints kept (redacted), stopped for certain.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { getDefaultHighWaterMark, type Readable, setDefaultHighWaterMark, type Writable } from 'node:stream';
import { RecorderError } from '../../errors/recorder-error.ts';
import { withoutSecrets } from '../../util/without-secrets.ts';

/** How a process ended and what it last said. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Last lines of stderr without user names and passwords, oldest first. */
  readonly complaints: readonly string[];
}

/** What to start. */
export interface ProcessRequest {
  readonly args: readonly string[];
  readonly stdin: 'ignore' | 'pipe';
  /** Written to file descriptor 3 and closed. */
  readonly script?: string;
  /** Whether it writes to file descriptor 4 as well. */
  readonly hasSideOutput?: boolean;
  /** Lower priority, for work that recording must not wait for. */
  readonly nice?: number;
  /** Output is read ahead of its reader by no more than one piece; see `GatheredOutput`. */
  readonly readsOnDemand?: boolean;
  /** Hears lines that are no complaints, where the arguments ask for them (`-loglevel level+info`). */
  readonly onNotice?: (line: string) => void;
}

const KEPT_LINES = 8;
const NOTICE = '[info] ';
const LONGEST_LINE = 400;
/** Of a line, before secrets are taken out: a URL that is cut off before its @ would keep its password. */
const LONGEST_READ = 8192;
const KILL_AFTER_MS = 1000;
/** What ffmpeg ends with when a signal asked it to, */
const SIGNALLED = 255;
/** and of which it dies while it is starting, before it catches them. */
const GROUP_SIGNALS: readonly (string | null)[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
/** A signal that was not ours mostly goes to every process of the recorder: whoever stops it hears of it within this, and nothing was lost. */
const SIGNAL_REACHES_ALL_MS = 1000;
/** glibc keeps what was freed unless told otherwise: one arena, and large pieces straight from and back to the system. Other libraries don't read it. */
const MALLOC = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };
/** Largest piece of memory ffmpeg may take at once: room for a plane of any real picture, none for the size a hostile camera claims. */
const LARGEST_ALLOCATION_BYTES = 128 * 1024 * 1024;

/** A running ffmpeg. */
export class FfmpegProcess {
  readonly stdout: Readable;
  /** What comes out of file descriptor 4. */
  readonly sideOutput: Readable | undefined;
  readonly stdin: Writable | null;
  /** Resolves when it is gone and its output was read; rejects only when it could not be started. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcessByStdio<Writable | null, Readable, Readable>;
  readonly #complaints: string[] = [];
  #killTimer: NodeJS.Timeout | undefined;
  #isAsked = false;
  #conclude: () => void = () => undefined;

  constructor(request: ProcessRequest) {
    const { script, readsOnDemand = false } = request;
    const child = readsOnDemand ? withSmallBuffers(() => spawnFfmpeg(request)) : spawnFfmpeg(request);
    this.#child = child;
    this.stdout = child.stdout;
    this.stdin = child.stdin;
    const scriptPipe = child.stdio[3] as Writable | null | undefined;
    scriptPipe?.on('error', () => undefined);
    scriptPipe?.end(script);
    this.sideOutput = (child.stdio[4] as Readable | null | undefined) ?? undefined;
    this.sideOutput?.on('error', () => undefined);
    child.stdin?.on('error', () => undefined);
    child.stdout.on('error', () => undefined);
    this.#readComplaints(child.stderr, request.onNotice);
    this.ended = new Promise((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        const missing = error.code === 'ENOENT';
        reject(
          new RecorderError(
            missing ? 'FFMPEG_MISSING' : 'CAPTURE_CONNECT_FAILED',
            missing ? 'ffmpeg was not found on PATH' : `ffmpeg did not start: ${error.message}`,
            { cause: error },
          ),
        );
      });
      child.once('close', (code, signal) => {
        clearTimeout(this.#killTimer);
        const end = { code, signal, complaints: this.#complaints };
        this.#conclude = () => resolve(end);
        if ((code === SIGNALLED || GROUP_SIGNALS.includes(signal)) && !this.#isAsked) setTimeout(this.#conclude, SIGNAL_REACHES_ALL_MS);
        else this.#conclude();
      });
    });
    this.ended.catch(() => undefined);
    if (request.nice !== undefined && child.pid !== undefined) lowerPriority(child.pid, request.nice);
  }

  /** Asks it to stop and makes it after a second; at once where it would not hear. Safe to repeat. */
  stop({ isDeaf = false }: { readonly isDeaf?: boolean } = {}): void {
    this.#isAsked = true;
    this.#conclude();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill(isDeaf ? 'SIGKILL' : 'SIGTERM');
    this.#killTimer ??= setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER_MS);
    this.stdout.resume();
    this.sideOutput?.resume();
  }

  #readComplaints(stderr: Readable, onNotice: ProcessRequest['onNotice']): void {
    let rest = '';
    stderr.setEncoding('utf8');
    stderr.on('error', () => undefined);
    stderr.on('data', (text: string) => {
      const lines = (rest + text).split(/[\r\n]+/);
      rest = (lines.pop() ?? '').slice(0, LONGEST_READ);
      for (const line of lines) {
        if (line.trim() === '') continue;
        const said = withoutSecrets(line.slice(0, LONGEST_READ))
          .replace(/^\[[^\]]* @ [^\]]*\] /, '')
          .slice(0, LONGEST_LINE);
        if (said.startsWith(NOTICE)) {
          onNotice?.(said.slice(NOTICE.length));
          continue;
        }
        this.#complaints.push(said.replace(/^\[[a-z]+\] /, ''));
        if (this.#complaints.length > KEPT_LINES) this.#complaints.shift();
      }
    });
  }
}

function spawnFfmpeg({ args, stdin, script, hasSideOutput = false }: ProcessRequest): ChildProcessByStdio<Writable | null, Readable, Readable> {
  const child = spawn('ffmpeg', ['-max_alloc', String(LARGEST_ALLOCATION_BYTES), ...args], {
    stdio: [stdin, 'pipe', 'pipe', script === undefined ? 'ignore' : 'pipe', hasSideOutput ? 'pipe' : 'ignore'],
    // ffmpeg needs its libraries' settings at most, and never our secrets.
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', LC_ALL: 'C', ...MALLOC, AV_LOG_FORCE_NOCOLOR: '1' },
  });
  return child as unknown as ChildProcessByStdio<Writable | null, Readable, Readable>;
}

/** Makes streams that stop reading as soon as something waits in them. `spawn` has no option for that, so the default is another one while it runs. */
function withSmallBuffers<T>(make: () => T): T {
  const usual = getDefaultHighWaterMark(false);
  setDefaultHighWaterMark(false, 1);
  try {
    return make();
  } finally {
    setDefaultHighWaterMark(false, usual);
  }
}

function lowerPriority(pid: number, nice: number): void {
  try {
    setPriority(pid, nice);
  } catch {
    // The process may be gone already, which its owner hears of in another way.
  }
}
