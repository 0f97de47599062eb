// Turns what a camera says about time into one unbroken media clock, and that into wall time. The only place where the two meet.
import { type MediaUs, type MonotonicMs, mediaUs, type WallMs, wallMs } from '../model/time.ts';

/** Steps shorter than this are not a frame's: the muxer pushed a time that went backwards just past the one before. */
const SHORTEST_STEP_US = 500;
/** A step this much longer than the wait for the packet is a jump of the camera's clock. */
const JUMP_US = 2_000_000;
/** How fast the mapping may follow a camera whose clock drifts. */
const SLEW_PPM = 500;
const WINDOW_MS = 10_000;
const FIRST_GUESS_STEP_US = 66_667;

/** Times as they arrived. */
export interface RawTimes {
  readonly ptsUs: number;
  readonly dtsUs: number;
  readonly durationUs: number;
}

/** Times as the recorder uses them. */
export interface MappedTimes {
  readonly ptsUs: MediaUs;
  readonly dtsUs: MediaUs;
  readonly wallMs: WallMs;
  /** The camera's clock jumped here; the media clock went on by one ordinary step. */
  readonly jumped: boolean;
}

/** Repairs one track's timestamps: strictly increasing, without jumps. */
class TrackClock {
  #rawDtsUs: number | undefined;
  #dtsUs = 0;
  #arrivedMs = 0;
  #stepUs: number;

  constructor(firstStepUs: number) {
    this.#stepUs = firstStepUs;
  }

  next(raw: RawTimes, arrivedMs: number): { dtsUs: number; jumped: boolean } {
    if (this.#rawDtsUs === undefined) {
      this.#dtsUs = Math.max(0, raw.dtsUs);
    } else {
      const step = raw.dtsUs - this.#rawDtsUs;
      const waitedUs = (arrivedMs - this.#arrivedMs) * 1000;
      const jumped = step < SHORTEST_STEP_US || step > waitedUs + JUMP_US;
      if (!jumped) this.#stepUs += (Math.min(step, 1_000_000) - this.#stepUs) / 8;
      this.#dtsUs += jumped ? Math.round(this.#stepUs) : step;
      this.#remember(raw, arrivedMs);
      return { dtsUs: this.#dtsUs, jumped };
    }
    this.#remember(raw, arrivedMs);
    return { dtsUs: this.#dtsUs, jumped: false };
  }

  #remember(raw: RawTimes, arrivedMs: number): void {
    this.#rawDtsUs = raw.dtsUs;
    this.#arrivedMs = arrivedMs;
  }
}

/** Maps one run. */
export class ClockMapper {
  readonly #video = new TrackClock(FIRST_GUESS_STEP_US);
  readonly #audio = new TrackClock(FIRST_GUESS_STEP_US);
  /** Wall time minus monotonic time, taken once: a wall clock that jumps later moves nothing. */
  readonly #wallMinusMonotonic: number;
  readonly #startedMs: number;
  /** Monotonic time at which media time 0 was captured, as far as is known. */
  #originMs: number | undefined;
  #windowMs = 0;
  #windowLeastMs = Number.POSITIVE_INFINITY;

  /** @param now - Both clocks, read at the same moment. */
  constructor(now: { readonly wall: WallMs; readonly monotonic: MonotonicMs }) {
    this.#wallMinusMonotonic = now.wall - now.monotonic;
    this.#startedMs = now.monotonic;
  }

  /** Maps the next packet of a track; packets of a track come in decode order. */
  map(track: 'video' | 'audio', raw: RawTimes, arrived: MonotonicMs): MappedTimes {
    const { dtsUs, jumped } = (track === 'video' ? this.#video : this.#audio).next(raw, arrived);
    const ptsUs = dtsUs + Math.max(0, raw.ptsUs - raw.dtsUs);
    if (track === 'video') this.#follow(dtsUs, arrived);
    const origin = this.#originMs ?? arrived;
    return { ptsUs: mediaUs(ptsUs), dtsUs: mediaUs(dtsUs), wallMs: wallMs(Math.round(this.#wallMinusMonotonic + origin + ptsUs / 1000)), jumped };
  }

  /** The fastest packet of a window came with the least delay: it says best when media time 0 was. */
  #follow(dtsUs: number, arrived: number): void {
    const originMs = arrived - dtsUs / 1000;
    // A picture can't arrive before it was taken, so an earlier origin is believed at once.
    if (this.#originMs === undefined || originMs < this.#originMs) this.#originMs = originMs;
    this.#windowLeastMs = Math.min(this.#windowLeastMs, originMs);
    const sinceMs = arrived - this.#startedMs - this.#windowMs;
    if (sinceMs < WINDOW_MS) return;
    const limitMs = (sinceMs * SLEW_PPM) / 1_000_000;
    this.#originMs += Math.min(limitMs, Math.max(0, this.#windowLeastMs - this.#originMs));
    this.#windowMs = arrived - this.#startedMs;
    this.#windowLeastMs = Number.POSITIVE_INFINITY;
  }
}
