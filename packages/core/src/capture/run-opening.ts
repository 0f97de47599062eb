// The first packets of a run, which come in a burst: whoever opens a stream looks at some of it before handing it on. They are held for
// a moment, since only then it is known when they were taken; each would otherwise claim the moment at which it came.
import type { Packet } from '../model/packet.ts';
import type { Clock } from '../ports/clock.ts';

/** How long after the first packet the burst lasts at most. */
export const OPENING_MS = 200;

/** What goes on after the opening. */
export interface OpeningListener {
  /** Before the first packet. */
  onOpen(): void;
  onPacket(packet: Packet): void;
}

/** One run's opening; make a new one for each. */
export class RunOpening {
  readonly #clock: Clock;
  readonly #wallAt: (ptsUs: Packet['ptsUs']) => Packet['wallMs'];
  readonly #listener: OpeningListener;
  #held: Packet[] | undefined = [];
  #cancel: (() => void) | undefined;

  /** @param wallAt - When a media time was, as far as is known when it is asked. */
  constructor(clock: Clock, wallAt: (ptsUs: Packet['ptsUs']) => Packet['wallMs'], listener: OpeningListener) {
    this.#clock = clock;
    this.#wallAt = wallAt;
    this.#listener = listener;
  }

  /** Holds a packet, or hands it on at once when the opening is over. */
  push(packet: Packet): void {
    if (this.#held === undefined) return this.#listener.onPacket(packet);
    this.#held.push(packet);
    this.#cancel ??= this.#clock.after(OPENING_MS, () => this.end());
  }

  /** Hands on what is held. Safe to repeat. */
  end(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#cancel?.();
    if (held === undefined || held.length === 0) return;
    this.#listener.onOpen();
    for (const packet of held) this.#listener.onPacket({ ...packet, wallMs: this.#wallAt(packet.ptsUs) });
  }
}
