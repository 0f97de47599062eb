// Which packets are decoded, and when: a frame nobody looks at is decoded only because later ones need it, so its packet
// waits for theirs. One wake-up of the decoder then does the work of several, and only wanted frames are scaled.
import type { AlarmState } from '../model/motion.ts';
import type { Packet } from '../model/packet.ts';
import type { MediaUs } from '../model/time.ts';
import type { AnalysisRequest } from '../ports/motion-analyzer.ts';
import { isAnalyzed } from './is-analyzed.ts';
import { PacketSurprise } from './packet-surprise.ts';
import { shouldAnalyze } from './sampling-policy.ts';

/** A packet on its way to the decoder. */
export interface GatedPacket {
  readonly packet: Packet;
  /** Whether its frame is looked at. */
  readonly isWanted: boolean;
}

/** However few frames are looked at: what waits is memory, and decoding it all at once takes time. */
const MOST_HELD = 15;
const NOTHING: readonly GatedPacket[] = [];

/** The gate of one live session. */
export class DecodeGate {
  readonly #mode: AnalysisRequest['mode'];
  readonly #fps: number;
  readonly #surprise = new PacketSurprise();
  #held: GatedPacket[] = [];
  #lastWantedUs: MediaUs | undefined;
  /** Whether the stream has B-frames: their decoder gives a frame out only when later packets come, so none may wait here. */
  #reorders = false;

  constructor({ mode, fps }: Pick<AnalysisRequest, 'mode' | 'fps'>) {
    this.#mode = mode;
    this.#fps = fps;
  }

  /**
   * Takes the next packet of the stream, in decode order.
   *
   * @returns What to decode now, in order; nothing while packets wait.
   */
  take(packet: Packet, alarm: AlarmState): readonly GatedPacket[] {
    if (!isAnalyzed(this.#mode, packet)) return NOTHING;
    const isSurprising = this.#mode === 'continuous' && this.#surprise.take(packet);
    const isWanted = this.#mode === 'keyframes' || isSurprising || this.#isDue(packet, alarm);
    if (isWanted) this.#lastWantedUs = packet.dtsUs;
    this.#reorders ||= packet.ptsUs > packet.dtsUs;
    this.#held.push({ packet, isWanted });
    if (!isWanted && !this.#reorders && this.#held.length < MOST_HELD) return NOTHING;
    const ready = this.#held;
    this.#held = [];
    return ready;
  }

  /** Forgets what waits, because the decoder goes on at a key packet. @returns How many packets that cost. */
  clear(): number {
    return this.#held.splice(0).length;
  }

  /** Decode order decides: of reordered frames presentation times jump to and fro. */
  #isDue({ dtsUs }: Packet, alarm: AlarmState): boolean {
    const last = this.#lastWantedUs === undefined ? {} : { lastAnalyzedUs: this.#lastWantedUs };
    return shouldAnalyze({ ptsUs: dtsUs, ...last, alarm, fps: this.#fps });
  }
}
