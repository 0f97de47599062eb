// One who watches pictures: whoever is slow gets the newest one next, and the ones between never.
import type { Picture } from '@nightjar/client';
import type { MediaUs } from '../model/time.ts';
import { type Due, thin } from './thinning-policy.ts';

/** The reading and the writing end for one viewer. */
export class PictureViewer implements AsyncIterableIterator<Picture, undefined> {
  readonly maxFps: number;
  readonly #onLeave: () => void;
  #newest: Picture | undefined;
  #waiting: ((picture: Picture | undefined) => void) | undefined;
  #due: Due;
  #isOver = false;
  #hasSeen = false;

  /** @param onLeave - Called once, when it reads no more or was told that nothing more comes. */
  constructor(maxFps: number, onLeave: () => void) {
    this.maxFps = maxFps;
    this.#onLeave = onLeave;
  }

  /** A picture of a frame; those beyond the rate it wants are left out. */
  show(picture: Picture, ptsUs: MediaUs): void {
    const { isTaken, due } = thin(this.#due, ptsUs, this.maxFps);
    this.#due = due;
    if (isTaken) this.#give(picture);
  }

  /** A picture beside the stream, at once: the first one, or what is drawn while the camera is away. Never in place of a newer one. */
  showAside(picture: Picture, options: { readonly onlyFirst?: boolean } = {}): void {
    if (options.onlyFirst === true && this.#hasSeen) return;
    this.#give(picture);
  }

  /** The stream begins anew: so do its times. */
  restart(): void {
    this.#due = undefined;
  }

  /** Nothing more comes; what is there can still be read. Safe to repeat. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting?.(undefined);
    this.#waiting = undefined;
    this.#onLeave();
  }

  async next(): Promise<IteratorResult<Picture, undefined>> {
    const picture = this.#newest ?? (this.#isOver ? undefined : await this.#wait());
    this.#newest = undefined;
    return picture === undefined ? { done: true, value: undefined } : { done: false, value: picture };
  }

  async return(): Promise<IteratorResult<Picture, undefined>> {
    this.#newest = undefined;
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #wait(): Promise<Picture | undefined> {
    // Who asks again before the answer came is another reader, which there is none of.
    this.#waiting?.(undefined);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #give(picture: Picture): void {
    if (this.#isOver) return;
    this.#hasSeen = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#newest = picture;
    else waiting(picture);
  }
}
