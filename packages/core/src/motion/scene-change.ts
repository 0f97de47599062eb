// Tells light from things when much of the picture changes at once: after a switch the picture stands still, a thing
// goes on moving. While it is not known, nothing is learned and nothing alarms; a flash that goes away leaves no trace.

/** Shares of the picture. */
const JUMP = 0.15;
const CALM_BEFORE = 0.05;
const WHOLE = 0.5;
const OVER = 0.08;
/** Moving share of what changed, below which the picture stands still. */
const STILL = 0.2;
/** Seconds. */
const FREQUENT = 0.6;
const STILL_FOR = 0.3;
const DECIDE_WITHIN = 0.8;
const DECIDE_LIGHT_WITHIN = 0.5;
const FLICKER_WITHIN = 3;
const WHOLE_STILL_FOR = 2;

/** Levels the light must jump by between two looks. */
const LIGHT_JUMP = 12;
const LIGHT_JUMP_SPARSE = 20;
/** Between sparse looks a jump of light with this much change can be a thing that the exposure reacts to. */
const THING_LEAST = 0.03;
const THING_MOST = 0.3;
/** Moving less than this is still, whatever changed. */
const NOTHING_MOVES = 0.003;

/** One look at the picture. */
export interface SceneLook {
  /** Share of the picture that differs from the background in fitted light. */
  readonly changed: number;
  /** Share of the picture that differs from the previous look. */
  readonly moving: number;
  /** Levels by which the fitted light differs from what it was expected to be after the previous look. */
  readonly lightJump: number;
  /** Whether there were things in the previous look: then a jump of light is the exposure's reaction. */
  readonly things: boolean;
  /** Since the previous look. */
  readonly seconds: number;
}

/** What to do: go on, wait without learning, or take the picture as the new background. */
export type SceneVerdict = 'usual' | 'wait' | 'relearn';

/** Watches for changes of the whole scene. */
export class SceneChange {
  #before = 0;
  #waiting = false;
  #byLight = false;
  #waited = 0;
  #still = 0;

  /** Whether a change is being judged. */
  get waiting(): boolean {
    return this.#waiting;
  }

  reset(): void {
    this.#before = 0;
    this.#waiting = false;
    this.#still = 0;
  }

  judge(look: SceneLook): SceneVerdict {
    const before = this.#before;
    this.#before = look.changed;
    if (this.#waiting) return this.#wait(look);
    const light = jumpsInLight(look);
    if (light || jumpsInChange(look, before)) {
      this.#waiting = true;
      this.#byLight = light;
      this.#waited = 0;
      this.#still = 0;
      return 'wait';
    }
    this.#still = look.changed >= WHOLE && isStill(look) ? this.#still + look.seconds : 0;
    return this.#still >= WHOLE_STILL_FOR ? this.#end('relearn') : 'usual';
  }

  #wait(look: SceneLook): SceneVerdict {
    this.#waited += look.seconds;
    if (look.changed < OVER && !this.#byLight) return this.#end('usual');
    this.#still = isStill(look) ? this.#still + look.seconds : 0;
    if (this.#still >= STILL_FOR) return this.#end('relearn');
    const patience = look.moving > WHOLE ? FLICKER_WITHIN : this.#byLight ? DECIDE_LIGHT_WITHIN : DECIDE_WITHIN;
    return this.#waited >= patience ? this.#end('usual') : 'wait';
  }

  #end(verdict: SceneVerdict): SceneVerdict {
    this.#waiting = false;
    this.#still = 0;
    return verdict;
  }
}

const isStill = (look: SceneLook): boolean => look.moving < Math.max(NOTHING_MOVES, STILL * look.changed);

const jumpsInLight = (look: SceneLook): boolean => {
  if (look.things) return false;
  if (look.seconds < FREQUENT) return look.lightJump >= LIGHT_JUMP;
  return look.lightJump >= LIGHT_JUMP_SPARSE && (look.changed < THING_LEAST || look.changed > THING_MOST);
};

const jumpsInChange = (look: SceneLook, before: number): boolean =>
  (look.seconds < FREQUENT && look.changed >= JUMP && before < CALM_BEFORE) || (look.changed >= WHOLE && before < WHOLE / 2);
