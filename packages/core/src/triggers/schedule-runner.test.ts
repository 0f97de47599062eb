import { FakeClock, RecordingLogger, settle } from '@nightjar/testkit';
import type { PlannedTrigger, TriggerSignal } from '../model/trigger.ts';
import { ScheduleRunner } from './schedule-runner.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const plan = (...crons: readonly string[]): PlannedTrigger => ({ name: 'round', cameras: ['porch'], crons, signal: { action: 'pulse', cause: 'Round' } });

/** It is noon on a Thursday. */
function make(...plans: readonly PlannedTrigger[]) {
  const clock = new FakeClock(new Date(2026, 0, 1, 12).getTime());
  const log = new RecordingLogger();
  const brought: string[] = [];
  const signals: TriggerSignal[] = [];
  const runner = new ScheduleRunner({
    clock,
    log,
    hub: {
      signal: async (signal) => {
        const at = new Date(clock.wall());
        brought.push(`${at.getDate()}. ${at.getHours()}:${at.getMinutes()}:${at.getSeconds()}`);
        signals.push(signal);
        if (signal.cameraId === 'nobody') throw new Error('there is no camera "nobody"');
        return {};
      },
    },
  });
  runner.take(plans);
  runner.start();
  return { clock, log, brought, signals, runner };
}

describe('ScheduleRunner', () => {
  it('brings signals at their times, to the second', async () => {
    const { clock, brought, signals } = make(plan('0 22 * * *', '30 7 * * 5'));
    await clock.advance(2 * DAY_MS);
    expect(brought).toEqual(['1. 22:0:0', '2. 7:30:0', '2. 22:0:0']);
    expect(signals[0]).toEqual({ cameraId: 'porch', source: 'schedule round', action: 'pulse', cause: 'Round' });
  });

  it.each([DAY_MS, 400 * DAY_MS, 11 * HOUR_MS])('leaves out what a calendar that is set forward by %i ms jumps over', async (byMs) => {
    const { clock, brought, log } = make(plan('* * * * *'), plan('0 22 * * *'));
    clock.jumpWall(byMs);
    await clock.advance(30_000);
    expect(brought.length).toBeLessThanOrEqual(1);
    expect(log.find(/^schedule round is left out: it was due \d+ s ago$/).length).toBeLessThanOrEqual(2);
    await clock.advance(5 * 60_000);
    expect(brought.length).toBeLessThanOrEqual(6);
  });

  it('brings nothing twice where the calendar is set back a little, as for a time server', async () => {
    const { clock, brought } = make(plan('0 22 * * *'));
    await clock.advance(10 * HOUR_MS + 1000);
    clock.jumpWall(-5000);
    await clock.advance(60_000);
    clock.jumpWall(-HOUR_MS / 2);
    await clock.advance(HOUR_MS);
    expect(brought).toHaveLength(1);
  });

  it('begins anew where it is set back by days', async () => {
    const { clock, brought } = make(plan('0 22 * * *'));
    await clock.advance(11 * HOUR_MS);
    clock.jumpWall(-DAY_MS);
    await clock.advance(DAY_MS);
    expect(brought).toHaveLength(2);
  });

  it('brings what is late by no more than a minute, and says what is left out', async () => {
    const { clock, brought, log } = make(plan('0 22 * * *'));
    await clock.advance(10 * HOUR_MS - 10_000);
    await clock.freeze(40_000);
    expect(brought).toEqual(['1. 22:0:30']);
    await clock.freeze(DAY_MS + 2 * HOUR_MS);
    await settle();
    expect(brought).toHaveLength(1);
    log.expectLine(/^schedule round is left out: it was due 7230 s ago$/, 'warn');
  });

  it('goes on with what stays when others come, and forgets what goes', async () => {
    const stays = plan('0 22 * * *');
    const { clock, brought, runner } = make(stays, plan('0 13 * * *'));
    runner.take([stays, plan('0 14 * * *')]);
    await clock.advance(DAY_MS);
    expect(brought).toEqual(['1. 14:0:0', '1. 22:0:0']);
    runner.take([]);
    await clock.advance(DAY_MS);
    expect([brought.length, clock.pendingTimers]).toEqual([2, 0]);
  });

  it('says which cameras are not there, and brings the others theirs', async () => {
    const { clock, log, signals, runner } = make({ ...plan('0 13 * * *'), cameras: ['nobody', 'porch'] });
    await clock.advance(2 * HOUR_MS);
    expect(signals).toHaveLength(2);
    log.expectLine('schedule round: there is no camera "nobody"', 'warn');
    runner.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
