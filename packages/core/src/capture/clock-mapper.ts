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
/** Waiting longer than this for a picture is a pause, not a step. */
const LONGEST_STEP_US = 1_000_000;

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
  /** The last packet before times that can't be used; while those last, arrival tells how much time passes. */
  #anchor: { readonly dtsUs: number; readonly arrivedMs: number } | undefined;

  constructor(firstStepUs: number) {
    this.#stepUs = firstStepUs;
  }

  next(raw: RawTimes, arrivedMs: number): { dtsUs: number; jumped: boolean } {
    const jumped = this.#rawDtsUs === undefined ? this.#begin(raw) : this.#goOn(raw.dtsUs - this.#rawDtsUs, arrivedMs);
    this.#rawDtsUs = raw.dtsUs;
    this.#arrivedMs = arrivedMs;
    return { dtsUs: this.#dtsUs, jumped };
  }

  #begin(raw: RawTimes): boolean {
    this.#dtsUs = Math.max(0, raw.dtsUs);
    return false;
  }

  #goOn(step: number, arrivedMs: number): boolean {
    const waitedUs = (arrivedMs - this.#arrivedMs) * 1000;
    const jumped = step < SHORTEST_STEP_US || step > waitedUs + JUMP_US;
    if (jumped) {
      this.#anchor ??= { dtsUs: this.#dtsUs, arrivedMs: this.#arrivedMs };
      this.#dtsUs += Math.round(this.#guessStep(this.#anchor, waitedUs, arrivedMs));
    } else {
      this.#anchor = undefined;
      this.#stepUs += (Math.min(step, LONGEST_STEP_US) - this.#stepUs) / 8;
      this.#dtsUs += step;
    }
    return jumped;
  }

  /** An ordinary step, a little longer or shorter where that keeps the pace of arrival; after a pause, the pause. */
  #guessStep(anchor: { readonly dtsUs: number; readonly arrivedMs: number }, waitedUs: number, arrivedMs: number): number {
    if (waitedUs >= LONGEST_STEP_US) return waitedUs;
    const lagUs = anchor.dtsUs + (arrivedMs - anchor.arrivedMs) * 1000 - (this.#dtsUs + this.#stepUs);
    return Math.max(SHORTEST_STEP_US, this.#stepUs / 2, Math.min(this.#stepUs * 2, this.#stepUs + lagUs / 8));
  }
}

/** Maps one run. */
export class ClockMapper {
  readonly #video = new TrackClock(FIRST_GUESS_STEP_US);
  readonly #audio = new TrackClock(FIRST_GUESS_STEP_US);
  /** Wall time minus monotonic time, taken once: a wall clock that jumps later moves nothing of this run. */
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
    this.#originMs ??= arrived;
    return { ptsUs: mediaUs(ptsUs), dtsUs: mediaUs(dtsUs), wallMs: this.wallAt(mediaUs(ptsUs)), jumped };
  }

  /** When a media time was, as far as is known by now. */
  wallAt(ptsUs: MediaUs): WallMs {
    return wallMs(Math.round(this.#wallMinusMonotonic + (this.#originMs ?? this.#startedMs) + ptsUs / 1000));
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
