// Keeps one stream alive: runs a session, asks the policy how long to wait, runs the next. The only owner of that loop.

import type { ErrorCode } from '../errors/codes.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { CameraStatus } from '../model/camera.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import type { SourceRun } from '../ports/camera-source.ts';
import type { Logger } from '../ports/logger.ts';
import { disagreesAtStart, runSession, type SessionOptions } from './capture-session.ts';
import { STEADY_MS, takesInBand, waitBeforeNextRun } from './recovery-policy.ts';

/** Who hears of a stream's runs. Calls come in order: start, packets, end, start, … */
export interface CaptureListener {
  onRunStart(info: StreamInfo): void;
  onPacket(packet: Packet): void;
  /** `code` is absent when we stopped it ourselves. */
  onRunEnd(code: ErrorCode | undefined): void;
  onStatus(status: CameraStatus, problem: string | undefined): void;
}

/** What a supervisor needs beside a session's needs. */
export interface SupervisorOptions extends SessionOptions {
  readonly log: Logger;
  /** 0…1, uniformly. */
  readonly random: () => number;
}

/** Runs a stream until stopped. */
export class CaptureSupervisor {
  readonly #options: SupervisorOptions;
  readonly #listener: CaptureListener;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #connects = 0;
  #clockJumps = 0;
  /** Runs in a row whose first key picture was another one than was announced. */
  #disagreements = 0;
  #toldOfInBand = false;
  #run: SourceRun | undefined;
  #isGathering = true;

  constructor(options: SupervisorOptions, listener: CaptureListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Connections beyond the first. */
  get reconnects(): number {
    return Math.max(0, this.#connects - 1);
  }

  /** Times the camera's clock jumped. */
  get clockJumps(): number {
    return this.#clockJumps;
  }

  start(): void {
    this.#loop = this.#keepRunning();
  }

  /** Whether packets may be gathered (`SourceRequest.gatherMs`), now and in later runs. */
  setGathering(isAllowed: boolean): void {
    this.#isGathering = isAllowed;
    this.#run?.setGathering(isAllowed);
  }

  /** Ends the run and the loop within 2 s. */
  async stop(): Promise<void> {
    this.#stopping.abort('shutdown');
    await this.#loop;
  }

  async #keepRunning(): Promise<void> {
    const { clock, log } = this.#options;
    const signal = this.#stopping.signal;
    let failures = 0;
    this.#listener.onStatus('connecting', undefined);
    while (!signal.aborted) {
      const run = await this.#runOnce();
      if (signal.aborted || run.code === undefined) break;
      if (run.deliveredMs >= STEADY_MS) failures = 0;
      const waitMs = waitBeforeNextRun({ code: run.code, deliveredMs: run.deliveredMs, failures }, this.#options.random());
      failures += 1;
      const seconds = (waitMs / 1000).toFixed(1);
      log.warn(`${run.message}; connecting again in ${seconds} s`, { code: run.code, failures, deliveredMs: Math.round(run.deliveredMs) });
      this.#listener.onStatus(run.code === 'CAPTURE_STALLED' ? 'stalled' : 'offline', run.message);
      await clock.sleep(waitMs, signal);
    }
  }

  async #runOnce(): Promise<{ code: ErrorCode | undefined; message: string; deliveredMs: number }> {
    const { clock, log, request } = this.#options;
    let startedMs: number | undefined;
    let isInBand = false;
    this.#connects += 1;
    const listener = {
      onStart: (info: StreamInfo): void => {
        startedMs ??= clock.monotonic();
        const { codecString, width, height } = info.video;
        log.info(`${request.source.label} is online: ${codecString} ${width}x${height}${info.audio === undefined ? '' : ` with ${info.audio.codecString}`}`);
        this.#listener.onRunStart(info);
        this.#listener.onStatus('online', undefined);
      },
      onPacket: (packet: Packet): void => this.#listener.onPacket(packet),
      onClockSet: (byMs: number): void => {
        log.warn(`the clock of this machine was set ${byMs > 0 ? 'forward' : 'back'} by ${Math.abs(byMs) / 1000} s; times go on from there`, { byMs });
        this.#listener.onRunEnd('CAPTURE_CLOCK_SET');
      },
      onClockJump: (): void => {
        this.#clockJumps += 1;
      },
      onOpen: (run: SourceRun): void => {
        this.#run = run;
        run.setGathering(this.#isGathering);
      },
      onTakenInBand: (): void => {
        isInBand = true;
        this.#tellOfInBand();
      },
    };
    let code: ErrorCode | undefined;
    let message = '';
    try {
      await runSession({ ...this.#options, takesInBand: takesInBand(this.#disagreements) }, listener, this.#stopping.signal);
    } catch (error) {
      const problem = RecorderError.wrap(error, 'CAPTURE_LOST', request.source.label);
      if (disagreesAtStart(problem)) this.#disagreements += 1;
      else if (startedMs !== undefined && !isInBand) this.#disagreements = 0;
      code = problem.code;
      message = problem.message;
    }
    this.#run = undefined;
    if (startedMs !== undefined) this.#listener.onRunEnd(code);
    return { code, message, deliveredMs: startedMs === undefined ? 0 : clock.monotonic() - startedMs };
  }

  #tellOfInBand(): void {
    if (this.#toldOfInBand) return;
    this.#toldOfInBand = true;
    const { log, request } = this.#options;
    log.warn(`${request.source.label} announces another picture than it sends; what the stream itself says is taken`);
  }
}
