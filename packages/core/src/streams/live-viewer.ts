// One viewer of a live stream: an iterator over its own queue. It joins the feed with its first `next` and leaves it when it is over.
import type { LiveOptions, LivePacket, LiveTracks } from '@nightjar/client';
import type { Packet } from '../model/packet.ts';
import { type LiveLimits, LiveQueue } from './live-queue.ts';
import type { WantedTracks } from './live-wish.ts';

/** Who hears of what a feed has: a viewer, or what prepares packets for some. */
export interface LiveListener {
  readonly wants: WantedTracks;
  readonly preRollSeconds: number;
  /** Video frames it lost. */
  readonly skippedFrames: number;
  readonly onWaiting: LiveOptions['onWaiting'];
  /** What there is already; with video it begins with a key packet. */
  begin(past: readonly LivePacket[]): void;
  /** What comes now is of another run. */
  runStarted(): void;
  push(packet: LivePacket): void;
  /** Nothing more comes. */
  end(): void;
}

/** What a viewer needs of its feed. */
export interface LiveHost {
  readonly limits: LiveLimits;
  /** @throws RecorderError where it cannot be had. */
  join(listener: LiveListener): void;
  leave(listener: LiveListener): void;
}

/** How a viewer follows its feed. */
export interface ViewerOptions extends Pick<LiveOptions, 'signal' | 'onWaiting'> {
  readonly wants?: WantedTracks;
  readonly preRollSeconds?: number;
}

/** A packet as viewers get it. */
export const livePacket = (packet: Packet, offsetUs: number, tracks: LiveTracks): LivePacket => ({
  track: packet.track,
  data: packet.data,
  ptsUs: packet.ptsUs + offsetUs,
  dtsUs: packet.dtsUs + offsetUs,
  durationUs: packet.durationUs,
  isKey: packet.isKey,
  tracks,
  skippedFrames: 0,
});

type Result = IteratorResult<LivePacket, undefined>;

const OVER: Result = { done: true, value: undefined };

/** Everything a stream has. */
const BOTH: WantedTracks = { video: true, audio: true };

/** Follows a feed from the newest key packet, or one further back; sound alone from what comes next. */
export class LiveViewer implements AsyncIterableIterator<LivePacket, undefined>, LiveListener {
  skippedFrames = 0;
  readonly preRollSeconds: number;
  readonly wants: WantedTracks;
  readonly onWaiting: LiveOptions['onWaiting'];
  readonly #host: LiveHost;
  readonly #signal: AbortSignal | undefined;
  readonly #queue: LiveQueue;
  readonly #waiting: ((result: Result) => void)[] = [];
  #state: 'new' | 'joined' | 'over' = 'new';

  constructor(host: LiveHost, { preRollSeconds = 0, wants = BOTH, signal, onWaiting }: ViewerOptions) {
    this.#host = host;
    this.preRollSeconds = preRollSeconds;
    this.wants = wants;
    this.onWaiting = onWaiting;
    this.#signal = signal;
    this.#queue = new LiveQueue(host.limits, { hasVideo: wants.video });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<Result> {
    if (this.#state === 'new') this.#join();
    if (this.#state === 'over') return OVER;
    const packet = this.#queue.shift();
    if (packet !== undefined) return { done: false, value: packet };
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async return(): Promise<Result> {
    this.end();
    return OVER;
  }

  begin(past: readonly LivePacket[]): void {
    this.#queue.begin(past);
  }

  runStarted(): void {
    this.#queue.runStarted();
  }

  push(packet: LivePacket): void {
    this.skippedFrames += this.#queue.push(packet);
    const [waiting] = this.#waiting;
    const next = waiting && this.#queue.shift();
    if (next === undefined) return;
    this.#waiting.shift();
    waiting?.({ done: false, value: next });
  }

  /** Nothing more comes, and what waits is not wanted. Safe to repeat. */
  readonly end = (): void => {
    if (this.#state === 'joined') {
      this.#signal?.removeEventListener('abort', this.end);
      this.#host.leave(this);
    }
    this.#state = 'over';
    for (const waiting of this.#waiting.splice(0)) waiting(OVER);
  };

  #join(): void {
    if (this.#signal?.aborted === true) return this.end();
    this.#state = 'joined';
    this.#signal?.addEventListener('abort', this.end, { once: true });
    try {
      this.#host.join(this);
    } catch (error) {
      this.end();
      throw error;
    }
  }
}
