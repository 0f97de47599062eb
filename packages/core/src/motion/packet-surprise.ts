// Whether a packet is larger than those before it let expect: what moves into a picture costs bits in the very frame it does. It is only
// a reason to look sooner; where noise or a constant rate hides it, nothing is lost but the head start.
import type { Packet } from '../model/packet.ts';

/** Weight of the newest packet in what is expected. */
const NEWEST = 1 / 32;
/** Packets until anything can be expected. */
const LEAST_KNOWN = 30;
/** Mean deviations beyond the mean from which on a size is no accident. */
const DEVIATIONS = 4;
/** Sizes that hardly differ would make everything a surprise: a deviation counts as this share of the mean at least. */
const LEAST_DEVIATION = 0.08;

/** Learns the sizes of one stream's packets. */
export class PacketSurprise {
  #known = 0;
  #mean = 0;
  #deviation = 0;

  /** Takes the next packet, in decode order. Key packets say nothing. */
  take({ data, isKey }: Pick<Packet, 'data' | 'isKey'>): boolean {
    if (isKey) return false;
    const size = data.byteLength;
    const apart = Math.abs(size - this.#mean);
    const limit = this.#mean + DEVIATIONS * Math.max(this.#deviation, LEAST_DEVIATION * this.#mean);
    const isSurprising = this.#known >= LEAST_KNOWN && size > limit;
    this.#known += 1;
    const weight = Math.max(NEWEST, 1 / this.#known);
    // One that surprises teaches as much as the largest that would not have: a burst must not hide the next.
    const learned = isSurprising ? limit : size;
    this.#deviation += weight * (Math.min(apart, Math.abs(limit - this.#mean) || apart) - this.#deviation);
    this.#mean += weight * (learned - this.#mean);
    return isSurprising;
  }
}
