// A decoder that can be exchanged for one with other settings at a key packet, without losing a frame or their order: the
// old one gives everything out before the new one is opened. Where every packet is a key packet it may also go and come back.
import type { Packet } from '../model/packet.ts';
import type { FrameDecoder } from '../ports/frame-decoder.ts';

interface Waiting {
  readonly packet: Packet;
  readonly isWanted: boolean;
}

/** Feeds one decoder after the other. */
export class SwitchingDecoder implements FrameDecoder {
  readonly #open: (loopFilter: boolean) => FrameDecoder;
  #loopFilter: boolean;
  /** Absent while it rests. */
  #decoder: FrameDecoder | undefined;
  /** Packets for the next decoder, while the one before it is being emptied. */
  #waiting: Waiting[] = [];
  #switching: Promise<void> | undefined;
  #isClosed = false;

  /** @param open - Opens a decoder; its first packet is a key packet. */
  constructor(loopFilter: boolean, open: (loopFilter: boolean) => FrameDecoder) {
    this.#open = open;
    this.#loopFilter = loopFilter;
    this.#decoder = open(loopFilter);
  }

  /** From the next packet on, which must be a key packet, decodes with or without loop filter. */
  switchTo(loopFilter: boolean): void {
    if (loopFilter === this.#loopFilter || this.#isClosed) return;
    this.#loopFilter = loopFilter;
    this.#switching ??= this.#current.flush().then(() => this.#goOn());
  }

  feed(packet: Packet, isWanted: boolean): void {
    if (this.#isClosed) return;
    if (this.#switching === undefined) this.#current.feed(packet, isWanted);
    else this.#waiting.push({ packet, isWanted });
  }

  pending(): number {
    return (this.#decoder?.pending() ?? 0) + this.#waiting.length;
  }

  /** Lets the decoder go if it owes nothing; the next packet, which must be a key packet, opens another. */
  async rest(): Promise<void> {
    const decoder = this.#decoder;
    if (decoder === undefined || this.#isClosed || this.#switching !== undefined || decoder.pending() > 0) return;
    this.#decoder = undefined;
    await decoder.close();
  }

  async flush(): Promise<void> {
    await this.#switching;
    await this.#decoder?.flush();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting = [];
    await this.#decoder?.close();
  }

  get #current(): FrameDecoder {
    return (this.#decoder ??= this.#open(this.#loopFilter));
  }

  #goOn(): void {
    this.#switching = undefined;
    if (this.#isClosed) return;
    const next = this.#open(this.#loopFilter);
    this.#decoder = next;
    for (const { packet, isWanted } of this.#waiting.splice(0)) next.feed(packet, isWanted);
  }
}
