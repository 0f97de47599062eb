// The sound of one viewer: Opus in packets as long as it wants them, with timestamps as HomeKit counts them.
import type { AudioForm } from '@nightjar/client';
import type { Clock } from '../clock.ts';
import type { CameraFeeds } from './camera-feeds.ts';
import { opusDurationUs } from './opus-duration.ts';
import type { RtpStream } from './rtp-stream.ts';
import type { SessionClock } from './session-clock.ts';
import type { FeedItem } from './shared-feed.ts';
import type { SoundRequest } from './viewer-request.ts';

/** The same for all viewers whose packets are as long, so that one encoder serves them; a decoder does not mind at which rate Opus was encoded (RFC 6716 §2.1.3). */
const FORM = { codec: 'opus', sampleRate: 24_000, channels: 1, kbps: 24 } as const satisfies AudioForm;
/** Sound alone has the clock of the main stream. */
const FROM = { source: 'sound', clock: 'main' };
const NOTHING = new Uint8Array(0);

/** What the flow is made of. */
export interface SoundFlowParts {
  readonly feeds: CameraFeeds;
  readonly clock: Clock;
  readonly line: SessionClock;
  readonly stream: RtpStream;
  readonly request: SoundRequest;
  /** Timestamp of time 0 of the line. */
  readonly firstTimestamp: number;
  /** Before a subscription that failed is tried again. */
  readonly againMs: number;
  /** The first packet left. */
  onFirst(): void;
}

/**
 * Sound of one session. Where there is none, nothing is sent and the picture goes on alone.
 *
 * Timestamps go up by the clock HomeKit asked for and the length of the packet (RFC 3550 §5.1), not by the 48 kHz of RFC 7587.
 */
export class SoundFlow {
  readonly #parts: SoundFlowParts;
  /** Where what was sent ends, in microseconds on the line. */
  #sentUs: number | undefined;
  /** Added to the times of packets. */
  #offsetUs = 0;
  #isTalking = false;
  #leave: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #isStopped = false;
  #problem: string | undefined;

  constructor(parts: SoundFlowParts) {
    this.#parts = parts;
  }

  /** Why there is no sound, where that is known. */
  get problem(): string | undefined {
    return this.#problem;
  }

  start(): void {
    if (this.#isStopped) return;
    this.#cancelRetry = undefined;
    let hasEnded = false;
    const ended = (why: string): void => {
      hasEnded = true;
      this.#ended(why);
    };
    // Packets of 20 ms cannot always be joined afterwards: an encoder changes the bandwidth from one to the next (RFC 6716 §3.2).
    const form = { ...FORM, frameMs: this.#parts.request.packetMs };
    const leave = this.#parts.feeds.sound(form).join({ take: (item) => this.#take(item), ended }, 'next');
    if (!hasEnded) this.#leave = leave;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry?.();
    this.#leave?.();
  }

  #ended(why: string): void {
    this.#problem = why;
    this.#leave = undefined;
    if (!this.#isStopped) this.#cancelRetry = this.#parts.clock.after(this.#parts.againMs, () => this.start());
  }

  #take({ packet, arrivedMs }: FeedItem): void {
    if (this.#isStopped) return;
    const durationUs = opusDurationUs(packet.data);
    if (durationUs === 0) return;
    this.#problem = undefined;
    const packetUs = this.#parts.request.packetMs * 1000;
    const atUs = this.#parts.line.place('audio', FROM, { ptsUs: packet.ptsUs, arrivedMs });
    if (this.#sentUs === undefined) this.#sentUs = Math.round(atUs);
    const aheadUs = atUs + this.#offsetUs - this.#sentUs;
    if (Math.abs(aheadUs) > packetUs / 2) {
      // What is missing is whole packets: a decoder conceals those. What came before its time follows on.
      const missing = Math.max(0, Math.round(aheadUs / packetUs));
      this.#sentUs += missing * packetUs;
      this.#offsetUs = this.#sentUs - atUs;
      this.#isTalking &&= missing === 0;
    }
    this.#send(packet.data, durationUs);
  }

  #send(body: Uint8Array, durationUs: number): void {
    const { stream, request, firstTimestamp, onFirst } = this.#parts;
    const atUs = this.#sentUs ?? 0;
    this.#sentUs = atUs + durationUs;
    if (body.length > stream.maxPayloadBytes) return;
    const isFirstEver = stream.packets === 0;
    stream.send({ head: NOTHING, body }, (firstTimestamp + Math.round((atUs * request.sampleRate) / 1e6)) >>> 0, !this.#isTalking);
    this.#isTalking = true;
    if (isFirstEver) onFirst();
  }
}
