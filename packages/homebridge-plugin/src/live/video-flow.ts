// The picture of one viewer: from a camera's packets to what is sent, also over a change of the stream.
import { MediaError, rtpPayloads, rtpUnits } from '@nightjar/media';
import type { Clock } from '../clock.ts';
import type { CameraFeeds } from './camera-feeds.ts';
import { FramePacer, type PaceLimits } from './frame-pacer.ts';
import type { LiveLimits } from './live-limits.ts';
import type { RtpStream } from './rtp-stream.ts';
import type { SessionClock } from './session-clock.ts';
import { PAUSE_MS } from './session-timeout-policy.ts';
import type { FeedItem, SharedFeed } from './shared-feed.ts';
import type { StreamChoice } from './stream-choice-policy.ts';

/** Ticks a microsecond of the clock of video (RFC 6184 §5.1). */
const TICKS_PER_US = 0.09;

/** What the flow is made of, and who hears of it. */
export interface VideoFlowParts {
  readonly feeds: CameraFeeds;
  readonly clock: Clock;
  readonly line: SessionClock;
  readonly stream: RtpStream;
  readonly limits: LiveLimits;
  readonly pace: PaceLimits;
  /** Timestamp of time 0 of the line. */
  readonly firstTimestamp: number;
  readonly start: 'cached' | 'next';
  /** A picture left. */
  onSent(isKey: boolean): void;
  /** What comes cannot be shown. */
  onForeign(codec: string): void;
  /** The stream that is sent has ended. */
  onEnd(choice: StreamChoice, why: string): void;
  /** A stream that was to be sent will not come; what is sent goes on. */
  onLost(choice: StreamChoice, why: string): void;
}

/** What is shown until a stream begins that the recorder must open first. */
export interface StandIn {
  readonly choice: StreamChoice;
  /** Only its key frames are sent: the viewer asked for little. */
  readonly keysOnly: boolean;
}

interface Source {
  readonly choice: StreamChoice;
  readonly name: string;
  readonly feed: SharedFeed;
  /** Since when only key frames of it are sent. */
  keysOnlySinceMs: number | undefined;
  leave(): void;
}

/** Pictures of one session. */
export class VideoFlow {
  readonly #parts: VideoFlowParts;
  readonly #pacer: FramePacer;
  #current: Source | undefined;
  #next: Source | undefined;
  #sources = 0;
  #needsKey = true;
  #lastUs = Number.NEGATIVE_INFINITY;
  #pictureMs: number | undefined;
  #flowingSinceMs: number | undefined;
  #size = '';
  #leftOut = 0;
  #replayedMs = Number.NEGATIVE_INFINITY;
  #cancelStandIn: (() => void) | undefined;
  #isStopped = false;

  constructor(parts: VideoFlowParts) {
    this.#parts = parts;
    const { stream, clock, pace } = parts;
    this.#pacer = new FramePacer({ stream, clock, limits: pace, onSent: ({ isKey }) => parts.onSent(isKey) });
  }

  /** When the camera sent something last, by the monotonic clock. */
  get pictureMs(): number | undefined {
    return this.#pictureMs;
  }

  /** Since when it sends without a pause. */
  get flowingSinceMs(): number | undefined {
    return this.#flowingSinceMs;
  }

  /** Pictures left out because they could not be sent in time. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Why nothing comes, where that is known. */
  get problem(): string | undefined {
    return this.#current?.feed.problem;
  }

  /** What is sent, for instance `sub, 640x360, copied`. */
  get sent(): string {
    const choice = this.#current?.choice;
    if (choice === undefined) return 'nothing';
    const size = this.#size === '' ? [] : [this.#size];
    return [choice.stream, ...size, choice.form === undefined ? 'copied' : `encoded anew for ${choice.form.kbps} kbit/s (${choice.why})`].join(', ');
  }

