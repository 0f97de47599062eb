import type { Clock } from '../clock.ts';
import { HeldState } from './held-state.ts';

/** Time that passes when told to. */
function handTime(): { readonly after: Clock['after']; pass(ms: number): void } {
  let now = 0;
  let jobs: { at: number; work: () => void }[] = [];
  return {
    after: (ms, work) => {
      const job = { at: now + ms, work };
      jobs.push(job);
      return () => {
        jobs = jobs.filter((other) => other !== job);
      };
    },
    pass: (ms) => {
      const until = now + ms;
      for (;;) {
        const [next] = jobs.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        jobs = jobs.filter((job) => job !== next);
        now = next.at;
        next.work();
      }
      now = until;
    },
  };
}

const held = (lingerMs = 0) => {
  const shown: boolean[] = [];
  const stuck: string[] = [];
  const time = handTime();
  const state = new HeldState({ shortestMs: 10_000, longestMs: 300_000, lingerMs }, (isOn) => shown.push(isOn), {
    time,
    onStuck: () => stuck.push('stuck'),
  });
  return { state, shown, stuck, time };
};

describe('a held state', () => {
  it('is shown at once, and for 10 s at least', () => {
    const { state, shown, time } = held();
    state.set(true);
    expect(shown).toEqual([true]);
    state.set(false);
    time.pass(9_999);
    expect(shown).toEqual([true]);
    time.pass(1);
    expect(shown).toEqual([true, false]);
  });

  it('goes on where it comes again within its shortest time', () => {
    const { state, shown, time } = held();
    state.set(true);
    state.set(false);
    time.pass(5_000);
    state.set(true);
    time.pass(60_000);
    expect(shown).toEqual([true]);
    state.set(false);
    expect(shown).toEqual([true, false]);
  });

  it('that sticks is let go after five minutes, says so once, and comes again only after it was off', () => {
    const { state, shown, stuck, time } = held();
    state.set(true);
    time.pass(300_000);
    state.set(true);
    time.pass(3_600_000);
    expect([shown, stuck]).toEqual([[true, false], ['stuck']]);
    state.set(false);
    state.set(true);
    expect(shown).toEqual([true, false, true]);
  });

  it('ends at once where there is nothing to see any more', () => {
    const { state, shown, time } = held();
    state.set(true);
    state.drop();
    expect(shown).toEqual([true, false]);
    time.pass(400_000);
    state.set(true);
    expect(shown).toEqual([true, false, true]);
  });

  it('lingers where it is told to, unless it comes again', () => {
    const { state, shown, time } = held(60_000);
    state.set(true);
    time.pass(20_000);
    state.set(false);
    time.pass(59_000);
    state.set(true);
    time.pass(30_000);
    expect(shown).toEqual([true]);
    state.set(false);
    time.pass(60_000);
    expect(shown).toEqual([true, false]);
  });

  it('does nothing once stopped', () => {
    const { state, shown, time } = held();
    state.set(true);
    state.stop();
    time.pass(400_000);
    expect(shown).toEqual([true]);
  });
});
