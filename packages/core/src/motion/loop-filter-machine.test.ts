import { LOOP_FILTER_ON, type LoopFilterState, stepLoopFilter } from './loop-filter-machine.ts';

const play = (state: LoopFilterState, steps: readonly number[], from = 0, gopSeconds = 2): LoopFilterState =>
  steps.reduce((now, step, index) => stepLoopFilter(now, { at: from + index * gopSeconds, step, gopSeconds }), state);
const CLEAN = [0.7, 0.7, 0.7, 0.7, 0.7];
const DRIFTING = [2.1, 2.1, 2.1, 2.1, 2.1];

describe('stepLoopFilter', () => {
  it('leaves the filter out once enough key frames showed a clean picture', () => {
    expect(play(LOOP_FILTER_ON, CLEAN.slice(1)).isOn).toBe(true);
    expect(play(LOOP_FILTER_ON, CLEAN).isOn).toBe(false);
  });

  it('keeps it on in noisy pictures', () => {
    expect(
      play(
        LOOP_FILTER_ON,
        Array.from({ length: 50 }, () => 1.2),
      ).isOn,
    ).toBe(true);
  });

  it('puts it on again when frames drift, and no sooner for one flash', () => {
    const off = play(LOOP_FILTER_ON, CLEAN);
    expect(play(off, [1, 1, 7, 1, 7, 1, 1]).isOn).toBe(false);
    expect(play(off, DRIFTING, 10).isOn).toBe(true);
  });

  it('waits longer after each trial that failed', () => {
    const trials = (count: number): LoopFilterState => {
      let state = LOOP_FILTER_ON;
      for (let trial = 0; trial < count; trial += 1) state = play({ ...state, isOn: false, steps: [] }, DRIFTING, 0);
      return state;
    };
    const first = trials(1);
    expect(play(first, CLEAN, first.notBefore - 20).isOn).toBe(true);
    expect(play(first, CLEAN, first.notBefore).isOn).toBe(false);
    expect([trials(1), trials(2), trials(3), trials(20)].map(({ notBefore }) => Math.round(notBefore - 8))).toEqual([60, 120, 240, 3600]);
  });

  it('needs it where key frames are far apart', () => {
    expect(play(LOOP_FILTER_ON, CLEAN, 0, 8).isOn).toBe(true);
    const off = play(LOOP_FILTER_ON, CLEAN);
    expect(stepLoopFilter(off, { at: 30, step: 0.5, gopSeconds: 20 }).isOn).toBe(true);
  });
});