  /**
   * Takes a stream: at once, or, where another one is sent already, from its next key frame on.
   *
   * @param standIn - Shown where the stream does not begin at once.
   */
  use(choice: StreamChoice, standIn?: StandIn): void {
    if (this.#isStopped) return;
    const { clock, limits, start } = this.#parts;
    this.#cancelStandIn?.();
    this.#next?.leave();
    this.#next = undefined;
    const isFirst = this.#current === undefined || this.#lastUs === Number.NEGATIVE_INFINITY;
    const source = this.#source(choice);
    if (isFirst) {
      this.#current?.leave();
      this.#needsKey = true;
      this.#current = source;
      if (standIn !== undefined) this.#cancelStandIn = clock.after(limits.standInAfterMs, () => this.#standIn(source, standIn));
    } else this.#next = source;
    this.#join(source, isFirst ? start : 'next');
  }

  /** The stream that is sent, or will be. */
  get choice(): StreamChoice | undefined {
    return (this.#next ?? this.#current)?.choice;
  }

  /**
   * The viewer cannot go on without a key frame. Where none comes soon it gets what is kept again, from the newest one on: numbers go on, and
   * times lie close together behind what was sent, so that a decoder catches up without showing the past.
   */
  wantKey(): void {
    const { clock, limits } = this.#parts;
    const feed = this.#current?.feed;
    const nowMs = clock.monotonic();
    if (this.#isStopped || feed === undefined || this.#needsKey) return;
    if (nowMs - this.#replayedMs < limits.replayEveryMs || feed.nextKeyInMs(nowMs) < limits.keySoonMs) return;
    const items = feed.cached;
    const bytes = items.reduce((sum, { packet }) => sum + packet.data.length, 0);
    if (items.length === 0 || bytes > limits.replayBytes) return;
    this.#replayedMs = nowMs;
    this.#pacer.drop();
    const stepUs = ((items.at(-1)?.packet.durationUs ?? 0) * 0.9) / (items.length + 1);
    const shown = items.map(({ packet }) => packet.ptsUs).sort((a, b) => a - b);
    const fromUs = this.#lastUs;
    for (const item of items) this.#push(item, fromUs + (shown.indexOf(item.packet.ptsUs) + 1) * stepUs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelStandIn?.();
    this.#pacer.stop();
    this.#current?.leave();
    this.#next?.leave();
  }

  #source(choice: StreamChoice): Source {
    const leave = (): void => undefined;
    return { choice, name: `${choice.stream} ${this.#sources++}`, feed: this.#parts.feeds.video(choice), keysOnlySinceMs: undefined, leave };
  }

  /** What is kept comes before this returns, and may be the reason to leave. */
  #join(source: Source, start: 'cached' | 'next'): void {
    let isLeft = false;
    source.leave = () => {
      isLeft = true;
    };
    const leave = source.feed.join({ take: (item) => this.#take(source, item), ended: (why) => this.#ended(source, why) }, start);
    if (isLeft) leave();
    source.leave = leave;
  }

  /** Nothing came yet: another stream is sent until the first key frame comes. */
  #standIn(waited: Source, { choice, keysOnly }: StandIn): void {
    if (this.#isStopped || this.#current !== waited || this.#lastUs !== Number.NEGATIVE_INFINITY) return;
    this.#next = waited;
    const source = this.#source(choice);
    if (keysOnly) source.keysOnlySinceMs = this.#parts.clock.monotonic();
    this.#current = source;
    this.#join(source, this.#parts.start);
  }

  #take(source: Source, item: FeedItem): void {
    if (this.#isStopped) return;
    const { packet } = item;
    if (source === this.#next && packet.isKey) {
      this.#current?.leave();
      this.#current = source;
      this.#next = undefined;
    }
    if (source !== this.#current) return;
    const nowMs = this.#parts.clock.monotonic();
    if (this.#pictureMs === undefined || nowMs - this.#pictureMs > PAUSE_MS) this.#flowingSinceMs = nowMs;
    this.#pictureMs = nowMs;
    const video = packet.tracks.video;
    if (video === undefined) return;
    if (video.codec !== 'h264') return this.#parts.onForeign(video.codec);
    if (this.#pacer.isStuck) {
      this.#leftOut += this.#pacer.drop();
      this.#needsKey = true;
    }
    if (packet.skippedFrames > 0 && !packet.isKey) this.#needsKey = true;
    this.#leftOut += packet.skippedFrames;
    if (source.keysOnlySinceMs !== undefined) {
      if (!packet.isKey) return;
      // What it stands in for may never come.
      if (this.#pictureMs - source.keysOnlySinceMs > this.#parts.limits.keysOnlyMs) source.keysOnlySinceMs = undefined;
    }
    if (this.#needsKey && !packet.isKey) {
      this.#leftOut += 1;
      return;
    }
    this.#needsKey = false;
    this.#size = `${video.width}x${video.height}`;
    const from = { source: source.name, clock: source.choice.stream };
    this.#push(item, this.#parts.line.place('video', from, { ptsUs: packet.ptsUs, arrivedMs: item.arrivedMs }, this.#lastUs));
  }

  #push({ packet }: FeedItem, atUs: number): void {
    const { stream, firstTimestamp } = this.#parts;
    const video = packet.tracks.video;
    if (video === undefined) return;
    try {
      const payloads = rtpPayloads(video.codec, rtpUnits(packet.data, video, packet.isKey), stream.maxPayloadBytes);
      if (payloads.length === 0) return;
      this.#lastUs = Math.max(this.#lastUs, atUs);
      this.#pacer.push({ payloads, timestamp: (firstTimestamp + Math.round(atUs * TICKS_PER_US)) >>> 0, isKey: packet.isKey });
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      // A picture that is damaged is no picture to build on.
      this.#needsKey = true;
      this.#leftOut += 1;
    }
  }

  #ended(source: Source, why: string): void {
    if (this.#isStopped) return;
    if (source === this.#next) {
      // What is sent already goes on, and now it is no stand-in any more; after key frames alone from the next one on.
      this.#next = undefined;
      if (this.#current?.keysOnlySinceMs !== undefined) this.#needsKey = true;
      if (this.#current !== undefined) this.#current.keysOnlySinceMs = undefined;
      this.#parts.onLost(source.choice, why);
      return;
    }
    if (source === this.#current && this.#next !== undefined) {
      this.#current = this.#next;
      this.#next = undefined;
      this.#needsKey = true;
      return;
    }
    if (source !== this.#current) return;
    this.#current = undefined;
    this.#parts.onEnd(source.choice, why);
  }
}
