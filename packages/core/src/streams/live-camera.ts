// Everything live of one camera: its main stream, and its sub stream where it has one.
import type { LiveOptions } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Clock } from '../ports/clock.ts';
import { LiveFeed } from './live-feed.ts';
import { type LiveHost, LiveViewer } from './live-viewer.ts';
import { type LiveWish, liveWish } from './live-wish.ts';
import { PairedFeed } from './paired-feed.ts';

/** One camera's streams. They belong to the camera, not to a connection. */
export class LiveCamera {
  readonly main: LiveFeed;
  /** Fed only where the camera has a sub stream. */
  readonly sub: LiveFeed;

  constructor(clock: Pick<Clock, 'every'>) {
    this.main = new LiveFeed(clock);
    this.sub = new LiveFeed(clock);
  }

  /** Who watches any of it. */
  get viewers(): number {
    return this.main.viewers + this.sub.viewers;
  }

  /** Frames that were left out for viewers too slow for them, since the start. */
  get skippedFrames(): number {
    return this.main.skippedFrames + this.sub.skippedFrames;
  }

  /** Follows the camera until `signal` aborts or it is removed. @throws RecorderError `INPUT_INVALID` for what cannot be had. */
  watch(options: LiveOptions = {}): LiveViewer {
    const wish = liveWish(options);
    const { signal, onWaiting } = options;
    const { preRollSeconds, video, audio } = wish;
    return new LiveViewer(this.#hostOf(wish), { wants: { video, audio }, preRollSeconds, onWaiting, ...(signal === undefined ? {} : { signal }) });
  }

  /** The camera is gone for good: ends every viewer. */
  close(): void {
    this.main.close();
    this.sub.close();
  }

  #hostOf({ stream, audio, form }: LiveWish): LiveHost {
    if (form !== undefined) throw new RecorderError('INPUT_INVALID', 'this recorder encodes nothing anew');
    if (stream === 'main' || !this.sub.isFed) return this.main;
    return audio ? new PairedFeed({ sub: this.sub, main: this.main, sound: this.main }) : this.sub;
  }
}
