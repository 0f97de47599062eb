// Our own recorder: a process of ours that is started, watched, started again, and stopped.
import { setTimeout as delay } from 'node:timers/promises';
import { judgeToken } from './ask-recorder.ts';
import { ChildLog } from './child-log.ts';
import { untilUseless } from './pulse.ts';
import { RecorderHome } from './recorder-home.ts';
import { type Ended, type RunningProcess, recorderLauncher, startProcess } from './recorder-process.ts';
import { type RecorderAccess, RecorderSetup, type RecorderSetupOptions, reasonOf, whyOf } from './recorder-setup.ts';
import { onEnd, type RestartHistory } from './restart-policy.ts';
import { claim, endStale } from './stale-recorder.ts';

export type { RecorderAccess };

/** What is needed to run a recorder. */
export interface EmbeddedRecorderOptions extends RecorderSetupOptions {
  /** It answers, the first time and each time after it was down. */
  readonly onUp?: (access: RecorderAccess) => void;
  /** It ended and is started again. @param reason - One sentence. */
  readonly onDown?: (reason: string) => void;
  /** For tests: path of `bin/nightjar`. */
  readonly launcher?: string;
  readonly limits?: RecorderLimits;
}

/** How patient to be, in ms. */
export interface RecorderLimits {
  /** Until it answers: it repairs first what a power cut left. */
  readonly startMs: number;
  /** Until it has stopped: longer than it needs to close open events. */
  readonly stopMs: number;
  /** Until another Homebridge that runs it has gone. */
  readonly ownerMs?: number;
  /** Between questions whether it still answers, and how long each answer may take. Default 10 s. */
  readonly pulseMs?: number;
  /** Until it is started again after its first end. Default 1 s. */
  readonly againMs?: number;
}

const LIMITS: RecorderLimits = { startMs: 600_000, stopMs: 11_000 };
const PULSE_MS = 10_000;
const ASK_AGAIN_MS = 500;

/** One recorder. Used once: start, then stop; one whose start failed has stopped. */
export class EmbeddedRecorder {
  readonly #options: EmbeddedRecorderOptions;
  readonly #home: RecorderHome;
  readonly #limits: RecorderLimits;
  readonly #stopping = new AbortController();
  #setup: RecorderSetup | undefined;
  #running: Promise<void> | undefined;

  constructor(options: EmbeddedRecorderOptions) {
    this.#options = options;
    this.#home = new RecorderHome(options.storagePath);
    this.#limits = options.limits ?? LIMITS;
  }

  /** Ids of cameras that the recorder refused, each told in the log: nobody removed them, so they stay in Home. Complete once it is up. */
  get leftOut(): readonly string[] {
    return this.#setup?.leftOut ?? [];
  }

  /**
   * Starts it, and again whenever it ends, until `stop`.
   *
   * @returns Once it answers for the first time, however many starts that takes.
   * @throws Error with one sentence where it can never start, or was stopped before it did.
   */
  start(): Promise<RecorderAccess> {
    return new Promise((resolve, reject) => {
      this.#running ??= this.#run(resolve)
        .then(() => reject(new Error('the recorder was stopped before it answered')))
        .catch((error: unknown) => reject(error));
    });
  }

