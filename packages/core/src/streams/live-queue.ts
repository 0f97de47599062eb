// What waits for one viewer: bounded by bytes and by age. Who is too slow loses whole groups of pictures, and is told how much.
import type { LivePacket } from '@nightjar/client';

/** How far a viewer may fall behind. */
export interface LiveLimits {
  readonly mostBytes: number;
  /** From the oldest packet that waits to the newest, in milliseconds. */
  readonly mostMs: number;
}

/** Ample for five seconds of a 20 Mbit/s camera; the time is what the pre-roll keeps in memory anyway, so a slow viewer costs next to nothing. */
export const LIVE_LIMITS: LiveLimits = { mostBytes: 16 * 1024 * 1024, mostMs: 5000 };

/** Taken packets that the array may still hold before it is cut. */
const MOST_TAKEN = 256;

/** A viewer's queue. Where there is video, it begins, and goes on after a loss, with a key packet of it; sound alone with any. */
export class LiveQueue {
  readonly #limits: LiveLimits;
  readonly #hasVideo: boolean;
  #packets: LivePacket[] = [];
  #head = 0;
  #bytes = 0;
  /** Frames lost before the first packet that waits. */
  #skipped = 0;
  /** What must come before anything else is taken: the first key packet of a run, or the one after a loss. */
  #needsKey: 'no' | 'to-begin' | 'to-go-on' = 'to-begin';
  /** What was there at the beginning is no delay of the viewer's. */
  #spareBytes = 0;
  #spareMs = 0;

  constructor(limits: LiveLimits, { hasVideo = true }: { readonly hasVideo?: boolean } = {}) {
    this.#limits = limits;
    this.#hasVideo = hasVideo;
    if (!hasVideo) this.#needsKey = 'no';
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Fills a new queue with the past, which begins with a key packet. */
  begin(past: readonly LivePacket[]): void {
    for (const packet of past) this.#append(packet);
    this.#spareBytes = this.#bytes;
    this.#spareMs = this.#ageMs();
    if (past.length > 0) this.#needsKey = 'no';
  }

  /** Another run begins, which is understood from its first key packet on. */
  runStarted(): void {
    if (this.#hasVideo && this.#needsKey === 'no') this.#needsKey = 'to-begin';
  }

  /** Takes the newest packet. @returns Frames that were lost by that. */
  push(packet: LivePacket): number {
    const isPicture = packet.track === 'video';
    if (this.#needsKey !== 'no') {
      if (!isPicture || !packet.isKey) {
        if (!isPicture || this.#needsKey === 'to-begin') return 0;
        this.#skipped += 1;
        return 1;
      }
      this.#needsKey = 'no';
    }
    this.#append(packet);
    const before = this.#skipped;
    while (this.#isTooLong()) this.#skip();
    return this.#skipped - before;
  }

  /** The oldest packet that waits. */
  shift(): LivePacket | undefined {
    const packet = this.#packets[this.#head];
    if (packet === undefined) return undefined;
    this.#head += 1;
    this.#bytes -= packet.data.length;
    if (this.#head === this.#packets.length) {
      this.#clear();
      this.#spareBytes = 0;
      this.#spareMs = 0;
    } else if (this.#head > MOST_TAKEN) {
      this.#packets = this.#packets.slice(this.#head);
      this.#head = 0;
    }
    if (this.#skipped === 0) return packet;
    const told = { ...packet, skippedFrames: this.#skipped };
    this.#skipped = 0;
    return told;
  }

  #append(packet: LivePacket): void {
    this.#packets.push(packet);
    this.#bytes += packet.data.length;
  }

  #isTooLong(): boolean {
    const { mostBytes, mostMs } = this.#limits;
    return this.#bytes > mostBytes + this.#spareBytes || this.#ageMs() > mostMs + this.#spareMs;
  }

  #ageMs(): number {
    const [oldest, newest] = [this.#packets[this.#head], this.#packets.at(-1)];
    return oldest === undefined || newest === undefined ? 0 : (newest.dtsUs - oldest.dtsUs) / 1000;
  }

  /** Leaves out everything up to the newest key packet; where that is the oldest one already, everything. */
  #skip(): void {
    const key = this.#packets.findLastIndex((packet, index) => index > this.#head && packet.track === 'video' && packet.isKey);
    const kept = key < 0 ? [] : this.#packets.slice(key);
    const lost = this.#packets.slice(this.#head, key < 0 ? undefined : key);
    this.#skipped += lost.filter(({ track }) => track === 'video').length;
    this.#clear();
    for (const packet of kept) this.#append(packet);
    this.#spareBytes = 0;
    this.#spareMs = 0;
    if (this.#hasVideo && kept.length === 0) this.#needsKey = 'to-go-on';
  }

  #clear(): void {
    this.#packets = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}
