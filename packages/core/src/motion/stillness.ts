// Gives back what no longer moves: a thing that stood still long enough becomes background, and the hole that something
// left behind (a ghost: the background has edges where the picture has none) becomes background at once.
import { BitPlane } from './bit-plane.ts';
import type { ForegroundFinder } from './foreground-finder.ts';
import type { MotionKernels } from './kernels/motion-kernels.ts';
import { HEAP_PLANES } from './kernels/planes.ts';
import { dilate, open } from './morphology.ts';

/** Seconds without movement of its own after which a pixel is background. */
const HOLD_SECONDS = 30;
/**
 * What makes a still component a ghost: for how long it must be still, and how much more often and how much stronger
 * the background must have the edge along its outline. A young background deserves less trust.
 */
const GHOST = { seconds: 1, votes: 1.5, steps: 1.5 };
const GHOST_IN_YOUNG = { seconds: 0.6, votes: 1.3, steps: 1.15 };
/** Share of the outline that must have it. */
const GHOST_OUTLINE = 0.25;
/** Levels one step must exceed the other by to be a vote. */
const VOTE_LEVELS = 6;
/** Mean levels of step the background must have along the outline. */
const GHOST_LEAST_STEP = 3.5;
/** Moving share of a component above which its still parts (a body under moving hands) age slower. */
const ALIVE_SHARE = 0.01;
const ALIVE_AGEING = 0.25;
/** Levels, and deviations, that residuals of two looks must differ by. */
const MOVE_LEVELS = 8;
const MOVE_DEVIATIONS = 3;
const MOVE_REACH = 2;

/** What a look at stillness needs. */
export interface StillnessLook {
  readonly luma: Uint8Array;
  readonly residual: Int16Array;
  readonly changed: BitPlane;
  readonly found: ForegroundFinder;
  readonly mean: Float32Array;
  readonly seconds: number;
  /** Whether the background was taken from a picture a short while ago, things in it included. */
  readonly young: boolean;
}

/** Remembers for how long each foreground pixel has been still. */
export class Stillness {
  /** Pixels that moved between the last two looks. */
  readonly moving: BitPlane;
  readonly #near: BitPlane;
  readonly #scratch: BitPlane;
  readonly #kernels: MotionKernels | undefined;
  readonly #previous: Int16Array;
  readonly #age: Float32Array;
  readonly #stillPixels: Float64Array;
  readonly #ageSum: Float64Array;
  readonly #frameStep: Float64Array;
  readonly #meanStep: Float64Array;
  readonly #outline: Float64Array;
  readonly #frameVotes: Int32Array;
  readonly #meanVotes: Int32Array;
  readonly #ghost: Uint8Array;
  readonly #width: number;
  readonly #height: number;
  #aged = false;

  /** @param kernels - Given where what is compared is in its memory too. */
  constructor(width: number, height: number, kernels?: MotionKernels) {
    this.#width = width;
    this.#height = height;
    this.#kernels = kernels;
    this.moving = new BitPlane(width, height, kernels ?? HEAP_PLANES);
    this.#near = new BitPlane(width, height);
    this.#scratch = new BitPlane(width, height);
    this.#previous = (kernels ?? HEAP_PLANES).i16(width * height);
    this.#age = new Float32Array(width * height);
    const most = ((width + 1) >>> 1) * height;
    this.#stillPixels = new Float64Array(most);
    this.#ageSum = new Float64Array(most);
    this.#frameStep = new Float64Array(most);
    this.#meanStep = new Float64Array(most);
    this.#outline = new Float64Array(most);
    this.#frameVotes = new Int32Array(most);
    this.#meanVotes = new Int32Array(most);
    this.#ghost = new Uint8Array(most);
  }

