// Everything live of one camera: its main stream, its sub stream where it has one, and what is encoded anew of them.
import type { LiveOptions, LiveStream } from '@nightjar/client';
import type { LiveForm } from '../model/live-form.ts';
import { isVideoForm } from '../model/live-form.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { StreamEncoderFactory } from '../ports/stream-encoder.ts';
import { ENCODED_LIMITS, EncoderRunner } from './encoder-runner.ts';
import type { EncoderSlots } from './encoder-slots.ts';
import { LiveFeed } from './live-feed.ts';
import { type LiveHost, type LiveListener, LiveViewer } from './live-viewer.ts';
import { type LiveWish, liveWish } from './live-wish.ts';
import { PairedFeed } from './paired-feed.ts';

/** What live streams need. */
export interface LiveCameraOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly encoders: StreamEncoderFactory;
  readonly slots: EncoderSlots;
}

/** One camera's streams. They belong to the camera, not to a connection. */
export class LiveCamera {
  readonly main: LiveFeed;
  /** Fed only where the camera has a sub stream. */
  readonly sub: LiveFeed;
  readonly #options: LiveCameraOptions;
  readonly #encoders = new Map<string, EncoderRunner>();
  readonly #viewers = new Set<LiveListener>();
  #skippedBefore = 0;

  constructor(options: LiveCameraOptions) {
    this.#options = options;
    this.main = new LiveFeed(options.clock);
    this.sub = new LiveFeed(options.clock, this.main.limits, this.main);
  }

  /** How many watch any of it. */
  get viewers(): number {
    return this.#viewers.size;
  }

  /** Encoders that run. */
  get encoders(): number {
    return this.#encoders.size;
  }

  /** Frames that were left out for viewers too slow for them, since the start. */
  get skippedFrames(): number {
    return [...this.#viewers].reduce((sum, { skippedFrames }) => sum + skippedFrames, this.#skippedBefore);
  }

  /** Follows the camera until `signal` aborts or it is removed. @throws RecorderError `INPUT_INVALID`; reading one throws `ENCODERS_EXHAUSTED`. */
  watch(options: LiveOptions = {}): LiveViewer {
    const wish = liveWish(options);
    const { signal, onWaiting } = options;
    const { preRollSeconds, video, audio } = wish;
    const host = this.#counting(wish);
    return new LiveViewer(host, { wants: { video, audio }, preRollSeconds, onWaiting, ...(signal === undefined ? {} : { signal }) });
  }

  /** The camera is gone for good: ends every viewer. */
  close(): void {
    this.main.close();
    this.sub.close();
    for (const encoder of [...this.#encoders.values()]) encoder.close();
  }

  /** Where the packets come from is decided when they are first asked for. */
  #counting(wish: LiveWish): LiveHost {
    let host: LiveHost | undefined;
    return {
      limits: wish.form === undefined ? this.main.limits : ENCODED_LIMITS,
      join: (viewer) => {
        this.#viewers.add(viewer);
        host = this.#hostOf(wish);
        host.join(viewer);
      },
      leave: (viewer) => {
        if (this.#viewers.delete(viewer)) this.#skippedBefore += viewer.skippedFrames;
        host?.leave(viewer);
      },
    };
  }

  #hostOf({ stream, audio, form }: LiveWish): LiveHost {
    const { main, sub } = this;
    const isSub = stream === 'sub' && sub.isFed;
    if (form !== undefined && isVideoForm(form)) return this.#encoder(isSub ? 'sub' : 'main', form);
    const sound = form === undefined ? main : this.#encoder('main', form);
    if (!isSub) return sound;
    return audio ? new PairedFeed({ sub, main, sound }) : sub;
  }

  #encoder(stream: LiveStream, form: LiveForm): EncoderRunner {
    const key = JSON.stringify([stream, form]);
    const known = this.#encoders.get(key);
    if (known !== undefined) return known;
    const made: EncoderRunner = new EncoderRunner({
      ...this.#options,
      feed: this[stream],
      form,
      onOver: () => {
        if (this.#encoders.get(key) === made) this.#encoders.delete(key);
      },
    });
    this.#encoders.set(key, made);
    return made;
  }
}
