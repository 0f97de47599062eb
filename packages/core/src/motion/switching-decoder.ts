// A decoder that can be exchanged for one with other settings at a key packet, without losing a frame or their order: the
// old one gives everything out before the new one is opened.
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
  #decoder: FrameDecoder;
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
    this.#switching ??= this.#decoder.flush().then(() => this.#goOn());
  }

  feed(packet: Packet, isWanted: boolean): void {
    if (this.#isClosed) return;
    if (this.#switching === undefined) this.#decoder.feed(packet, isWanted);
    else this.#waiting.push({ packet, isWanted });
  }

  pending(): number {
    return this.#decoder.pending() + this.#waiting.length;
  }

  async flush(): Promise<void> {
    await this.#switching;
    await this.#decoder.flush();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting = [];
    await this.#decoder.close();
  }

  #goOn(): void {
    this.#switching = undefined;
    if (this.#isClosed) return;
    this.#decoder = this.#open(this.#loopFilter);
    for (const { packet, isWanted } of this.#waiting.splice(0)) this.#decoder.feed(packet, isWanted);
  }
}
