// Reads a process's output several pieces at a time while nobody waits for them: waking up costs more than reading.
import type { Readable } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';

/** What libuv reads at once; where a piece is as long, more is there. */
const WHOLE_READ_BYTES = 64 * 1024;
/**
 * Less than the system's buffer holds: on Linux 93 kB of writes of 1 kB, at least 147 kB where they are of 3 kB and more, for each takes room
 * of its own. A writer that fills it waits for us, and whatever it reads from waits for it: the stream would come ever later.
 */
const LARGE_GO_BYTES = { ofShortPieces: 40 * 1024, ofLongPieces: 100 * 1024 } as const;
const LONG_PIECE_BYTES = 3 * 1024;
/** The mean length of pieces is that of the last hundred or so. */
const PIECES_COUNTED = 128;
/** Goes shorter than this part of a large one allow longer pauses. */
const SMALL_GO = 0.25;
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
  /** @returns How many of the writer's pieces end in it, where that is known; else 0, and they are taken for short ones. */
  onChunk(chunk: Buffer): number;
}

/** Reads until the output ends. */
export class GatheredOutput {
  readonly #options: GatheredOutputOptions;
  #isGathering = true;
  #isHeld = false;
  /** The next piece is the one that ended the reading ahead: what came after it is still in the pipe. */
  #isFirst = false;
  #goBytes = 0;
  readonly #counted = { bytes: 0, pieces: 0 };
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
    this.#count(chunk.length, onChunk(chunk));
  }

  #count(bytes: number, pieces: number): void {
    const counted = this.#counted;
    counted.bytes += bytes;
    counted.pieces += pieces;
    if (counted.pieces < PIECES_COUNTED) return;
    counted.bytes /= 2;
    counted.pieces /= 2;
  }

  get #largeGoBytes(): number {
    const { bytes, pieces } = this.#counted;
    return pieces > 0 && bytes / pieces >= LONG_PIECE_BYTES ? LARGE_GO_BYTES.ofLongPieces : LARGE_GO_BYTES.ofShortPieces;
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
    const largeBytes = this.#largeGoBytes;
    this.#largeGoes = bytes > largeBytes ? this.#largeGoes + 1 : 0;
    if (this.#largeGoes >= LARGE_GOES) this.#shorten();
    else if (bytes < largeBytes * SMALL_GO) this.#pauseMs = Math.min(gatherMs, this.#pauseMs * LONGER_BY);
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
