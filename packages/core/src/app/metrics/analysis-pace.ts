// How often analysis gives a verdict just now, and how long after a frame was captured.
import type { CameraState } from '../../model/camera.ts';
import { median } from '../../util/median.ts';

/** Older verdicts say nothing of now. Long enough for two key frames of a camera that sends few. */
const WINDOW_MS = 30_000;
/** Of frames that follow fast this is some seconds. */
const MOST_VERDICTS = 128;

interface Verdict {
  readonly atMs: number;
  readonly latencyMs: number;
}

/** One camera's newest verdicts. */
export class AnalysisPace {
  #verdicts: Verdict[] = [];
  /** Where the next one goes once the list is full. */
  #next = 0;

  /** @param atMs - Monotonic. @param latencyMs - Since the frame was captured. */
  add(atMs: number, latencyMs: number): void {
    this.#verdicts[this.#next] = { atMs, latencyMs };
    this.#next = (this.#next + 1) % MOST_VERDICTS;
  }

  /** Frames come from elsewhere, or not at all. */
  clear(): void {
    this.#verdicts = [];
    this.#next = 0;
  }

  /** @param nowMs - Monotonic. @returns No latency without a recent verdict. */
  read(nowMs: number): Pick<CameraState, 'analysisFps' | 'latencyMs'> {
    const recent = this.#verdicts.filter(({ atMs }) => nowMs - atMs <= WINDOW_MS);
    const latencyMs = median(recent.map((verdict) => verdict.latencyMs));
    return { analysisFps: rate(recent, nowMs), ...(latencyMs === undefined ? {} : { latencyMs: Math.round(latencyMs) }) };
  }
}

/** The intervals between them; where the next one is overdue, the time it has been waited for counts, too. */
function rate(verdicts: readonly Verdict[], nowMs: number): number {
  const times = verdicts.map(({ atMs }) => atMs);
  const intervals = times.length - 1;
  if (intervals < 1) return 0;
  const oldestMs = Math.min(...times);
  const spanMs = Math.max(Math.max(...times) - oldestMs, ((nowMs - oldestMs) * intervals) / times.length);
  return spanMs <= 0 ? 0 : Math.round((intervals * 10_000) / spanMs) / 10;
}
