// The live feeds of all cameras. A feed belongs to its camera, not to a connection: viewers stay when other settings need a new one.
import type { CameraId } from '../model/ids.ts';
import type { Clock } from '../ports/clock.ts';
import { LiveFeed } from './live-feed.ts';

/** Feeds by camera. */
export class LiveFeeds {
  readonly #clock: Pick<Clock, 'every'>;
  readonly #feeds = new Map<CameraId, LiveFeed>();

  constructor(clock: Pick<Clock, 'every'>) {
    this.#clock = clock;
  }

  /** The camera's feed; a new one where it has none. */
  of(id: CameraId): LiveFeed {
    const feed = this.#feeds.get(id) ?? new LiveFeed(this.#clock);
    this.#feeds.set(id, feed);
    return feed;
  }

  /** The camera is gone: whoever watches it hears that. */
  remove(id: CameraId): void {
    this.#feeds.get(id)?.close();
    this.#feeds.delete(id);
  }

  /** Ends every viewer. */
  close(): void {
    for (const id of [...this.#feeds.keys()]) this.remove(id);
  }
}