  /** Forgets all ages. */
  reset(): void {
    if (this.#aged) this.#age.fill(0);
    this.#aged = false;
  }

  /** Remembers a residual to compare the next look with. */
  remember(residual: Int16Array): void {
    this.#previous.set(residual);
  }

  /** Marks what moved since `remember`, without the specks that noise makes. @returns How many pixels did. */
  compare(residual: Int16Array, deviation: Float32Array): number {
    if (this.#kernels === undefined) this.#markMoved(residual, deviation);
    else this.#kernels.run.moved(residual.byteOffset, this.#previous.byteOffset, deviation.byteOffset, this.moving.words.byteOffset, residual.length);
    open(this.moving, this.#scratch, 2, 2);
    return this.moving.count();
  }

  /** The kernel's constants are `MOVE_LEVELS` and `MOVE_DEVIATIONS`. */
  #markMoved(residual: Int16Array, deviation: Float32Array): void {
    const { words, stride } = this.moving;
    let at = 0;
    for (let y = 0; y < this.#height; y += 1) {
      for (let j = 0; j < stride; j += 1) {
        const end = Math.min(at + 32, (y + 1) * this.#width);
        let word = 0;
        for (let bit = 1; at < end; at += 1, bit <<= 1) {
          const step = Math.abs((residual[at] as number) - (this.#previous[at] as number));
          if (step > MOVE_LEVELS && step > MOVE_DEVIATIONS * (deviation[at] as number)) word |= bit;
        }
        words[y * stride + j] = word;
      }
    }
  }

  /** Ages the foreground (after `compare`), and writes what became background into `mean`. */
  release(look: StillnessLook): void {
    if (look.found.things === 0) {
      this.reset();
      return;
    }
    this.#aged = true;
    this.#near.copyFrom(this.moving);
    dilate(this.#near, this.#scratch, { left: MOVE_REACH, right: MOVE_REACH, up: MOVE_REACH, down: MOVE_REACH });
    this.#measure(look);
    this.#apply(look);
    this.#forgetOutside(look.found.mask);
  }

  #measure(look: StillnessLook): void {
    const { components } = look.found;
    for (let component = 0; component < components.count; component += 1) {
      this.#stillPixels[component] = components.area[component] ?? 0;
      this.#ageSum[component] = 0;
      this.#frameStep[component] = 0;
      this.#meanStep[component] = 0;
      this.#outline[component] = 0;
      this.#meanVotes[component] = 0;
      this.#frameVotes[component] = 0;
    }
    for (let run = 0; run < components.runs; run += 1) {
      const component = components.runComponent[run] ?? 0;
      if (!look.found.isThing(component)) continue;
      const y = components.runRow[run] ?? 0;
      const start = components.runStart[run] ?? 0;
      const end = components.runEnd[run] ?? 0;
      this.#stillPixels[component] = (this.#stillPixels[component] ?? 0) - this.moving.countRun(y, start, end);
      let sum = 0;
      for (let at = y * this.#width + start; at < y * this.#width + end; at += 1) sum += this.#age[at] ?? 0;
      this.#ageSum[component] = (this.#ageSum[component] ?? 0) + sum;
      this.#measureOutline(look, component, y, start, end);
    }
  }

  /** Compares the steps across the border of the changed pixels in the picture with those in the background. */
  #measureOutline(look: StillnessLook, component: number, y: number, start: number, end: number): void {
    const { changed } = look;
    for (let x = start; x < end; x += 1) {
      const at = y * this.#width + x;
      const inside = changed.get(x, y);
      if (x + 1 < end && inside !== changed.get(x + 1, y)) this.#addStep(look, component, at, 1);
      if (y + 1 < this.#height && inside !== changed.get(x, y + 1)) this.#addStep(look, component, at, this.#width);
    }
  }

  /** Reaches one pixel beyond the border on both sides, because scaled pictures have soft edges. */
  #addStep(look: StillnessLook, component: number, at: number, step: number): void {
    const { luma, mean } = look;
    const far = at + 2 * step < luma.length ? at + 2 * step : at + step;
    const near = at >= step ? at - step : at;
    const frameStep = Math.abs((luma[far] ?? 0) - (luma[near] ?? 0));
    const meanStep = Math.abs((mean[far] ?? 0) - (mean[near] ?? 0));
    this.#frameStep[component] = (this.#frameStep[component] ?? 0) + frameStep;
    this.#meanStep[component] = (this.#meanStep[component] ?? 0) + meanStep;
    this.#outline[component] = (this.#outline[component] ?? 0) + 1;
    const rise = frameStep - meanStep;
    if (rise > VOTE_LEVELS) this.#frameVotes[component] = (this.#frameVotes[component] ?? 0) + 1;
    else if (rise < -VOTE_LEVELS) this.#meanVotes[component] = (this.#meanVotes[component] ?? 0) + 1;
  }

  #apply(look: StillnessLook): void {
    const { components } = look.found;
    const { luma, mean, seconds } = look;
    for (let component = 0; component < components.count; component += 1) {
      this.#ghost[component] =
        look.found.isThing(component) && this.#isGhost(component, components.area[component] ?? 0, look.young ? GHOST_IN_YOUNG : GHOST) ? 1 : 0;
    }
    for (let run = 0; run < components.runs; run += 1) {
      const component = components.runComponent[run] ?? 0;
      if (!look.found.isThing(component)) continue;
      const ghost = (this.#ghost[component] ?? 0) === 1;
      const area = components.area[component] ?? 1;
      const alive = area - (this.#stillPixels[component] ?? 0) > ALIVE_SHARE * area;
      const ageing = seconds * (alive ? ALIVE_AGEING : 1);
      const y = components.runRow[run] ?? 0;
      for (let x = components.runStart[run] ?? 0; x < (components.runEnd[run] ?? 0); x += 1) {
        const at = y * this.#width + x;
        const age = this.#near.get(x, y) ? Math.max(0, (this.#age[at] ?? 0) - seconds) : (this.#age[at] ?? 0) + ageing;
        const over = ghost || age > HOLD_SECONDS;
        if (over) mean[at] = luma[at] ?? 0;
        this.#age[at] = over ? 0 : age;
      }
    }
  }

  /** Along the outline of a ghost the background has the edge more often than the picture, and a larger one. */
  #isGhost(component: number, area: number, ghost: typeof GHOST): boolean {
    const outline = this.#outline[component] ?? 0;
    const step = this.#meanStep[component] ?? 0;
    return (
      outline > 0 &&
      step >= GHOST_LEAST_STEP * outline &&
      step >= ghost.steps * (this.#frameStep[component] ?? 0) &&
      (this.#meanVotes[component] ?? 0) >= GHOST_OUTLINE * outline &&
      (this.#meanVotes[component] ?? 0) >= ghost.votes * (this.#frameVotes[component] ?? 0) &&
      (this.#ageSum[component] ?? 0) >= ghost.seconds * area
    );
  }

  #forgetOutside(mask: BitPlane): void {
    let at = 0;
    for (let y = 0; y < this.#height; y += 1) {
      for (let j = 0; j < mask.stride; j += 1) {
        const end = Math.min(at + 32, (y + 1) * this.#width);
        const word = mask.words[y * mask.stride + j] ?? 0;
        if (word === 0) this.#age.fill(0, at, end);
        else for (let bit = 0; at + bit < end; bit += 1) if (((word >>> bit) & 1) === 0) this.#age[at + bit] = 0;
        at = end;
      }
    }
  }
}
