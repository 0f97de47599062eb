// The newest packets that an encoder made, for whoever comes later: whole groups of pictures, or sound.
import type { LivePacket } from '@nightjar/client';

/** As long as a camera's own past is kept at least. */
const KEEP_US = 10_000_000;
const MOST_BYTES = 16 * 1024 * 1024;

/** A short past of one track. */
export class EncodedPast {
  #packets: LivePacket[] = [];
  #bytes = 0;

  /** Takes the newest packet; nothing is kept before the first key packet. */
  push(packet: LivePacket): void {
    if (this.#packets.length === 0 && !packet.isKey) return;
    this.#packets.push(packet);
    this.#bytes += packet.data.length;
    this.#trim(packet.dtsUs - KEEP_US);
  }

  /** From the key packet at or before so far back; at 0 the newest one, and of sound nothing. */
  since(seconds: number): readonly LivePacket[] {
    const newest = this.#packets.at(-1);
    if (newest === undefined || (seconds === 0 && newest.track === 'audio')) return [];
    const fromUs = newest.ptsUs - seconds * 1_000_000;
    const first = this.#packets.findLastIndex(({ isKey, ptsUs }) => isKey && ptsUs <= fromUs);
    return this.#packets.slice(seconds === 0 ? this.#packets.findLastIndex(({ isKey }) => isKey) : Math.max(0, first));
  }

  clear(): void {
    this.#packets = [];
    this.#bytes = 0;
  }

  #trim(beforeUs: number): void {
    // Up to the next key packet, so that what is left can be decoded; a single group stays as long as bytes allow.
    for (;;) {
      const next = this.#packets.findIndex(({ isKey }, index) => index > 0 && isKey);
      const isLarge = this.#bytes > MOST_BYTES;
      const isOld = next > 0 && (this.#packets[next]?.dtsUs ?? 0) <= beforeUs;
      if (!isLarge && !isOld) return;
      const dropped = this.#packets.splice(0, next > 0 ? next : this.#packets.length);
      this.#bytes -= dropped.reduce((sum, { data }) => sum + data.length, 0);
    }
  }
}
