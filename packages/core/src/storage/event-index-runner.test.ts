import { FakeClock, RecordingLogger } from '@nightjar/testkit';
import { RecorderError } from '../errors/recorder-error.ts';
import { EventIndexRunner } from './event-index-runner.ts';

function make(answers: (number | Error)[]) {
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const calls: number[] = [];
  const indexOlder = async (): Promise<number> => {
    calls.push(clock.monotonic());
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer ?? 0;
  };
  return { clock, log, calls, runner: new EventIndexRunner({ events: { countOlder: async () => 0 }, search: { indexOlder }, clock, log }) };
}

describe('EventIndexRunner', () => {
  it('works until nothing is left, with a rest after each bit, and says so', async () => {
    const { clock, log, calls, runner } = make([300, 200, 100, 0]);
    runner.start();
    await clock.advance(10_000);
    expect(calls).toHaveLength(4);
    expect(new Set(calls).size).toBe(4);
    expect(log.print()).toContain('about 300 are left');
    expect(log.print()).toContain('all events of the older version are prepared');
    expect(clock.pendingTimers).toBe(0);
  });

  it('says nothing where there is nothing to do', async () => {
    const { clock, log, calls, runner } = make([0]);
    runner.start();
    await clock.advance(10_000);
    expect(calls).toHaveLength(1);
    expect(log.print()).toBe('');
  });

  it('tries again later where the database refuses', async () => {
    const { clock, log, calls, runner } = make([new RecorderError('DATABASE_BUSY', 'locked'), 0]);
    runner.start();
    await clock.advance(1000);
    expect(calls).toHaveLength(1);
    await clock.advance(5000);
    expect(calls).toHaveLength(2);
    expect(log.print()).toContain('locked; it is tried again');
  });

  it('stops after the bit in hand', async () => {
    const { clock, calls, runner } = make([500]);
    runner.start();
    await clock.advance(1);
    await runner.stop();
    await clock.advance(10_000);
    expect(calls).toHaveLength(1);
  });
});
