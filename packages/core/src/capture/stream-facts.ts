// What a stream is like right now, measured over a sliding window.
import type { Packet } from '../model/packet.ts';

const WINDOW_US = 5_000_000;

/** Measured facts of a video stream. */
export interface StreamFacts {
  readonly fps: number;
  readonly bitrateKbps: number;
  /** Length of the newest whole GOP; 0 until two key packets came. */
  readonly gopSeconds: number;
  /** Pictures came that are shown before others that came earlier. */
  readonly hasBFrames: boolean;
}

/** Measures a run; make a new one for each. */
export class StreamFactsMeter {
  #times: number[] = [];
  #sizes: number[] = [];
  #head = 0;
  #bytes = 0;
  #keyUs: number | undefined;
  #gopUs = 0;
  #shownUs = Number.NEGATIVE_INFINITY;
  #hasBFrames = false;

  add(packet: Packet): void {
    if (packet.track !== 'video') return;
    if (packet.isKey) {
      if (this.#keyUs !== undefined) this.#gopUs = packet.dtsUs - this.#keyUs;
      this.#keyUs = packet.dtsUs;
    }
    if (packet.ptsUs < this.#shownUs) this.#hasBFrames = true;
    this.#shownUs = Math.max(this.#shownUs, packet.ptsUs);
    this.#times.push(packet.dtsUs);
    this.#sizes.push(packet.data.length);
    this.#bytes += packet.data.length;
    while ((this.#times[this.#head] ?? packet.dtsUs) < packet.dtsUs - WINDOW_US) {
      this.#bytes -= this.#sizes[this.#head] ?? 0;
      this.#head += 1;
    }
    if (this.#head > 1024) {
      this.#times = this.#times.slice(this.#head);
      this.#sizes = this.#sizes.slice(this.#head);
      this.#head = 0;
    }
  }

  read(): StreamFacts {
    const count = this.#times.length - this.#head;
    const spanUs = (this.#times.at(-1) ?? 0) - (this.#times[this.#head] ?? 0);
    const hasBFrames = this.#hasBFrames;
    if (count < 2 || spanUs <= 0) return { fps: 0, bitrateKbps: 0, gopSeconds: this.#gopUs / 1e6, hasBFrames };
    const fps = ((count - 1) * 1e6) / spanUs;
    const seconds = spanUs / 1e6 + 1 / fps;
    return { fps: round1(fps), bitrateKbps: Math.round((this.#bytes * 8) / 1000 / seconds), gopSeconds: Math.round(this.#gopUs / 1e4) / 100, hasBFrames };
  }
}

const round1 = (value: number): number => Math.round(value * 10) / 10;
