// The one line of time a viewer sees: times of several sources, each with a clock of its own, and of the pauses between.

/** Packets this much later than the ones before came after a pause: viewers must not take them for late. */
const PAUSE_US = 1_500_000;
/** Sources whose times agree so well have the same clock. */
const SAME_CLOCK_US = 3_000_000;
/** Microseconds a second by which the camera's clock may go slower than ours. */
const DRIFT_US_PER_SECOND = 500;

/** What a source's own times need to lie on the line. */
interface Placing {
  shiftUs: number;
}

/**
 * Times of one session. Times on the line go on with the wall clock over the long run, and as evenly as the camera's in the short run.
 *
 * Arrival says where a source lies, at first; after that its own times count.
 */
export class SessionClock {
  readonly #placings = new Map<string, Placing>();
  /** Our clock at time 0 of the line, in microseconds. */
  #anchorUs: number | undefined;
  #leastLateUs = Number.POSITIVE_INFINITY;
  #movedUs = 0;

  /** Where our clock is on the line, in microseconds; sender reports say it. Undefined: nothing was placed yet. */
  at(nowMs: number): number | undefined {
    return this.#anchorUs === undefined ? undefined : nowMs * 1000 - this.#anchorUs;
  }

  /** How far the relation to our clock was corrected since `settle`, in microseconds: reports should say so soon. */
  get movedUs(): number {
    return this.#movedUs;
  }

  /**
   * Where a packet of the picture lies.
   *
   * @param afterUs - A source that is new lies behind this: what was sent last.
   */
  picture(source: string, packet: { readonly ptsUs: number; readonly arrivedMs: number }, afterUs = Number.NEGATIVE_INFINITY): number {
    const { ptsUs } = packet;
    const arrivedUs = packet.arrivedMs * 1000;
    const anchorUs = (this.#anchorUs ??= arrivedUs - ptsUs);
    let placing = this.#placings.get(source);
    if (placing === undefined) {
      placing = this.#placing(ptsUs, arrivedUs - anchorUs);
      placing.shiftUs += Math.max(0, afterUs + 1000 - (ptsUs + placing.shiftUs));
      this.#placings.set(source, placing);
    }
    const lateUs = arrivedUs - anchorUs - (ptsUs + placing.shiftUs);
    if (lateUs > PAUSE_US) placing.shiftUs += Math.round(lateUs);
    else if (lateUs < 0) this.#move(lateUs);
    this.#leastLateUs = Math.min(this.#leastLateUs, Math.max(0, lateUs));
    return ptsUs + placing.shiftUs;
  }

  /** Where a packet of sound lies; its clock is the picture's where the two agree. */
  sound(source: string, packet: { readonly ptsUs: number; readonly arrivedMs: number }): number {
    const { ptsUs } = packet;
    const arrivedUs = packet.arrivedMs * 1000;
    const lineUs = arrivedUs - (this.#anchorUs ??= arrivedUs - ptsUs);
    const known = this.#placings.get(source);
    const placing = known !== undefined && Math.abs(lineUs - ptsUs - known.shiftUs) < SAME_CLOCK_US ? known : this.#placing(ptsUs, lineUs);
    this.#placings.set(source, placing);
    return ptsUs + placing.shiftUs;
  }

  /** Follows a camera whose clock goes slower than ours. Called at each report. */
  settle(sinceMs: number): void {
    if (this.#leastLateUs !== Number.POSITIVE_INFINITY && this.#anchorUs !== undefined)
      this.#anchorUs += Math.min(this.#leastLateUs, (sinceMs / 1000) * DRIFT_US_PER_SECOND);
    this.#leastLateUs = Number.POSITIVE_INFINITY;
    this.#movedUs = 0;
  }

  #move(byUs: number): void {
    this.#anchorUs = (this.#anchorUs ?? 0) + byUs;
    this.#movedUs += Math.abs(byUs);
  }

  /** That of a source with the same clock, or one of its own. */
  #placing(ptsUs: number, lineUs: number): Placing {
    for (const placing of this.#placings.values()) if (Math.abs(lineUs - ptsUs - placing.shiftUs) < SAME_CLOCK_US) return placing;
    // The first source is not moved: its cached packets came long before it was asked for.
    return { shiftUs: this.#placings.size === 0 ? 0 : Math.round(lineUs - ptsUs) };
  }
}
