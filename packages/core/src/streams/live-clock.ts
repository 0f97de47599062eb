// Times of live packets: one clock for each camera that goes on over its reconnections, so that every viewer gets the same times.
import type { Packet, StreamInfo } from '../model/packet.ts';

const SECOND_US = 1_000_000;

/** Places the runs of one camera one after the other. */
export class LiveClock {
  #offsetUs = 0;
  #tickUs = 1;
  #hasRun = false;
  #isPlaced = true;
  #isFirst = true;
  #lastVideo: Packet | undefined;
  #lastAudio: Packet | undefined;

  /** What is to be added to the media times of the current run, in microseconds. */
  get offsetUs(): number {
    return this.#offsetUs;
  }

  /** The next packets are of another connection, whose own clock begins anew; where the first run lies is its own affair unless it is told. */
  runStarted({ video, audio }: StreamInfo): void {
    this.#tickUs = SECOND_US / (audio === undefined ? video.timescale : commonDivisor(video.timescale, audio.timescale));
    this.#isPlaced = !this.#hasRun;
    this.#hasRun = true;
  }

  /**
   * Takes the next packet; the first one of a run says where the run lies.
   *
   * @param wantedUs - Of the first one: where it should lie, if what was before is over by then.
   */
  take(packet: Packet, wantedUs?: number): void {
    if (!this.#isPlaced || (this.#isFirst && wantedUs !== undefined)) this.#place(packet, wantedUs);
    this.#isFirst = false;
    if (packet.track === 'video') this.#lastVideo = packet;
    else this.#lastAudio = packet;
  }

  /** After what was before, by whole ticks of both tracks: then the end of a packet stays the beginning of the next one, whatever the timescale. */
  #place(first: Packet, wantedUs = 0): void {
    const endUs = Math.max(this.#endOf(this.#lastVideo), this.#endOf(this.#lastAudio), wantedUs);
    this.#offsetUs = Math.round(Math.ceil((endUs - first.dtsUs) / this.#tickUs) * this.#tickUs);
    this.#isPlaced = true;
    this.#lastVideo = undefined;
    this.#lastAudio = undefined;
  }

  #endOf(packet: Packet | undefined): number {
    return packet === undefined ? 0 : packet.dtsUs + packet.durationUs + this.#offsetUs;
  }
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
