// Where live packets are on a recording's own line of time, which begins with 0 and has no holes.

/** What is longer than this between two pictures is a hole, and is closed: the camera was away. */
const LONGEST_PAUSE_US = 1_000_000;
/** Sound is never further behind the pictures than these. */
const MOST_STRETCHES = 8;

/** Live time without a hole. */
interface Stretch {
  readonly fromUs: number;
  /** Where its last picture ends, once there is a next stretch. */
  untilUs: number;
  /** Live time of 0. */
  readonly shiftUs: number;
}

/** Built of pictures as they come, asked for sound. All times in microseconds. */
export class TimeLine {
  readonly #stretches: Stretch[] = [];
  #last: { readonly liveUs: number; readonly atUs: number; readonly durationUs: number } | undefined;

  /**
   * Puts the next picture on the line.
   *
   * @param roomUs - How much later than the one before it may be; more is a hole.
   * @returns Its decode time there; what is added to its other times is the same.
   */
  place(liveUs: number, durationUs: number, roomUs: number = Infinity): number {
    const before = this.#last;
    const passedUs = before === undefined ? 0 : liveUs - before.liveUs;
    // A camera may send a picture every few seconds.
    const isHole = before !== undefined && (passedUs <= 0 || passedUs > Math.min(roomUs, LONGEST_PAUSE_US + before.durationUs));
    const stepUs = before === undefined ? 0 : isHole ? Math.max(1, before.durationUs) : passedUs;
    const atUs = (before?.atUs ?? 0) + stepUs;
    if (before === undefined || isHole) {
      const ended = this.#stretches.at(-1);
      if (ended !== undefined && before !== undefined) ended.untilUs = before.liveUs + before.durationUs;
      this.#stretches.push({ fromUs: liveUs, untilUs: Infinity, shiftUs: liveUs - atUs });
      if (this.#stretches.length > MOST_STRETCHES) this.#stretches.shift();
    }
    this.#last = { liveUs, atUs, durationUs };
    return atUs;
  }

  /** Where a moment of live time is; `undefined` in a hole and before the beginning. */
  find(liveUs: number): number | undefined {
    const stretch = this.#stretches.findLast(({ fromUs, untilUs }) => liveUs >= fromUs && liveUs < untilUs);
    return stretch && liveUs - stretch.shiftUs;
  }
}
