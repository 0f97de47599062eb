import { settle } from '@nightjar/testkit';
import { fakeEnvironment } from '../../test/fake-environment.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import { AlertBoard } from '../events/alert-board.ts';
import { ChangeFeed } from '../events/change-feed.ts';
import { FirstRead } from './first-read.ts';

function reading({ failures = 0, onRead = async () => undefined }: { failures?: number; onRead?: () => Promise<unknown> } = {}) {
  const env = fakeEnvironment();
  const alerts = new AlertBoard({ feed: new ChangeFeed(env.clock), clock: env.clock, log: env.log });
  let left = failures;
  const read = async (): Promise<void> => {
    left -= 1;
    if (left >= 0) throw new RecorderError('DATABASE_BUSY', 'locked');
  };
  return { env, alerts, first: new FirstRead({ env, alerts, what: 'things', meanwhile: 'nothing works', read, onRead }) };
}

describe('what must be read before it may be written', () => {
  it('is read again and again until it works, and says what does not work meanwhile', async () => {
    const seen: boolean[] = [];
    const { env, alerts, first } = reading({ failures: 2, onRead: async () => seen.push(first.isDone) });
    await first.run();
    expect(alerts.list()).toMatchObject([{ id: 'things-unread', level: 'error', text: 'nothing works until the database can be read: locked' }]);
    await env.clock.advance(5000);
    expect([first.isDone, seen]).toEqual([false, []]);
    await env.clock.advance(5000);
    expect([first.isDone, seen, alerts.list()]).toEqual([true, [true], []]);
    expect(env.clock.pendingTimers).toBe(0);
  });

  it('is told where it cannot be put in force, and ends nothing', async () => {
    const { env, first } = reading({ failures: 1, onRead: () => Promise.reject(new Error('no such camera')) });
    await first.run();
    await env.clock.advance(5000);
    await settle();
    expect(env.log.print()).toContain('the things were read, and could not be put in force');
  });

  it('is not read any more after a stop', async () => {
    const { env, first } = reading({ failures: 9 });
    await first.run();
    first.stop();
    expect(env.clock.pendingTimers).toBe(0);
  });
});
