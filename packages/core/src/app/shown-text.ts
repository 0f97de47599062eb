// The words that triggers put on a camera's pictures, now and a while ago: pictures of an event are made when it is over.
import type { WallMs } from '../model/time.ts';

/** Changes that are remembered; an event with more of them has words on its newest pictures only. */
const MOST_REMEMBERED = 64;

/** Remembers them. */
export class ShownText {
  #changes: { readonly fromMs: WallMs; readonly text: string | undefined }[] = [];

  /** What is shown now. */
  get now(): string | undefined {
    return this.#changes.at(-1)?.text;
  }

  /** @param fromMs - Capture time of the newest frame: it is shown with these words already. */
  set(text: string | undefined, fromMs: WallMs): void {
    if (text === this.now) return;
    this.#changes = [...this.#changes.slice(1 - MOST_REMEMBERED), { fromMs, text }];
  }

  /** What was shown with the frame captured then. */
  at(ms: WallMs): string | undefined {
    return this.#changes.findLast(({ fromMs }) => fromMs <= ms)?.text;
  }
}
