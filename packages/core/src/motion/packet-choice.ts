// Which packets analysis needs, so that the others are not even copied to it.
import type { Packet } from '../model/packet.ts';
import type { AnalysisRequest } from '../ports/motion-analyzer.ts';

/** Chooses packets of one run, given in order. */
export class PacketChoice {
  readonly #everything: boolean;
  #afterKey = false;

  constructor(mode: AnalysisRequest['mode']) {
    this.#everything = mode === 'continuous';
  }

  /** Whether the decoder needs this packet. It lets a picture go when the next one arrives, so each key packet takes its follower along. */
  wants(packet: Packet): boolean {
    if (packet.track !== 'video') return false;
    const wanted = this.#everything || packet.isKey || this.#afterKey;
    this.#afterKey = packet.isKey;
    return wanted;
  }
}
