// Gaps reach the database once it is there, in order.
import { FakeClock, settle } from '@nightjar/testkit';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Gap } from '../model/gap.ts';
import { wallMs } from '../model/time.ts';
import { GapLedger } from './gap-ledger.ts';

const gap = (fromMs: number): Gap => ({ cameraId: 'porch', fromMs: wallMs(fromMs), toMs: wallMs(fromMs + 1), reason: 'overload', lostFrames: 1 });

const create = () => {
  const clock = new FakeClock();
  const written: number[] = [];
  const lost: number[] = [];
  const state = { isAway: false };
  const add = async ({ fromMs }: Gap): Promise<void> => {
    if (state.isAway) throw new RecorderError('DATABASE_BUSY', 'locked');
    written.push(fromMs);
  };
  const ledger = new GapLedger({ store: { add }, clock, onLost: ({ fromMs }) => lost.push(fromMs) });
  return { clock, written, lost, state, ledger };
};

describe('the gap ledger', () => {
  it('writes gaps that were found while the database was away once it is back', async () => {
    const { clock, written, state, ledger } = create();
    state.isAway = true;
    ledger.add(gap(1));
    ledger.add(gap(2));
    await clock.advance(5000);
    expect(written).toEqual([]);
    state.isAway = false;
    await clock.advance(2000);
    expect(written).toEqual([1, 2]);
    ledger.add(gap(3));
    await settle();
    expect(written).toEqual([1, 2, 3]);
    await ledger.stop();
  });

  it('keeps no more than it may, and says what it gave up', async () => {
    const { clock, written, lost, state, ledger } = create();
    state.isAway = true;
    for (let at = 1; at <= 5002; at += 1) ledger.add(gap(at));
    expect(lost).toEqual([1, 2]);
    await clock.advance(0);
    await ledger.stop();
    expect([written.length, lost.length]).toEqual([0, 5002]);
  });
});
