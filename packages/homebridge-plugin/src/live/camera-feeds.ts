// All live streams of one camera that are read here, each once.
import type { AudioForm } from '@nightjar/client';
import { type FeedSource, SharedFeed } from './shared-feed.ts';
import type { StreamChoice } from './stream-choice-policy.ts';

/** Streams of one camera by what is asked of them. */
export class CameraFeeds {
  readonly #source: Pick<FeedSource, 'cameraId' | 'recorder' | 'clock'>;
  readonly #feeds = new Map<string, SharedFeed>();

  constructor(source: Pick<FeedSource, 'cameraId' | 'recorder' | 'clock'>) {
    this.#source = source;
  }

  /** Subscriptions that run now. */
  get running(): number {
    return [...this.#feeds.values()].filter(({ viewers }) => viewers > 0).length;
  }

  video({ stream, form }: StreamChoice): SharedFeed {
    return this.#feed('video', { stream, video: form ?? true, audio: false });
  }

  sound(form: AudioForm): SharedFeed {
    return this.#feed('audio', { video: false, audio: form });
  }

  #feed(track: FeedSource['track'], options: FeedSource['options']): SharedFeed {
    const key = JSON.stringify(options);
    for (const [other, feed] of this.#feeds) if (other !== key && feed.viewers === 0) this.#feeds.delete(other);
    const feed = this.#feeds.get(key) ?? new SharedFeed({ ...this.#source, track, options });
    this.#feeds.set(key, feed);
    return feed;
  }
}
