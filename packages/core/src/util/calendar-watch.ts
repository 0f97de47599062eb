// Notices that somebody set this machine's calendar: a time service after a start without one, or a person.
/** The calendar was set where it moved against the monotonic clock by more; less is a time service at work. */
const SET_MS = 2000;

/** Both clocks of a machine, in milliseconds. */
interface BothClocks {
  wall(): number;
  monotonic(): number;
}

/** Compares the calendar with how it was when this was made. */
export class CalendarWatch {
  readonly #clock: BothClocks;
  readonly #wallMinusMonotonicMs: number;

  constructor(clock: BothClocks) {
    this.#clock = clock;
    this.#wallMinusMonotonicMs = clock.wall() - clock.monotonic();
  }

  /** How far it was set since, in milliseconds, forward or (negative) back; 0 where it was left alone. */
  get setByMs(): number {
    const movedMs = this.#clock.wall() - this.#clock.monotonic() - this.#wallMinusMonotonicMs;
    return Math.abs(movedMs) > SET_MS ? Math.round(movedMs) : 0;
  }
}
