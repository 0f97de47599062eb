// The picture of one viewer: from a camera's packets to what is sent, also over a change of the stream.
import { MediaError, rtpPayloads, rtpUnits } from '@nightjar/media';
import type { Clock } from '../clock.ts';
import type { CameraFeeds } from './camera-feeds.ts';
import { FramePacer } from './frame-pacer.ts';
import type { LiveLimits } from './live-limits.ts';
import type { RtpStream } from './rtp-stream.ts';
import type { SessionClock } from './session-clock.ts';
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
  /** Timestamp of time 0 of the line. */
  readonly firstTimestamp: number;
  readonly start: 'cached' | 'next';
  /** A picture left. */
  onSent(isKey: boolean): void;
  /** What comes cannot be shown. */
  onForeign(codec: string): void;
  /** The stream that is sent has ended. */
  onEnd(choice: StreamChoice, why: string): void;
}

interface Source {
  readonly choice: StreamChoice;
  readonly name: string;
  readonly feed: SharedFeed;
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
  #size = '';
  #leftOut = 0;
  #replayedMs = Number.NEGATIVE_INFINITY;
  #isStopped = false;

  constructor(parts: VideoFlowParts) {
    this.#parts = parts;
    const { stream, clock, limits } = parts;
    this.#pacer = new FramePacer({ stream, clock, limits: limits.pace, onSent: ({ isKey }) => parts.onSent(isKey) });
  }

  /** When the camera sent something last, by the monotonic clock. */
  get pictureMs(): number | undefined {
    return this.#pictureMs;
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
    return [choice.stream, ...size, choice.form === undefined ? 'copied' : `encoded anew for ${choice.form.kbps} kbit/s`].join(', ');
  }

  /** Takes a stream: at once, or, where another one is sent already, from its next key frame on. */
  use(choice: StreamChoice): void {
    if (this.#isStopped) return;
    this.#next?.leave();
    this.#next = undefined;
    const isFirst = this.#current === undefined || this.#lastUs === Number.NEGATIVE_INFINITY;
    if (isFirst) this.#current?.leave();
    this.#needsKey ||= isFirst;
    const source: Source = { choice, name: `${choice.stream} ${this.#sources++}`, feed: this.#parts.feeds.video(choice), leave: () => leave() };
    if (isFirst) this.#current = source;
    else this.#next = source;
    let isLeft = false;
    let stop = (): void => {
      isLeft = true;
    };
    const leave = (): void => stop();
    const viewer = { take: (item: FeedItem) => this.#take(source, item), ended: (why: string) => this.#ended(source, why) };
    const left = source.feed.join(viewer, isFirst ? this.#parts.start : 'next');
    stop = left;
    if (isLeft) left();
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
    this.#pacer.stop();
    this.#current?.leave();
    this.#next?.leave();
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
    this.#pictureMs = this.#parts.clock.monotonic();
    const video = packet.tracks.video;
    if (video === undefined) return;
    if (video.codec !== 'h264') return this.#parts.onForeign(video.codec);
    if (this.#pacer.isStuck) {
      this.#leftOut += this.#pacer.drop();
      this.#needsKey = true;
    }
    if (packet.skippedFrames > 0 && !packet.isKey) this.#needsKey = true;
    this.#leftOut += packet.skippedFrames;
    if (this.#needsKey && !packet.isKey) {
      this.#leftOut += 1;
      return;
    }
    this.#needsKey = false;
    this.#size = `${video.width}x${video.height}`;
    this.#push(item, this.#parts.line.picture(source.name, { ptsUs: packet.ptsUs, arrivedMs: item.arrivedMs }, this.#lastUs));
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
      // What is sent already goes on.
      this.#next = undefined;
      return;
    }
    if (source !== this.#current) return;
    this.#current = undefined;
    this.#parts.onEnd(source.choice, why);
  }
}