  /** Stops it, within 11 s. May be called at any time, also twice. Never rejects. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(onFirst: (access: RecorderAccess) => void): Promise<void> {
    const { signal } = this.#stopping;
    const launcher = this.#options.launcher ?? findLauncher();
    const setup = new RecorderSetup(this.#options, this.#home, launcher, signal);
    this.#setup = setup;
    const ffmpegFolder = await setup.prepare();
    let history: RestartHistory = { failures: 0 };
    while (!signal.aborted) {
      let upMs: number | undefined;
      const up = (access: RecorderAccess): void => {
        upMs = performance.now();
        if (history.failures > 0) this.#options.log.info('the recorder runs');
        onFirst(access);
        this.#options.onUp?.(access);
      };
      const reason = await this.#once({ setup, launcher, ffmpegFolder, up }).catch((error: unknown) => reasonOf(error));
      if (signal.aborted) return;
      const waitMs = this.#ended(reason, upMs, (ranMs, nowMs) => {
        const decision = onEnd(history, ranMs, nowMs, this.#limits.againMs);
        history = decision.history;
        return decision;
      });
      await delay(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Tells of an end. @returns How long to wait. */
  #ended(reason: string, upMs: number | undefined, decide: (ranMs: number, nowMs: number) => ReturnType<typeof onEnd>): number {
    const nowMs = performance.now();
    const { waitMs, isTold, history } = decide(upMs === undefined ? 0 : nowMs - upMs, nowMs);
    const times = history.failures > 1 ? `, ${history.failures} times now` : '';
    this.#options.log[isTold ? 'error' : 'debug'](`the recorder ${upMs === undefined ? 'did not start' : 'ended'}${times}: ${reason}; it is started again`);
    if (upMs !== undefined) this.#options.onDown?.(reason);
    return waitMs;
  }

  /** One run, from the start of the process to its end. @returns Why it ended. */
  async #once({ setup, launcher, ffmpegFolder, up }: RunParts): Promise<string> {
    const { signal } = this.#stopping;
    const inTheWay = (await claim(this.#home, signal, this.#limits.ownerMs)) ?? (await endStale(this.#home, signal));
    if (inTheWay !== undefined) return inTheWay;
    await setup.writeConfig();
    const token = await setup.token();
    if (signal.aborted) return 'stopped';
    const childLog = new ChildLog(this.#options.log, () => performance.now());
    let listens: (url: string) => void = () => undefined;
    const listening = new Promise<string>((resolve) => {
      listens = resolve;
    });
    const child = startProcess({
      launcher,
      words: ['start', '--config', this.#home.configFile, '--json', '--stop-with-input'],
      ffmpegFolder,
      // Another line there may be the password of the first account, which is nobody's to see: whoever wants to log in sets one.
      onStdout: (line) => {
        const url = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
        if (url !== undefined) listens(url);
      },
      onStderr: (line) => childLog.take(line),
    });
    const stop = (): void => {
      childLog.quieten();
      child.kill('SIGTERM');
    };
    signal.addEventListener('abort', stop, { once: true });
    const began = await this.#untilUp(setup, child, listening, token).catch((error: unknown) => reasonOf(error));
    const isUp = typeof began === 'object';
    const over = new AbortController();
    let useless: string | undefined;
    if (isUp) {
      up(began);
      void setup.switchRecording(began);
      void untilUseless(began, this.#limits.pulseMs ?? PULSE_MS, AbortSignal.any([signal, over.signal])).then((problem) => {
        useless = problem;
        if (problem !== undefined) over.abort();
      });
      over.signal.addEventListener('abort', stop, { once: true });
    } else {
      stop();
      over.abort();
    }
    const ended = await this.#untilEnd(child, AbortSignal.any([signal, over.signal]));
    over.signal.removeEventListener('abort', stop);
    over.abort();
    signal.removeEventListener('abort', stop);
    if (typeof began === 'string') return began;
    if (useless !== undefined) return useless;
    if (ended.code === 2 && !isUp) return await setup.leaveOutRefused(childLog.lastWords);
    return whyOf(ended, childLog.lastWords);
  }

  /** @returns Access; a sentence where it does not answer in time; `undefined` where it ended, or is to end, first. */
  async #untilUp(setup: RecorderSetup, child: RunningProcess, listening: Promise<string>, token: string): Promise<RecorderAccess | string | undefined> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#limits.startMs);
    const signal = AbortSignal.any([late.signal, this.#stopping.signal]);
    const over = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
      void child.ended.then(() => resolve(undefined));
    });
    try {
      const url = await Promise.race([listening, over]);
      const access = url === undefined ? undefined : await Promise.race([letIn(setup, url, token, signal), over]);
      return access ?? (late.signal.aborted ? `it did not answer within ${this.#limits.startMs / 1000} s` : undefined);
    } finally {
      clearTimeout(timer);
      late.abort();
    }
  }

  /** Waits for the end; a process that was asked to go and stays is killed. */
  async #untilEnd(child: RunningProcess, asked: AbortSignal): Promise<Ended> {
    let timer: NodeJS.Timeout | undefined;
    const bound = (): void => {
      timer ??= setTimeout(() => child.kill('SIGKILL'), this.#limits.stopMs);
    };
    asked.addEventListener('abort', bound, { once: true });
    if (asked.aborted) bound();
    const ended = await child.ended;
    clearTimeout(timer);
    asked.removeEventListener('abort', bound);
    return ended;
  }
}

/** What one run needs. */
interface RunParts {
  readonly setup: RecorderSetup;
  readonly launcher: string;
  readonly ffmpegFolder: string | undefined;
  readonly up: (access: RecorderAccess) => void;
}

function findLauncher(): string {
  try {
    return recorderLauncher();
  } catch {
    throw new Error('the recorder that belongs to this plugin (@nightjar/core) is not installed: install the plugin again');
  }
}

/** Asks until the token is taken; one that is refused, because the database is another one now, is made anew once. */
async function letIn(setup: RecorderSetup, url: string, first: string, signal: AbortSignal): Promise<RecorderAccess | undefined> {
  let token = first;
  while (!signal.aborted) {
    const verdict = await judgeToken(url, token, signal);
    if (verdict === 'good') return { url, token };
    if (verdict === 'refused' && token !== first) throw new Error('the recorder refuses the token that was made for it');
    if (verdict === 'refused') token = await setup.createToken();
    else await delay(ASK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
