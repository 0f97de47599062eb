// One live stream of a camera, read once for all who watch it here.
import type { CameraStatus, LiveOptions, LivePacket, RecorderApi } from '@nightjar/client';
import type { Clock } from '../clock.ts';
import { describeError } from './describe-error.ts';

/** A packet, and when it came. */
export interface FeedItem {
  readonly packet: LivePacket;
  /** By the monotonic clock. */
  readonly arrivedMs: number;
}

/** Whoever watches. Calls come one after the other and must not wait. */
export interface FeedViewer {
  take(item: FeedItem): void;
  /** The recorder sends no more of it, and why. Nothing is told after that. */
  ended(why: string): void;
}

/** What is read, and how. */
export interface FeedSource {
  readonly cameraId: string;
  readonly recorder: Pick<RecorderApi, 'live'>;
  readonly clock: Clock;
  readonly track: LivePacket['track'];
  readonly options: Pick<LiveOptions, 'stream' | 'video' | 'audio'>;
}

/** What is kept of one group of pictures; longer ones are not kept. */
const MOST_GOP_BYTES = 24 * 1024 * 1024;
const MOST_GOP_FRAMES = 1200;

interface Seat {
  readonly viewer: FeedViewer;
  /** `later-key`: one that came after the first of the subscription, which the recorder had kept. */
  waitsFor: 'nothing' | 'key' | 'later-key';
}

/** One subscription to the recorder; it is there while somebody watches. */
export class SharedFeed {
  readonly #source: FeedSource;
  readonly #seats = new Set<Seat>();
  #run: AbortController | undefined;
  #gop: FeedItem[] = [];
  #gopBytes = 0;
  #isFirstGop = true;
  #lastKey: FeedItem | undefined;
  #gopMs = Number.POSITIVE_INFINITY;
  #waiting: { readonly status: CameraStatus; readonly problem: string | undefined } | undefined;

  constructor(source: FeedSource) {
    this.#source = source;
  }

  get viewers(): number {
    return this.#seats.size;
  }

  /** From the newest key frame on; nothing where it was too much to keep. */
  get cached(): readonly FeedItem[] {
    return this.#gop;
  }

  /** Why nothing comes, where that is known. */
  get problem(): string | undefined {
    return this.#waiting?.problem ?? (this.#waiting === undefined ? undefined : `the camera is ${this.#waiting.status}`);
  }

  /** Milliseconds until the next key frame, as far as one can tell; infinite: one cannot. */
  nextKeyInMs(nowMs: number): number {
    return this.#lastKey === undefined ? Number.POSITIVE_INFINITY : this.#lastKey.arrivedMs + this.#gopMs - nowMs;
  }

  /**
   * Watches. What is kept is handed over at once.
   *
   * @param start - `cached`: from the newest key frame that was received; `next`: from the next one. Of sound: what comes.
   * @returns Stops watching; may be called again.
   */
  join(viewer: FeedViewer, start: 'cached' | 'next'): () => void {
    const isVideo = this.#source.track === 'video';
    const seat: Seat = { viewer, waitsFor: !isVideo ? 'nothing' : start === 'next' ? 'later-key' : 'key' };
    this.#seats.add(seat);
    if (this.#run === undefined) this.#begin();
    if (start === 'cached') for (const item of [...this.#gop]) this.#hand(seat, item);
    return () => {
      this.#seats.delete(seat);
      if (this.#seats.size === 0) this.#stop();
    };
  }

  #begin(): void {
    const run = new AbortController();
    this.#run = run;
    this.#isFirstGop = true;
    this.#read(run.signal).then(
      () => this.#end(run, 'the camera was removed, or the recorder shuts down'),
      (error: unknown) => this.#end(run, describeError(error)),
    );
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { recorder, cameraId, options } = this.#source;
    const onWaiting = (status: CameraStatus, problem: string | undefined): void => {
      if (!signal.aborted) this.#waiting = { status, problem };
    };
    for await (const packet of recorder.live(cameraId, { ...options, preRollSeconds: 0, signal, onWaiting })) {
      if (signal.aborted) return;
      this.#take(packet);
    }
  }

  #take(packet: LivePacket): void {
    if (packet.track !== this.#source.track) return;
    const item = { packet, arrivedMs: this.#source.clock.monotonic() };
    this.#waiting = undefined;
    if (packet.track === 'video') this.#keep(item);
    for (const seat of [...this.#seats]) this.#hand(seat, item);
  }

  #keep(item: FeedItem): void {
    const { isKey, data, ptsUs } = item.packet;
    if (isKey) {
      this.#isFirstGop = this.#lastKey === undefined;
      if (this.#lastKey !== undefined && ptsUs > this.#lastKey.packet.ptsUs) this.#gopMs = (ptsUs - this.#lastKey.packet.ptsUs) / 1000;
      this.#lastKey = item;
      this.#gop = [];
      this.#gopBytes = 0;
    } else if (this.#gop.length === 0) return;
    this.#gop.push(item);
    this.#gopBytes += data.length;
    if (this.#gopBytes > MOST_GOP_BYTES || this.#gop.length > MOST_GOP_FRAMES) this.#gop = [];
  }

  #hand(seat: Seat, item: FeedItem): void {
    if (!this.#seats.has(seat)) return;
    if (seat.waitsFor !== 'nothing') {
      if (!item.packet.isKey || (seat.waitsFor === 'later-key' && this.#isFirstGop)) return;
      seat.waitsFor = 'nothing';
    }
    try {
      seat.viewer.take(item);
    } catch (error) {
      // One viewer's trouble is not the others'.
      this.#seats.delete(seat);
      seat.viewer.ended(describeError(error));
      if (this.#seats.size === 0) this.#stop();
    }
  }

  #end(run: AbortController, why: string): void {
    if (this.#run !== run) return;
    const seats = [...this.#seats];
    this.#seats.clear();
    this.#stop();
    for (const { viewer } of seats) viewer.ended(why);
  }

  #stop(): void {
    this.#run?.abort(new Error('nobody watches any more'));
    this.#run = undefined;
    this.#gop = [];
    this.#gopBytes = 0;
    this.#gopMs = Number.POSITIVE_INFINITY;
    this.#lastKey = undefined;
    this.#waiting = undefined;
  }
}
