// Reads a process's output several pieces at a time while nobody waits for them: waking up costs more than reading.
import type { Readable } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';

/** What libuv reads at once; where a piece is as long, more is there. */
const WHOLE_READ_BYTES = 64 * 1024;
/** The system's buffer holds some 180 kB (Linux); a writer that fills it waits for us. */
const LARGE_GO_BYTES = 150 * 1024;
/** One key frame makes one large go; a stream too heavy for such long pauses makes one after the other. */
const LARGE_GOES = 2;
const SHORTEST_PAUSE_MS = 50;
const SHORTER_FOR_MS = 30_000;

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
  #shorterBy = 1;
  #shorterUntilMs = 0;
  #cancel: (() => void) | undefined;

  constructor(options: GatheredOutputOptions) {
    this.#options = options;
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

  /** How long to leave the pipe alone: less for a writer that fills it time and again, who would be slowed down. */
  #pauseAfterGo(): number {
    const { gatherMs, clock } = this.#options;
    const nowMs = clock.monotonic();
    this.#largeGoes = this.#goBytes < LARGE_GO_BYTES ? 0 : this.#largeGoes + 1;
    this.#goBytes = 0;
    if (nowMs >= this.#shorterUntilMs) this.#shorterBy = 1;
    if (this.#largeGoes >= LARGE_GOES) {
      this.#shorterBy *= 2;
      this.#shorterUntilMs = nowMs + SHORTER_FOR_MS;
      this.#largeGoes = 0;
    }
    const pauseMs = gatherMs / this.#shorterBy;
    return pauseMs < SHORTEST_PAUSE_MS ? 0 : pauseMs;
  }
}
