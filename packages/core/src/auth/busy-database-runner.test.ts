// A database that is busy for a moment keeps nobody out, and one that stays busy keeps nobody waiting.
import { FakeClock } from '@nightjar/testkit';
import { RecorderError } from '../errors/recorder-error.ts';
import { BusyDatabaseRunner, PATIENCE_MS } from './busy-database-runner.ts';

const busy = (): RecorderError => new RecorderError('DATABASE_BUSY', 'locked');
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    (value) => String(value),
    (error: unknown) => RecorderError.of(error)?.code ?? String(error),
  );

function setUp(busyForMs: number) {
  const clock = new FakeClock();
  let tries = 0;
  const call = async (): Promise<string> => {
    tries += 1;
    if (clock.monotonic() < busyForMs) throw busy();
    return 'done';
  };
  return { clock, runner: new BusyDatabaseRunner(clock), call, tries: () => tries };
}

describe('a call of the database', () => {
  it('is done at once where nothing is in the way', async () => {
    const { runner, call, tries, clock } = setUp(0);
    expect([await runner.run(call), tries(), clock.pendingTimers]).toEqual(['done', 1, 0]);
  });

  it('waits for a moment, and is done', async () => {
    const { runner, call, clock } = setUp(700);
    const done = codeOf(runner.run(call));
    await clock.advance(800);
    expect(await done).toBe('done');
  });

  it('is told DATABASE_BUSY after two seconds, also where many wait, of whom only one tries at a time', async () => {
    const { runner, call, clock, tries } = setUp(60_000);
    const all = Promise.all(Array.from({ length: 300 }, () => codeOf(runner.run(call))));
    await clock.advance(1);
    const first = tries();
    await clock.advance(PATIENCE_MS + 100);
    expect(new Set(await all)).toEqual(new Set(['DATABASE_BUSY']));
    expect(tries() - first).toBeLessThanOrEqual(Math.ceil(PATIENCE_MS / 80));
  });

  it('goes on for everybody when the database is free again', async () => {
    const { runner, call, clock } = setUp(500);
    const all = Promise.all(Array.from({ length: 50 }, () => codeOf(runner.run(call))));
    await clock.advance(1500);
    expect(new Set(await all)).toEqual(new Set(['done']));
  });

  it('is done at once where it only reads, whoever waits to write', async () => {
    const { runner, call, clock } = setUp(60_000);
    const writing = codeOf(runner.run(call));
    await clock.advance(1);
    expect(await codeOf(runner.read(async () => 'read'))).toBe('read');
    const reading = codeOf(runner.read(call));
    await clock.advance(2 * PATIENCE_MS);
    expect([await writing, await reading]).toEqual(['DATABASE_BUSY', 'DATABASE_BUSY']);
  });

  it('fails with what it failed with, where that is something else', async () => {
    const { runner } = setUp(0);
    expect(await codeOf(runner.run(() => Promise.reject(new RecorderError('DATABASE_FAILED', 'gone'))))).toBe('DATABASE_FAILED');
  });
});
