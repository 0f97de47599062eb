// The pre-roll: the newest packets in whole GOPs, limited by time and bytes. Packets are shared, not copied.
import type { Packet } from '../model/packet.ts';
import type { WallMs } from '../model/time.ts';

/** However small they are: each packet costs a few hundred bytes beside its data. A quarter of an hour of 60 pictures/s with sound fits. */
const MOST_PACKETS = 100_000;

interface Gop {
  readonly packets: Packet[];
  bytes: number;
  readonly startMs: WallMs;
}

/** How far back a ring reaches. */
export interface RingLimits {
  /** At least this much is kept, as far as the bytes allow. */
  readonly keepMs: number;
  readonly maxBytes: number;
}

/** Keeps packets for whoever needs the past. */
export class PacketRing {
  #limits: RingLimits;
  #gops: Gop[] = [];
  #bytes = 0;
  #packets = 0;
  #overflows = 0;

  constructor(limits: RingLimits) {
    this.#limits = limits;
  }

  /** Times the byte limit cost a GOP that time alone would have kept. */
  get overflows(): number {
    return this.#overflows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Other limits, from the next packet on. */
  limit(limits: RingLimits): void {
    this.#limits = limits;
  }

  /** Takes the next packet. Before the first key packet nothing is kept. */
  push(packet: Packet): void {
    const startsGop = packet.track === 'video' && packet.isKey;
    if (startsGop) this.#gops.push({ packets: [], bytes: 0, startMs: packet.wallMs });
    const gop = this.#gops.at(-1);
    if (gop === undefined) return;
    gop.packets.push(packet);
    gop.bytes += packet.data.length;
    this.#bytes += packet.data.length;
    this.#packets += 1;
    this.#trim(packet.wallMs);
  }

  /**
   * The packets from the last key packet at or before `from` up to now, in the order of arrival. Reaches
   * further back than asked by less than a GOP; begins at the oldest key packet when `from` is older.
   * Empty until the first key packet.
   */
  cut(from: WallMs): readonly Packet[] {
    const first = Math.max(
      0,
      this.#gops.findLastIndex((gop) => gop.startMs <= from),
    );
    return this.#gops.slice(first).flatMap((gop) => gop.packets);
  }

  /** The newest key packet; `undefined` until the first. */
  newestKey(): Packet | undefined {
    return this.#gops.at(-1)?.packets[0];
  }

  /** The video packets from the newest key packet on, in decode order. */
  newestGop(): readonly Packet[] {
    return this.#gops.at(-1)?.packets.filter((packet) => packet.track === 'video') ?? [];
  }

  /** The video packets from the key packet at or before `at` up to and including the one shown at `at`, for decoding that picture; with B-frames also those it refers to. */
  upTo(at: WallMs): readonly Packet[] {
    const gop = this.#gops.findLast((candidate) => candidate.startMs <= at);
    const pictures = gop?.packets.filter((packet) => packet.track === 'video') ?? [];
    return pictures.slice(0, pictures.findLastIndex((packet) => packet.wallMs <= at) + 1);
  }

  /** Forgets everything, for a new run. */
  clear(): void {
    this.#gops = [];
    this.#bytes = 0;
    this.#packets = 0;
  }

  #trim(nowMs: WallMs): void {
    for (;;) {
      const [oldest, second] = this.#gops;
      if (oldest === undefined) return;
      const old = second !== undefined && second.startMs <= nowMs - this.#limits.keepMs;
      const large = this.#bytes > this.#limits.maxBytes || this.#packets > MOST_PACKETS;
      if (!old && !large) return;
      if (!old) this.#overflows += 1;
      this.#gops.shift();
      this.#bytes -= oldest.bytes;
      this.#packets -= oldest.packets.length;
    }
  }
}
