// What triggers force on one camera's events: an alarm that sources hold, the post-roll after the last of them let go, or no alarm at
// all. It counts in capture time, so that what is recorded is as long as what was asked for.
import type { EventCause } from '../model/event.ts';
import { type WallMs, wallMs } from '../model/time.ts';
import { NOTHING_FORCED, type TriggerHold, type TriggerState } from '../model/trigger.ts';

/** The forced alarm of one camera. */
export class ForcedAlarm {
  #state: TriggerState = NOTHING_FORCED;
  /** End of the post-roll, while it runs. */
  #untilMs: WallMs | undefined;
  /** Who held the alarm last, for what begins within the post-roll. */
  #newest: readonly TriggerHold[] = [];

  /** Whether footage is wanted: somebody holds the alarm, or did a moment ago. */
  get isOn(): boolean {
    return this.isHeld || this.#untilMs !== undefined;
  }

  get isHeld(): boolean {
    return this.#state.holds.length > 0;
  }

  get isOff(): boolean {
    return this.#state.isOff;
  }

  /** What a frame is worth that is captured now: the highest score of those who hold. */
  get score(): number {
    return this.#state.holds.reduce((highest, { score }) => Math.max(highest, score), 0);
  }

  /** Why footage is wanted. */
  get causes(): readonly EventCause[] {
    return this.isOn ? this.#newest.map(causeOf) : [];
  }

  /** Takes what is forced from now on; after the last hold `postRollMs` follow. @returns Whether an alarm begins with it. */
  set(state: TriggerState, nowMs: WallMs, postRollMs: number): boolean {
    const wasHeld = this.isHeld;
    this.#state = state;
    if (this.isHeld) this.#newest = state.holds;
    if (this.isHeld || this.isOff) this.#untilMs = undefined;
    else if (wasHeld) this.#untilMs = wallMs(nowMs + postRollMs);
    return this.isHeld && !wasHeld;
  }

  /** A frame was captured, or nothing is recorded any more: ends the post-roll if it is over. @returns Whether it ended. */
  pass(nowMs: WallMs): boolean {
    if (this.#untilMs === undefined || nowMs < this.#untilMs) return false;
    this.#untilMs = undefined;
    return true;
  }

  /** Nothing is recorded: there is nothing to go on with after the hold. */
  endPostRoll(): void {
    this.#untilMs = undefined;
  }
}

const causeOf = ({ source, cause, text }: TriggerHold): EventCause => ({
  kind: 'trigger',
  source,
  ...(cause === undefined ? {} : { cause }),
  ...(text === undefined ? {} : { text }),
});
