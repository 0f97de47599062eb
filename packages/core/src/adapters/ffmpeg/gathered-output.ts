// Reads a process's output several pieces at a time while nobody waits for them: waking up costs more than reading.
import type { Readable } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';

/** What libuv reads at once; where a piece is as long, more is there. */
const WHOLE_READ_BYTES = 64 * 1024;
/**
 * Less than the system's buffer holds: on Linux some 60 kB of short writes, 200 kB of long ones. A writer that fills it waits for us, and
 * whatever it reads from waits for it: the stream would come ever later.
 */
const LARGE_GO_BYTES = 40 * 1024;
const SMALL_GO_BYTES = LARGE_GO_BYTES / 4;
/** One key frame makes one large go; a stream too heavy for such long pauses makes one after the other. */
const LARGE_GOES = 2;
const SHORTEST_PAUSE_MS = 50;
const LONGER_BY = 1.25;
/** A stream that is too heavy for any pause is left alone for so long. */
const NONE_FOR_MS = 30_000;

/** How output is read. */
export interface GatheredOutputOptions {
  /** Made with `ProcessRequest.readsOnDemand`, so that Node leaves the pipe alone while it is paused. */
  readonly output: Readable;
  /** 0: never. */
  readonly gatherMs: number;
  readonly clock: Clock;
  onChunk(chunk: Buffer): void;
}

/** Reads until the output ends. */
export class GatheredOutput {
  readonly #options: GatheredOutputOptions;
  #isGathering = true;
  #isHeld = false;
  /** The next piece is the one that ended the reading ahead: what came after it is still in the pipe. */
  #isFirst = false;
  #goBytes = 0;
  #largeGoes = 0;
  #pauseMs: number;
  #noneUntilMs = 0;
  #cancel: (() => void) | undefined;

  constructor(options: GatheredOutputOptions) {
    this.#options = options;
    this.#pauseMs = options.gatherMs;
    options.output.on('data', (chunk: Buffer) => this.#take(chunk));
    options.output.once('close', () => this.#cancel?.());
  }

  /** Whether pieces may be gathered from now on; they may at first. */
  setGathering(isAllowed: boolean): void {
    this.#isGathering = isAllowed;
    if (!isAllowed) this.#goOn();
  }

  /** Holds the writer back, for as long as its owner wants. */
  pause(): void {
    this.#isHeld = true;
    this.#options.output.pause();
  }

  resume(): void {
    this.#isHeld = false;
    this.#goOn();
  }

  #take(chunk: Buffer): void {
    const { output, clock, onChunk } = this.#options;
    this.#goBytes += chunk.length;
    const isOver = chunk.length < WHOLE_READ_BYTES && !this.#isFirst;
    this.#isFirst = false;
    const pauseMs = isOver && this.#isGathering && !this.#isHeld ? this.#pauseAfterGo() : 0;
    if (pauseMs > 0) {
      output.pause();
      this.#cancel = clock.after(pauseMs, () => this.#goOn());
    }
    onChunk(chunk);
  }

  #goOn(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#isFirst = true;
    if (!this.#isHeld) this.#options.output.resume();
  }

  /** How long to leave the pipe alone: so that what comes meanwhile fits into it. */
  #pauseAfterGo(): number {
    const { gatherMs, clock } = this.#options;
    const bytes = this.#goBytes;
    this.#goBytes = 0;
    if (gatherMs === 0) return 0;
    if (this.#pauseMs === 0) {
      if (clock.monotonic() >= this.#noneUntilMs) this.#pauseMs = SHORTEST_PAUSE_MS;
      return this.#pauseMs;
    }
    this.#largeGoes = bytes > LARGE_GO_BYTES ? this.#largeGoes + 1 : 0;
    if (this.#largeGoes >= LARGE_GOES) this.#shorten();
    else if (bytes < SMALL_GO_BYTES) this.#pauseMs = Math.min(gatherMs, this.#pauseMs * LONGER_BY);
    return this.#pauseMs;
  }

  #shorten(): void {
    this.#largeGoes = 0;
    this.#pauseMs /= 2;
    if (this.#pauseMs >= SHORTEST_PAUSE_MS) return;
    this.#pauseMs = 0;
    this.#noneUntilMs = this.#options.clock.monotonic() + NONE_FOR_MS;
  }
}
