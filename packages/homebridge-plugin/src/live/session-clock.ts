// Times of one session: of several sources, each with a clock of its own, on the line of each track, and how those lie to the calendar.

/** Packets this much later than the ones before came after a pause: viewers must not take them for late. */
const PAUSE_US = 1_500_000;
/** Packets further from where their clock says they are have another one. What was kept is handed over late, up to a group of pictures. */
const SAME_CLOCK_US = 15_000_000;
/** Microseconds a second by which the camera's clock may go slower than ours. */
const DRIFT_US_PER_SECOND = 500;
/** All packets that much later than they were, for so long: the clock stood still over an outage that was no pause. */
const BEHIND = { leastUs: 250_000, forMs: 2000 } as const;

/** A packet's own time, and when it came by our monotonic clock. */
export interface PacketTimes {
  readonly ptsUs: number;
  readonly arrivedMs: number;
}

/** A clock of the recorder as we know it: what comes soonest shows best how it lies to ours. */
interface SourceClock {
  /** Ours minus its own. */
  offsetUs: number;
  /** Length of the pauses in which it stood still. */
  pausedUs: number;
  leastLateUs: number;
  /** For how long everything is late. */
  behindMs: number;
  /** The newest time there was. What is older and late was kept. */
  newestUs: number;
}

/** A track's own line: times of its clock, shifted. */
interface Line {
  readonly source: string;
  readonly clock: SourceClock;
  readonly shiftUs: number;
}

/** Which track. */
export type LineName = 'video' | 'audio';

/**
 * Times on the line of a track keep the steps of the camera, go on over a change of the source, and with the wall clock over a pause. Tracks whose
 * packets have the same clock lie to the calendar the same way.
 */
export class SessionClock {
  readonly #clocks = new Map<string, SourceClock>();
  readonly #lines: Partial<Record<LineName, Line>> = {};
  #movedUs = 0;

  /** Where our clock is on the line of a track, in microseconds; sender reports say it. Undefined: nothing of it was placed yet. */
  at(name: LineName, nowMs: number): number | undefined {
    const line = this.#lines[name];
    return line === undefined ? undefined : nowMs * 1000 - line.clock.offsetUs + line.shiftUs + line.clock.pausedUs;
  }

  /** How far the relation to our clock was corrected since `settle`, in microseconds: reports should say so soon. */
  get movedUs(): number {
    return this.#movedUs;
  }

  /**
   * Where a packet lies on the line of its track, in microseconds.
   *
   * @param from - `source`: another name is another source. `clock`: which clock its times are of.
   * @param afterUs - What is of another source lies behind this: what was sent last.
   */
  place(name: LineName, from: { readonly source: string; readonly clock: string }, packet: PacketTimes, afterUs = Number.NEGATIVE_INFINITY): number {
    const arrivedUs = packet.arrivedMs * 1000;
    const known = this.#lines[name];
    const line = known?.source === from.source ? known : this.#change(name, from, packet, afterUs);
    const { clock } = line;
    const lateUs = arrivedUs - packet.ptsUs - clock.offsetUs;
    if (lateUs > PAUSE_US && packet.ptsUs > clock.newestUs) {
      clock.offsetUs += lateUs;
      clock.pausedUs += Math.round(lateUs);
    } else if (lateUs < 0) {
      clock.offsetUs += lateUs;
      this.#movedUs += -lateUs;
    }
    clock.newestUs = Math.max(clock.newestUs, packet.ptsUs);
    clock.leastLateUs = Math.min(clock.leastLateUs, Math.max(0, arrivedUs - packet.ptsUs - clock.offsetUs));
    return packet.ptsUs + line.shiftUs + clock.pausedUs;
  }

  /** Follows cameras whose clocks go slower than ours, or stood still for a moment. Called at each report. */
  settle(sinceMs: number): void {
    for (const clock of this.#clocks.values()) {
      if (clock.leastLateUs === Number.POSITIVE_INFINITY) continue;
      clock.behindMs = clock.leastLateUs > BEHIND.leastUs ? clock.behindMs + sinceMs : 0;
      const isBehind = clock.behindMs >= BEHIND.forMs;
      clock.offsetUs += isBehind ? clock.leastLateUs : Math.min(clock.leastLateUs, (sinceMs / 1000) * DRIFT_US_PER_SECOND);
      if (isBehind) clock.behindMs = 0;
      clock.leastLateUs = Number.POSITIVE_INFINITY;
    }
    this.#movedUs = 0;
  }

  #change(name: LineName, from: { readonly source: string; readonly clock: string }, packet: PacketTimes, afterUs: number): Line {
    const before = this.#lines[name];
    const goesOnUs = this.at(name, packet.arrivedMs);
    const clock = this.#clock(from, packet);
    const ownUs = packet.ptsUs + clock.pausedUs;
    // Times of the same clock need no guess.
    const wantedUs = before === undefined ? ownUs : before.clock === clock ? ownUs + before.shiftUs : (goesOnUs ?? ownUs);
    const line = { source: from.source, clock, shiftUs: Math.round(Math.max(wantedUs, afterUs + 1000) - ownUs) };
    this.#lines[name] = line;
    return line;
  }

  #clock(from: { readonly source: string; readonly clock: string }, packet: PacketTimes): SourceClock {
    const offsetUs = packet.arrivedMs * 1000 - packet.ptsUs;
    const known = this.#clocks.get(from.clock);
    if (known !== undefined && Math.abs(offsetUs - known.offsetUs) < SAME_CLOCK_US) return known;
    const clock = { offsetUs, pausedUs: 0, leastLateUs: Number.POSITIVE_INFINITY, behindMs: 0, newestUs: Number.NEGATIVE_INFINITY };
    this.#clocks.set(known === undefined ? from.clock : from.source, clock);
    return clock;
  }
}
