// Whether the loop filter may be left out of decoding, which saves a quarter of it. Without the filter frames drift from the
// encoder's until the next key frame puts them right, so the step at key frames tells how far they drift: in clean pictures
// by less than noise, in noisy or starved ones by as much as a thing in motion.
import { median } from '../util/median.ts';

/** Levels of step at key frames, filter on, up to which it may be tried without. */
const CLEAN_STEP = 0.95;
/** Levels of step at key frames, filter off, from which drift could look like motion. */
const DRIFTING_STEP = 1.75;
/** Key frames that must agree. */
const LOOKS = 5;
/** Seconds between key frames beyond which drift has too long to grow. */
const LONGEST_GOP = 5;
/** Seconds to wait after a trial that failed; doubled with each. */
const FIRST_WAIT = 60;
const LONGEST_WAIT = 3600;

/** Where the machine is. */
export interface LoopFilterState {
  /** Whether the filter should be on from the next key frame on. */
  readonly isOn: boolean;
  /** The newest steps at key frames since the last switch, in levels, oldest first. */
  readonly steps: readonly number[];
  /** Media time in seconds from which on leaving it out may be tried again. */
  readonly notBefore: number;
  /** How long the next failed trial is remembered, in seconds. */
  readonly wait: number;
}

/** The step between the pictures before and after one key frame, as far as it is no ordinary one. */
export interface KeyFrameStep {
  /** Media time, in seconds. */
  readonly at: number;
  /** How much the still part of the picture changed, in levels. */
  readonly step: number;
  /** Since the key frame before. */
  readonly gopSeconds: number;
}

/** Decoding begins as the codec says. */
export const LOOP_FILTER_ON: LoopFilterState = { isOn: true, steps: [], notBefore: 0, wait: FIRST_WAIT };

/** Takes the step at a key frame. Pure. */
export const stepLoopFilter = (state: LoopFilterState, { at, step, gopSeconds }: KeyFrameStep): LoopFilterState => {
  const steps = [...state.steps, step].slice(-LOOKS);
  if (gopSeconds > LONGEST_GOP) return state.isOn ? { ...state, steps: [] } : on(state, at);
  const middle = median(steps);
  if (steps.length < LOOKS || middle === undefined) return { ...state, steps };
  if (!state.isOn) return middle >= DRIFTING_STEP ? on(state, at) : { ...state, steps };
  return middle <= CLEAN_STEP && at >= state.notBefore ? { ...state, isOn: false, steps: [] } : { ...state, steps };
};

const on = (state: LoopFilterState, at: number): LoopFilterState => ({
  isOn: true,
  steps: [],
  notBefore: at + state.wait,
  wait: Math.min(LONGEST_WAIT, state.wait * 2),
});
