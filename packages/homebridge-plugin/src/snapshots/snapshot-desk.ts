// Tile pictures of one camera. Home calls a camera dead whose picture takes five seconds, and one slow picture holds up all tiles of a bridge.
import type { RecorderApi } from '@nightjar/client';
import { AnswerPace } from './answer-pace.ts';

/** What a tile's picture may take and how old it may be, in milliseconds. */
export interface SnapshotLimits {
  /** Waited for the recorder before a picture of before is shown. */
  readonly patienceMs: number;
  /** The same where there is none, as long as the recorder answers at all. */
  readonly firstMs: number;
  /** The same while the recorder, or the way to it, hangs: twenty tiles are asked for one after the other. */
  readonly hurriedMs: number;
  /** An answer that comes later than this is not waited for in the background either. */
  readonly longestMs: number;
  /** A picture this young is given again without asking. */
  readonly freshMs: number;
  /** A picture this old is not shown any more: it would pass for what is now. */
  readonly keptMs: number;
}

/** Chosen for phones that give up after five seconds. */
export const SNAPSHOT_LIMITS: SnapshotLimits = { patienceMs: 800, firstMs: 3500, hurriedMs: 100, longestMs: 4000, freshMs: 400, keptMs: 90_000 };

/** How often one that waits looks whether the recorder hangs. */
const LOOK_EVERY_MS = 50;
const SMALLEST = 64;
const LARGEST = 4096;
/** Sizes a camera's pictures are kept in: Home asks for one on the phone, one on the tablet, one for a notification. */
const KEPT_SIZES = 4;

interface Kept {
  readonly jpeg: Uint8Array;
  readonly atMs: number;
  readonly width: number;
}

/** What a desk needs. */
export interface SnapshotDeskOptions {
  readonly cameraId: string;
  readonly recorder: Pick<RecorderApi, 'snapshot'>;
  /** Drawn beforehand: shown where there is nothing else. */
  placeholder(width: number): Promise<Uint8Array>;
  /** Shared with the other cameras of the recorder. Default: one of its own. */
  readonly pace?: AnswerPace;
  readonly limits?: SnapshotLimits;
  /** Milliseconds; only differences count. */
  readonly now?: () => number;
}

/** Gives pictures of one camera; never fails and never waits long. */
export class SnapshotDesk {
  readonly #options: SnapshotDeskOptions;
  readonly #limits: SnapshotLimits;
  readonly #pace: AnswerPace;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();
  readonly #underway = new Map<string, Promise<Kept | undefined>>();
  readonly #abort = new AbortController();

  constructor(options: SnapshotDeskOptions) {
    this.#options = options;
    this.#limits = options.limits ?? SNAPSHOT_LIMITS;
    this.#pace = options.pace ?? new AnswerPace();
    this.#now = options.now ?? (() => performance.now());
  }

  /** A JPEG that fits into that many pixels, keeping its shape. */
  async picture(width: number, height: number): Promise<Uint8Array> {
    const size = { width: pixels(width), height: pixels(height) };
    const key = `${size.width}x${size.height}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#now() - kept.atMs < this.#limits.freshMs) return kept.jpeg;
    const { patienceMs, firstMs, hurriedMs } = this.#limits;
    const asking = this.#fetch(key, size);
    const fetched = this.#pace.hangs
      ? await within(hurriedMs, asking)
      : await within(this.#instead(key) === undefined ? firstMs : patienceMs, asking, () => this.#pace.hangs);
    return fetched?.jpeg ?? this.#instead(key)?.jpeg ?? this.#options.placeholder(size.width);
  }

  /** Forgets what was seen: it must not be shown again. */
  forget(): void {
    this.#kept.clear();
    this.#underway.clear();
  }

  /** Asks for nothing any more. */
  stop(): void {
    this.#abort.abort();
    this.forget();
  }

  #fetch(key: string, size: { readonly width: number; readonly height: number }): Promise<Kept | undefined> {
    const underway = this.#underway.get(key);
    if (underway !== undefined) return underway;
    const asking = this.#ask(key, size, () => this.#underway.get(key) === asking);
    this.#underway.set(key, asking);
    return asking;
  }

  async #ask(key: string, size: { readonly width: number; readonly height: number }, isWanted: () => boolean): Promise<Kept | undefined> {
    const { cameraId, recorder } = this.#options;
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(this.#limits.longestMs)]);
    let hasAnswered = true;
    this.#pace.asked();
    try {
      const { jpeg } = await recorder.snapshot(cameraId, { ...size, signal });
      if (!isWanted() || jpeg.length === 0) return undefined;
      const kept = { jpeg, atMs: this.#now(), width: size.width };
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > KEPT_SIZES && oldest !== undefined) this.#kept.delete(oldest);
      return kept;
    } catch {
      // What is refused at once need not be waited for.
      hasAnswered = !signal.aborted;
      return undefined;
    } finally {
      this.#pace.done(hasAnswered);
      if (isWanted()) this.#underway.delete(key);
    }
  }

  /** The picture of that size, or the largest one, unless it is too old. */
  #instead(key: string): Kept | undefined {
    const nowMs = this.#now();
    for (const [size, { atMs }] of this.#kept) if (nowMs - atMs > this.#limits.keptMs) this.#kept.delete(size);
    return this.#kept.get(key) ?? [...this.#kept.values()].sort((a, b) => b.width - a.width)[0];
  }
}

/** @returns Nothing where it takes longer than `ms`, or as soon as `isVain` while it does. */
async function within<T>(ms: number, asking: Promise<T>, isVain: () => boolean = () => false): Promise<T | undefined> {
  const beganMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setInterval(
      () => {
        if (performance.now() - beganMs >= ms || isVain()) resolve(undefined);
      },
      Math.min(ms, LOOK_EVERY_MS),
    );
  });
  try {
    return await Promise.race([asking, late]);
  } finally {
    clearInterval(timer);
  }
}

const pixels = (value: number): number => (Number.isFinite(value) ? Math.min(LARGEST, Math.max(SMALLEST, Math.round(value))) : 1280);
