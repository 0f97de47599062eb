import { FakeClock } from '@nightjar/testkit';
import { HeldState } from './held-state.ts';

const held = (lingerMs = 0) => {
  const shown: boolean[] = [];
  const stuck: string[] = [];
  const time = new FakeClock();
  const state = new HeldState({ shortestMs: 10_000, longestMs: 300_000, lingerMs }, (isOn) => shown.push(isOn), {
    time,
    onStuck: () => stuck.push('stuck'),
  });
  return { state, shown, stuck, time };
};

describe('a held state', () => {
  it('is shown at once, and for 10 s at least', async () => {
    const { state, shown, time } = held();
    state.set(true);
    expect(shown).toEqual([true]);
    state.set(false);
    await time.advance(9_999);
    expect(shown).toEqual([true]);
    await time.advance(1);
    expect(shown).toEqual([true, false]);
  });

  it('goes on where it comes again within its shortest time', async () => {
    const { state, shown, time } = held();
    state.set(true);
    state.set(false);
    await time.advance(5_000);
    state.set(true);
    await time.advance(60_000);
    expect(shown).toEqual([true]);
    state.set(false);
    expect(shown).toEqual([true, false]);
  });

  it('that sticks is let go after five minutes, says so once, and comes again only after it was off', async () => {
    const { state, shown, stuck, time } = held();
    state.set(true);
    await time.advance(300_000);
    state.set(true);
    await time.advance(3_600_000);
    expect([shown, stuck]).toEqual([[true, false], ['stuck']]);
    state.set(false);
    state.set(true);
    expect(shown).toEqual([true, false, true]);
  });

  it('ends at once where there is nothing to see any more', async () => {
    const { state, shown, time } = held();
    state.set(true);
    state.drop();
    expect(shown).toEqual([true, false]);
    await time.advance(400_000);
    state.set(true);
    expect(shown).toEqual([true, false, true]);
  });

  it('lingers where it is told to, unless it comes again', async () => {
    const { state, shown, time } = held(60_000);
    state.set(true);
    await time.advance(20_000);
    state.set(false);
    await time.advance(59_000);
    state.set(true);
    await time.advance(30_000);
    expect(shown).toEqual([true]);
    state.set(false);
    await time.advance(60_000);
    expect(shown).toEqual([true, false]);
  });

  it('does nothing once stopped', async () => {
    const { state, shown, time } = held();
    state.set(true);
    state.stop();
    await time.advance(400_000);
    expect(shown).toEqual([true]);
  });
});
