// Lets pictures out in order and at a pace that no receiver's buffer overflows at.
import type { RtpPayload } from '@nightjar/media';
import type { Clock } from '../clock.ts';
import type { RtpStream } from './rtp-stream.ts';

/** A picture, cut for sending. */
export interface PacedFrame {
  readonly payloads: readonly RtpPayload[];
  /** 32 bits. */
  readonly timestamp: number;
  readonly isKey: boolean;
}

/** How fast. */
export interface PaceLimits {
  /** An unpaced group of pictures lost packets in the default buffer of a receiver; 8 a millisecond lost none. */
  readonly datagramsPerMs: number;
  /** Datagrams that may leave together where the process was late. */
  readonly burst: number;
  /** A picture that waited longer means that nothing gets out any more. */
  readonly longestWaitMs: number;
}

interface Waiting extends PacedFrame {
  readonly sinceMs: number;
}

/** The queue of one viewer's pictures. */
export class FramePacer {
  readonly #stream: RtpStream;
  readonly #clock: Clock;
  readonly #limits: PaceLimits;
  readonly #onSent: (frame: PacedFrame) => void;
  readonly #queue: Waiting[] = [];
  #head = 0;
  #sentOfHead = 0;
  #tokens: number;
  #lastMs: number;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  /** @param onSent - Told when the last datagram of a picture left. */
  constructor(parts: { readonly stream: RtpStream; readonly clock: Clock; readonly limits: PaceLimits; readonly onSent: (frame: PacedFrame) => void }) {
    this.#stream = parts.stream;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#onSent = parts.onSent;
    this.#tokens = parts.limits.burst;
    this.#lastMs = parts.clock.monotonic();
  }

  /** Pictures that wait, the one that is being sent included. */
  get waiting(): number {
    return this.#queue.length - this.#head;
  }

  /** Whether what waits is too old to be worth sending. */
  get isStuck(): boolean {
    const first = this.#queue[this.#head];
    return first !== undefined && this.#clock.monotonic() - first.sinceMs > this.#limits.longestWaitMs;
  }

  push(frame: PacedFrame): void {
    if (this.#isStopped) return;
    this.#queue.push({ ...frame, sinceMs: this.#clock.monotonic() });
    if (this.#cancel === undefined) this.#send();
  }

  /** Leaves out pictures that have not begun to leave. @returns How many. */
  drop(): number {
    const kept = this.#sentOfHead > 0 ? this.#queue.slice(this.#head, this.#head + 1) : [];
    const dropped = this.waiting - kept.length;
    this.#queue.splice(0, this.#queue.length, ...kept);
    this.#head = 0;
    return dropped;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#queue.length = 0;
    this.#head = 0;
  }

  #send(): void {
    this.#cancel = undefined;
    const nowMs = this.#clock.monotonic();
    const { datagramsPerMs, burst } = this.#limits;
    this.#tokens = Math.min(burst, this.#tokens + (nowMs - this.#lastMs) * datagramsPerMs);
    this.#lastMs = nowMs;
    while (!this.#isStopped && this.waiting > 0 && this.#tokens >= 1 && !this.#stream.isBlocked) this.#sendOne();
    if (this.#head > 64) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    if (this.waiting > 0 && !this.#isStopped) this.#cancel = this.#clock.after(1, () => this.#send());
  }

  #sendOne(): void {
    const frame = this.#queue[this.#head];
    const payload = frame?.payloads[this.#sentOfHead];
    if (frame === undefined) return;
    if (payload !== undefined) {
      const isLast = this.#sentOfHead === frame.payloads.length - 1;
      this.#stream.send(payload, frame.timestamp, isLast);
      this.#tokens -= 1;
      this.#sentOfHead += 1;
      if (!isLast) return;
    }
    this.#sentOfHead = 0;
    this.#head += 1;
    if (this.#head === this.#queue.length) {
      this.#queue.length = 0;
      this.#head = 0;
    }
    this.#onSent(frame);
  }
}
